"""What customers write in French."""

from cases.domain.intent.lexicon import make_lexicon

FRENCH = make_lexicon(
    "fr",
    stop="le la les et est sont nous vous je ne pas pour avec de des du un une notre nos votre vos"
    " que qui dans sur au aux ce merci bonjour cordialement veuillez souhaitons svp plait mon mes"
    " voulons resiliation c' d' l' n' s' qu' j'",
    thanks="merci mercis remercie remercions remerciements recu",
    courtesy="beaucoup bien pour votre vos le la les de des d' l' tout toute aide"
    " confirmation reponse rapide message mail information informations et a vous"
    " nous je cordialement bonne"
    " journee soiree bonjour bonsoir madame monsieur messieurs salutations distinguees sinceres"
    " sincerement compris note parfait c' est bon en par avance ce retour j' ai avons ete au revoir"
    " continuation suivi service",
    praise="bien marche fonctionne simple facile facilement rapidement efficace efficacite"
    " excellent excellente super genial satisfait satisfaits satisfaite ravi ravis content"
    " contents heureux convient ordre regle sans prevu convenu encombre professionnalisme"
    " gentillesse patience accueil parfaitement",
    topics="passe passee deroule deroulee termine terminee fini finie s' est etait sont etaient"
    " probleme problemes souci soucis comme souhaite attendu toutes ces cette annees an"
    " ans collaboration equipe collegues portage numeros numero telephones lignes compte"
    " operateur nouveau nouvelle date changement transfert demarche procedure traitement"
    " maintenant desormais depuis aussi que qui il elle ils elles on y dans sur au aux du"
    " un une se m' l' notre nos mon ma mes tres et ce",
    harmless="oui ok veuillez svp s' il vous te plait merci de d' des donc alors et aussi bien vite"
    " rapidement immediatement aujourd'hui maintenant urgence urgent je j' me m' nous on"
    " notre nos mon ma mes le la les l' un une ce cette ces tout toute tous toutes"
    " totalite ensemble complet completement entier a au aux en y que qu' soit soient"
    " nouveau marche route etat place chez avec pour telephonique telephoniques entreprise"
    " societe bureau cabinet client clients cliente dossier numero",
    patterns={
        "restore": """
            retablir|retablissez|retablisse|retablissiez|reactiver|reactivez|reactiviez|restaurer
            restaurez|restauriez|reconnecter|reconnectez|reouvrir|rouvrir|rouvrez
            reprendre|reprenez ~4 <service>
            remettre|remettez|remettiez ~6 <service>|marche|route
            souhaitons|voulons|voudrions|aimerions|souhaite|veux|voudrais|aimerais ~1 revenir
            recuperer ~2 <lines>
        """,
        "restore_noun": """
            retablissement|reactivation|restauration
        """,
        "restore_done": """
            retabli|retablie|retablis|retablies|reactive|reactives|reactivee|reactivees|restaure
            restaures|restauree|restaurees
        """,
        "undo": """
            annuler|annulez|annule|annulons|annuliez|revoquer|revoquez|stopper|stoppez ~5 <ending>
            arreter|arretez|retirer|retirons|retire|suspendre|suspendez ~5 <ending>
            revenir|revenons ~3 <ending>|decision
        """,
        "keep": """
            garder|conserver|gardons|conservons|maintenir|maintenez|gardez|conservez
        """,
        "hold": """
            garder|conserver|gardez|conservez|maintenir|maintenez ~3 service|services|compte|contrat
            garder|conserver|gardez|conservez|maintenir|maintenez ~3 abonnement|tout
        """,
        "stay": """
            rester ~3 client|clients|chez|avec
            souhaitons|voulons|preferons|voudrions|souhaite|veux ~1 rester
            continuer ~5 <service>|avec
            change ~1 d' avis
            nous restons
        """,
        "cancel": """
            resilier|resiliez|resilions|resiliiez|couper|coupez|fermer|fermez|supprimer|supprimez
            desactiver|desactivez|cloturer|cloturez
            annuler|annulez ~5 <service>
        """,
        "reschedule": """
            reporter|reportez|reportiez|repousser|repoussez|decaler|decalez|avancer|avancez
            retarder|retardez|differer|differez
            changer|changez|modifier|modifiez ~5 <date>
            autre|nouvelle <date>
            <date> ulterieure|anterieure|differente
        """,
        "ask": """
            veuillez|svp|souhaite|souhaitons|voudrions|voudrais|veux|voulons|desirons|desire
            demande|demandons|prie|prions|aimerions|aimerais|besoin|faut
            s' il ~1 plait
            merci ~1 de|d'
            decide
        """,
        "declare": """
            nous|je|j' ~1 annulons|annule|retirons|retire|revenons|reviens
        """,
        "later": """
            reviens|reviendrons|reviendrai ~2 vers
            besoin ~2 temps
            plus tard
        """,
    },
)
