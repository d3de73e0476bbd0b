"""Words that change what a sentence means, whatever its language.

All four languages are kept in one set each on purpose: a "nicht" in an English sentence makes it
doubtful too. Everything is folded: lower case, no accents.
"""

from __future__ import annotations


def words(text: str) -> frozenset[str]:
    return frozenset(text.split())


NEGATIONS = words(
    "not no never none nobody nothing neither nor cannot cant dont doesnt wont wouldnt "
    "shouldnt didnt isnt arent wasnt havent hasnt couldnt mustnt neednt refuse refuses "
    "declined decline against avoid refrain hardly unable nope nah unless nicht kein keine "
    "keinen keiner keinem keines nie niemals niemand nichts nein weder unterlassen unterlasst "
    "verzichten verzichte ablehnen lehnen kaum nix ne n' pas non jamais rien aucun aucune ni "
    "inutile refuse refusons refuser evitez eviter nunca jamas nada nadie ningun ninguno "
    "ninguna tampoco evitar eviten evite rechazamos rechazo"
)
# "Do not forget to cancel" is no wish to stay.
FORGETTING = words(
    "forget forgets fail fails neglect omit hesitate vergessen vergiss vergesst versaumen "
    "zogern oubliez oublier manquez hesitez olviden olvide olvidar duden dude"
)
# These deny what follows them, and nothing before them: "restore it without delay".
DENYING_NEXT = words(
    "instead without stop quit cease prevent block forbid reject rather than statt anstatt "
    "anstelle ohne gegen aufhoren sans lieu contre arretez cessez sin lugar contra dejen "
    "paren"
)
# Two of these make one negation: "ne … pas", "no … nada".
PAIRED = words("ne n' pas jamais rien aucun aucune ni nunca nada nadie ningun ninguno ninguna")

CONDITIONS = words(
    "if unless once pending subject depending provided whether assuming otherwise wenn falls "
    "sofern ob sobald solange when vorausgesetzt gegebenenfalls ggf andernfalls condition pourvu "
    "lorsque lorsqu' quand sinon siempre caso cuando mientras"
)
CONDITION_PAIRS = {("soon", "as"), ("des", "que"), ("en", "cuanto"), ("pronto", "como")}
# Said like conditions, but only polite or urgent.
POLITE = (
    "as soon as possible",
    "as soon as you can",
    "if possible",
    "if at all possible",
    "if you please",
    "when you can",
    "when you get a chance",
    "so bald wie moglich",
    "sobald wie moglich",
    "wenn moglich",
    "falls moglich",
    "wenn es geht",
    "sobald es geht",
    "ohne weiteres",
    "des que possible",
    "si possible",
    "s' il vous plait",
    "s' il te plait",
    "quand vous pourrez",
    "lo antes posible",
    "tan pronto como sea posible",
    "cuando puedan",
    "cuando pueda",
    "si es posible",
    "at once",
    "after all",
    "no later than",
    "without delay",
    "without further delay",
    "without interruption",
    "ohne verzug",
    "ohne unterbrechung",
    "sans delai",
    "sans tarder",
    "sans interruption",
    "au plus vite",
    "au plus tot",
    "cuanto antes",
    "i am writing to",
    "i'm writing to",
    "we are writing to",
    "as it was before",
    "as they were before",
    "as it was",
    "as before",
    "the way it was",
    "wie es war",
    "wie vorher",
    "wie zuvor",
    "wie bisher",
    "comme avant",
    "comme c' etait avant",
    "como estaba antes",
    "como antes",
    "sin demora",
    "sin interrupcion",
    "en caso de duda",
    "no doubt",
    "no problem",
    "not only",
)

HEDGES = words(
    "maybe perhaps might may could possibly probably potentially considering consider thinking "
    "think thought planned intended tempted wonder wondering someday eventually unsure "
    "undecided guess suppose discuss discussing hopefully almost nearly would vielleicht "
    "eventuell evtl moglicherweise dachte dachten uberlegen uberlege ueberlegen konnten "
    "koennten konnte koennte wohl unsicher wurden wurde irgendwann besprechen peut-etre "
    "eventuellement pourrions pourrait pourrais pensais pensions reflechissons reflechis "
    "envisageons envisage probablement serait quizas quiza talvez pensaba pensabamos "
    "posiblemente podriamos podria pensando considerando probablemente"
)

# Others' words, and talking about it instead of asking for it.
SAYING = words(
    "note confirm tell explain advise know inform check clarify remind say says said told "
    "mention mentioned mentions wrote write writes written writing asked asking understand "
    "understood read reads heard hear whether how what why where which instructions "
    "information process option options offer offered steps mitteilen bestatigen sagen sagt "
    "sagte gesagt wissen erklaren erklart informieren gefragt fragen gelesen schrieb "
    "schrieben schreiben geschrieben steht wie was warum wo welche welcher moglichkeit "
    "anleitung ecrit ecrivez ecrivent confirmer confirmez confirmiez dire dites dit expliquer "
    "expliquez savoir sais indiquer indiquez comment combien pourquoi informer informez "
    "precisez preciser renseigner demande-t procedure escribio escriben escribieron dicen "
    "confirmar confirmen confirme decir digan digame diganme dijo explicar expliquen explique "
    "saber indicar indiquen indique informar informen informe como cuanto procedimiento "
    "pregunto preguntar"
)

# A clause with one of these lends its words to somebody else: "you said, please restore".
SPEAKING = words(
    "said says told wrote writes written asked sagte sagt gesagt schrieb schreiben "
    "geschrieben dit dites ecrit ecrivez dijo dicen escribio escriben"
)

RETRACTIONS = words(
    "ignore disregard nevermind kidding joke joking scratch oops wait hold vergessen vergiss "
    "ignorieren ignoriere scherz witz moment warten ignorer ignorez oubliez oublier plaisante "
    "plaisanterie attendez attendre ignoren ignorar olviden olvidar olvide broma esperen "
    "espere"
)

RESTRICTIONS = words(
    "only except excluding temporarily partially partly apart besides some half nur ausser "
    "ausgenommen teilweise vorubergehend befristet lediglich einige seulement uniquement sauf "
    "excepte hormis temporairement partiellement solo solamente unicamente excepto salvo "
    "menos temporalmente parcialmente algunas algunos starting beginning next effective later "
    "ab nachsten nachste nachster prochain prochaine partir proximo proxima"
)
# One of the services, unless "all" is said too.
PARTS = words(
    "main fax one two three first second hauptnummer faxnummer principal principale premier "
    "premiere primera primero"
)
ALL = words("all everything alle alles allen tous toutes tout todo todos todas")

UNTIL = words(
    "before until till yet now vor bis erst noch avant jusqu' jusqu encore antes hasta todavia aun"
)

DANGLING = words(
    "do don't not no never please nicht kein keine bitte ne n' pas jamais nunca nous we sie "
    "wir vous to zu de que dass the der die das den le la les los las and und et y or oder ou "
    "o"
)

# What opens a question even without its mark.
ASKING_FIRST = words(
    "can could would will may does do did is are was were has have should what how when where "
    "why who which kann konnen konnt konnten koennten konnte koennte ist sind wird werden "
    "wurden wurde hat haben wie wann wo warum wer welche welcher welches was wieviel pouvez "
    "pourriez peut pourrait puis est comment quand combien pourquoi quel quelle quels quelles "
    "ou qui serait puede pueden podria podrian es hay cual cuales"
)
ASKING_SECOND = words(
    "you we i it there they the this that our my anyone someone sie ich wir es ihr man das "
    "der die unser unsere unseren mein noch vous on nous je ce il elle que-ce que mes nos "
    "possible les le la ustedes usted posible alguien nuestro nuestra"
)
ASKING_ALONE = words(
    "what how where why who which wie wann wo warum wer welche welcher welches wieviel "
    "comment combien pourquoi quel quelle quels quelles"
)
# Only with their accents are these questions.
ASKING_RAW = frozenset({"cómo", "cuándo", "cuánto", "cuánta", "dónde", "qué", "quién", "cuál"})


# What fails in a reason: "the phones do not work", "nobody can reach us" deny no wish.
FAILING = words(
    "reach reached happen happened call work works working worked run deliver delivered connect"
    " realise realised realize realized erreichen erreichbar erreicht geklappt klappt"
    " funktioniert funktionieren telefonieren arbeiten anrufen wussten joindre joignables"
    " fonctionne fonctionnent marche travailler appeler llamar llamarnos funciona funcionan"
    " funciono trabajar localizarnos contactarnos sabiamos"
)


# A word before an order that leaves it an order: "yes, restore …", "and restore …".
LEADS = words(
    "yes yeah ok okay hi hello so then and also just again ja hallo also dann und oui donc "
    "alors et si y hola entonces now do"
)
# "We want it restored" asks; "it was restored" tells.
DESIRES = words(
    "want need wish like love request requesting require have get mochte mochten wollen will "
    "wunschen brauchen benotigen souhaite souhaitons voudrions voudrais voulons veux "
    "demandons demande aimerions queremos quiero quisiera quisieramos deseamos necesitamos "
    "necesito solicitamos solicito pedimos"
)
TELLING = words(
    "was were been has is are wurde worden war waren ist sind ete est sont fue fueron sido han ha"
)
BINDING = words("or nor and to that dass que zu oder und noch ni o ou et y de")
REFERRING = words(
    "it that this them those want wish need actually really sorry das es dies diese wollen "
    "mochten ca cela ceci le les voulons souhaitons eso esto lo los queremos deseamos"
)
# "The new provider never delivered" says nothing about us.
OTHERS = words("provider carrier company anbieter firma fournisseur proveedor operador empresa")
CLOSINGS = words(
    "regards sincerely best cheers yours grusse grussen gruss mfg lg vg cordialement "
    "salutations saludos saludo atentamente"
)
# A thank-you with one of these in it is more than a thank-you.
MORE_THAN_THANKS = words(
    "please yes but want need call restore ja aber bitte jedoch mochten wollen rufen oui mais "
    "veuillez svp voulons souhaitons pero favor queremos necesitamos llamen however though"
)

# "Please also …": a request that comes on top of an answer.
REQUESTS = words(
    "please kindly could can would bitte konnten konnen wurden veuillez svp pourriez pouvez favor "
    "podrian podria pueden puede"
)
FURTHER = words(
    "also additionally besides furthermore moreover instead auch ausserdem zudem zusatzlich ferner "
    "stattdessen aussi egalement plutot tambien ademas"
)


# "No problems", "ohne Probleme", "sans souci": what went well is often said by what did not happen.
NO_TROUBLE = words("no without ohne sans sin keine")
TROUBLE = words(
    "problem problems issue issues trouble hassle probleme schwierigkeiten problemes souci soucis"
    " encombre problema problemas"
)


def is_negation(fold: str) -> bool:
    return fold in NEGATIONS or fold.endswith("n't")
