"""When a wish is plain enough that nobody has to be asked: all of its words are known.

A desk that acts on a word in passing does harm. So a wish to come back is plain only if its whole
clause is the wish and words that change nothing about it; any other word ("fee", "once", "boss",
"my old handset") makes it a matter for a person, without a list of all that could go wrong. What
stands beside it must not tie it to anything. Everything is folded: lower case, no accents.
"""

from __future__ import annotations

from collections.abc import Sequence

from cases.domain.intent.judging import Match
from cases.domain.intent.lexicon import Lexicon, expand
from cases.domain.intent.text import Word
from cases.domain.intent.words import CONDITIONS, FAILING, OTHERS, RESTRICTIONS, SPEAKING, words

SERVICE = expand("<service>")
# What "it" in a wish may stand for, if anything was said before.
NAMED = expand("<lines>|<ending>|us|uns|nous|everything|alles|tout|todo")
TOPICS = (
    NAMED
    | OTHERS
    | words(
        "cancelled canceled cancel mistake mind minds gekundigt irrtum versehen"
        " meinung anders resilie avis cancelado cancelada opinion"
    )
)
OTHER_WISHES = frozenset({"cancel", "reschedule", "later"})
# A greeting, a thank-you and a leave-taking lend their harmlessness to a few names after them.
GREETING = words(
    "hi hello hey dear good thanks thank thx regards cheers hallo liebe lieber sehr guten moin"
    " danke vielen gruss grusse viele mfg lg frau herr geehrte geehrter bonjour bonsoir madame"
    " monsieur merci cordialement hola buenos buenas estimado estimada estimados gracias saludos"
)
GREETED = words(
    "there team everyone everybody folks sir madam morning afternoon evening day tag morgen abend"
    " zusammen damen herren dank herzlichen dir equipe tardes dias noches equipo senor senora"
    " senores"
)
# How a clause opens that tells why. "At the old price", "following payment" open otherwise.
OPENERS = words(
    "we we've we're we'd we'll i i'm i've it it's its this that's the our my nobody because since"
    " sorry everything all wir ich es das die der den unser unsere mein meine leider weil denn da"
    " niemand alles nous je j' c' ca cela le la les l' notre nos mon ma car parce puisque nuestro"
    " nuestra nuestros nuestras mi mis el los las nos lo fue es hemos ha porque pues ya hubo"
    " queremos necesitamos customers patients people kunden patienten clients clientes pacientes"
)
JOINING = words("and but so und aber also doch et mais donc y pero asi")
# What ties a wish wherever it is said: a price, somebody's consent, a port, a test.
STRINGS = words(
    "plan price prices pricing cost costs charge charges fee discount offer quote rate"
    " terms money refund waive waived approve approves approved approval agree agrees agreed"
    " permission consent sign signs lawyer lawyers first provided unless until pending condition"
    " conditions port trial test testing forward forwarded forwarding"
    " preis preise rabatt angebot konditionen kosten gebuhr geld genehmigt genehmigen genehmigung"
    " zustimmen zustimmt zustimmung freigabe einverstanden anwalt zuerst sofern falls"
    " weiterleiten weitergeleitet"
    " prix remise offre forfait tarif tarifs devis frais cout couts argent approuve approuver"
    " approbation accord signature signer avocat abord transmets transmettons"
    " precio precios descuento oferta tarifa presupuesto cargo coste costo dinero gratis aprobar"
    " aprueba apruebe aprobacion autorice autoriza autorizacion firmar firma abogado primero"
    " condicion condiciones reenvio"
)
TYING = STRINGS | SPEAKING
PORTING = ("porting", "porten", "porter", "portier", "portage", "portabil", "portar", "mitnehm",
           "mitzunehm", "mitnahme")  # fmt: skip
# Only what comes after a wish can limit it; but "let us know once it works" limits nothing.
LIMITS = (
    CONDITIONS
    | RESTRICTIONS
    | words(
        "wrong then afterwards last days weeks months danach anschliessend tage wochen monate"
        " vorher ensuite puis jours semaines mois luego despues antes semanas meses"
    )
)
TELL_US = words(
    "know call tell confirm contact questions email melden rufen anrufen sagen fragen"
    " bescheid appelez appeler dites prevenez contactez questions avisen llamen digannos confirmen"
    " preguntas"
)


# What people say behind a wish: why, how urgent it is, that they are sorry; whence they write.
REASONS = (
    TOPICS
    | FAILING
    | words(
        "need needs needed keep keeping stay staying lose losing lost without dead silent must"
        " urgent error business customers patients clients callers people office shop owner"
        " sorry apologies apologise apologize confusion trouble inconvenience misunderstanding"
        " accident decided never nobody fell miss sent iphone"
        " brauchen benotigen bleiben behalten verlieren verloren dringend kunden patienten"
        " anrufer betrieb geschaft praxis buro fehler entschuldigung entschuldigen umstande"
        " missverstandnis wechsel umzug verkauf geplatzt gesendet"
        " besoin rester restons gardons perdons perdu patients bureau cabinet erreur desoles"
        " desole excuses excuser malentendu demenagement envoye"
        " necesitamos necesito quedamos perdiendo perdemos urgente clientes pacientes oficina"
        " negocio disculpen disculpas molestias malentendido equivocamos cambio enviado"
    )
)


def is_plain(clause: Sequence[Word], matches: Sequence[Match], lexicon: Lexicon) -> bool:
    """Is every word part of a wish to come back, harmless, or part of a greeting?"""
    taken = {at for match in matches if match.kind not in OTHER_WISHES for at in match.taken}
    return all(
        at in taken or word.fold in lexicon.harmless or word.fold in SERVICE or greets(clause, at)
        for at, word in enumerate(clause)
    )


def greets(clause: Sequence[Word], at: int) -> bool:
    """A word of greeting, or a name close after one."""
    word = clause[at]
    near = any(other.fold in GREETING for other in clause[max(0, at - 3) : at])
    return word.fold in GREETING or (near and (word.capital or word.fold in GREETED))


def names_service(said: Sequence[Word]) -> bool:
    return any(word.fold in NAMED for word in said)


def is_astray(clause: Sequence[Word], lexicon: Lexicon) -> bool:
    """Could "it" after this be another thing: "our greeting was wiped, please restore it"?"""
    if any(word.fold in TOPICS for word in clause) or is_plain(clause, (), lexicon):
        return False
    return not is_name(clause)


def is_name(clause: Sequence[Word]) -> bool:
    return len(clause) <= 2 and all(word.capital for word in clause)


def tells_why(clause: Sequence[Word]) -> bool:
    """Does it open as a sentence of its own, and tie nothing? Or is it a name?"""
    if is_name(clause):
        return True
    opener = next((word.fold for word in clause if word.fold not in JOINING), "")
    return opener in OPENERS and not has_strings({word.fold for word in clause})


def has_strings(folds: set[str]) -> bool:
    """Is a wish beside it tied to something, or somebody else's?"""
    return bool(folds & TYING) or any(fold.startswith(PORTING) for fold in folds)


def limits(said: Sequence[Word], lexicon: Lexicon) -> bool:
    """May it take something from a wish before it? What nobody knows may."""
    folds = {word.fold for word in said}
    if folds & TELL_US:
        return False
    return bool(folds & LIMITS) or not (folds & REASONS or is_small_talk(said, lexicon))


def is_small_talk(said: Sequence[Word], lexicon: Lexicon) -> bool:
    """Nothing but courtesy, names and numbers."""
    return all(
        word.capital
        or word.fold in lexicon.courtesy
        or word.fold in lexicon.harmless
        or word.fold.isdigit()
        or greets(said, at)
        for at, word in enumerate(said)
    )
