"""What customers write in German."""

from cases.domain.intent.lexicon import make_lexicon

GERMAN = make_lexicon(
    "de",
    stop="der die das und ist sind wir sie ich nicht bitte mit fur von den dem ein eine unser"
    " unsere unseren auf zu im es wird werden haben mochten mochte danke vielen grusse hallo sehr"
    " geehrte dass noch kundigung",
    thanks="danke dank vielen herzlichen dankeschon bedanke bedanken erhalten notiert",
    courtesy="fur die das der ihre ihren ihr sie wir uns ich mich alles schnelle bestatigung"
    " nachricht info information mail antwort hilfe und mit freundlichen freundliche"
    " herzliche schoene grussen grusse gruss mfg im voraus vorab"
    " lg vg beste viele liebe schone schonen tag woche wochenende noch hallo sehr geehrte geehrter"
    " frau herr damen herren guten morgen abend gut prima perfekt verstanden angekommen habe haben"
    " es ist war fur bei dem den zur zum ruckmeldung bestens nochmals ganz auch kundigung"
    " mitteilung zusammenarbeit service unterstutzung schone gute zeit",
    praise="geklappt funktioniert reibungslos problemlos einfach unkompliziert unkomplizierte"
    " unkomplizierten schnell zugig bestens hervorragend toll super wunderbar"
    " ausgezeichnet zufrieden froh glucklich gefreut freut passt passen erledigt geregelt"
    " geschafft gewunscht geplant besprochen erwartet versprochen ohne keine geduld muhe"
    " freundliche freundlichen kompetent kompetente professionell klasse einwandfrei"
    " tadellos langjahrige",
    topics="lief laufen gelaufen verlief verlaufen fertig abgeschlossen abwicklung bearbeitung"
    " ablauf umzug wechsel umstellung portierung rufnummern nummern telefone anschlusse"
    " konto anbieter neuen neue alten datum termin jahre jahren lange immer stets wie"
    " probleme problem schwierigkeiten alles allem allen jetzt nun inzwischen bei seit"
    " uber den dem des im in am um als auf so genau sehr wirklich unser unsere unseren war"
    " waren wurde wurden hat hatten sind ist bin kollegen kollegin kollege damit dafur"
    " dass was der die das und von",
    harmless="bitte ja ok okay hiermit also dann und auch doch noch heute jetzt sofort umgehend"
    " schnell schnellstens schnellstmoglich dringend unverzuglich gleich bald gern gerne"
    " mal ich mich mir wir uns sie ihnen unser unsere unseren unserem unserer unseres mein"
    " meine meinen meinem meiner die der das den dem des es ein eine alle alles allen"
    " samtliche samtlichen ganz ganze ganzen gesamt gesamte gesamten komplett komplette"
    " vollstandig wieder zuruck an auf her ein zu um bei mit fur in als dass aller haben"
    " werden wurden machen antrag firma betrieb buro praxis kunde kunden vorgang fall"
    " nummer",
    patterns={
        "restore": """
            wiederherstellen|wiederherzustellen|reaktivieren|reaktiviere
            wiederherstelle
            wieder ~2 herstellen|herzustellen|aktivieren|freischalten|einschalten|anschalten
            wieder ~2 aufnehmen
            wieder ~2 freizuschalten|einzuschalten|aufzunehmen|anschliessen|zuschalten
            wieder ~2 eroffnen|offnen
            stellen|stelle|stellt|stell ~10 wieder her
            schalten|schalte|schaltet ~10 wieder ~1 frei|ein|an|auf|zu
            aktivieren|aktiviere|aktiviert ~10 wieder
            nehmen|nehmt ~8 wieder ~2 betrieb
            <lines> ~2 wieder|zuruck ~1 haben|bekommen
            <lines> ~2 zuruck|zuruckhaben
            mochten|wollen|mochte|will|wurden ~4 zuruckkommen|zuruckkehren
            zuruckzukommen|zuruckzukehren
        """,
        "restore_noun": """
            wiederherstellung|reaktivierung|wiederaufnahme|wiedereinschaltung|freischaltung
        """,
        "restore_done": """
            wiederhergestellt|reaktiviert|freigeschaltet|wiederaufgenommen
        """,
        "undo": """
            <ending> ~8 ruckgangig|zuruckzunehmen|zurucknehmen|zuruckziehen|zuruckzuziehen
            <ending> ~6 widerrufen|stornieren|stoppen|aufheben|annullieren|abbrechen
            widerrufen|widerrufe|stornieren|storniere|stoppen|stoppe|annullieren ~5 <ending>
            nehmen|nehme|ziehen|ziehe ~8 <ending> ~4 zuruck
            machen|mache|macht ~8 <ending> ~4 ruckgangig
            heben|hebe|hebt ~6 <ending> ~3 auf
            widerruf ~3 <ending>
        """,
        "keep": """
            behalten|beibehalten|weiternutzen|weiterfuhren|fortfuhren|weiterbenutzen
            weiter|weiterhin ~3 nutzen|benutzen|laufen|behalten
        """,
        "hold": """
            dienst|dienste|vertrag|konto|alles|telefonanlage ~4 behalten|beibehalten|weiterlaufen
        """,
        "stay": """
            weiter|weiterhin ~3 bleiben
            kunde|kunden|kundin ~3 bleiben
            mochten|wollen|mochte|will ~5 bleiben
            lassen ~8 weiterlaufen|bestehen|laufen
            anders ~2 uberlegt
            meinung ~2 geandert
            entschieden|doch ~3 bleiben
            bleiben ~3 ihnen|euch
            <ending> ~2 hinfallig|gegenstandslos
        """,
        "cancel": """
            kundigen|beenden|abschalten|stilllegen|deaktivieren|stornieren|kundigt|loschen
            schliessen ~5 <service>
            schalten|schalte ~8 ab
        """,
        "reschedule": """
            verschieben|verschiebe|verlegen|vorziehen|vorverlegen|hinausschieben|verschiebt
            ziehen|ziehe ~6 vor
            <date> ~5 andern|andere|anzupassen|anpassen
            andern|anpassen ~5 <date>
            anderen|neuen|spateren|fruheren|anderes|neues|spateres|fruheres <date>
            erst ~3 am|zum|im|ende ~5 kundigen|beenden|abschalten
            spater|fruher ~3 kundigen|beenden|abschalten
        """,
        "ask": """
            bitte|bitten|hiermit|mochte|mochten|moechte|moechten|will|wollen|wunschen|wunsche
            brauchen|brauche|benotigen|benotige|beantragen|beantrage
            wurden|wurde gern|gerne
            hatten|hatte gern|gerne
            entschieden|beauftragen
        """,
        "declare": """
            wir|ich ziehen|ziehe|nehmen|nehme|widerrufen|widerrufe|stornieren|storniere
        """,
        "later": """
            melden|melde ~3 uns|mich ~3 wieder|spater|noch
            brauchen ~2 mehr zeit
            kommt|folgt ~2 spater|noch|morgen
        """,
    },
)
