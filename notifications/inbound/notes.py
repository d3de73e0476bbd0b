"""Notes that programs write into a thread without saying so in any header.

Each is recognised as a whole only: every sentence must be one that such a note is made of, in its
own words and no others. A person who adds one is heard.
"""

from __future__ import annotations

import re

from notifications.inbound import signatures
from notifications.inbound.header_blocks import read_header_key
from notifications.inbound.message import ParsedMessage
from notifications.inbound.phrases import (
    ABSENT_WORDS,
    BUSINESS,
    MACHINE_ROOTS,
    MACHINE_WORDS,
    NO_ANSWERS,
    UNREAD,
    find_phrase,
    fold_subject,
    list_phrases,
)
from notifications.inbound.reply_text import extract_reply

_LOOKED_AT = 20_000  # characters of a text, its history included
_SHORT = 500  # characters of a note

# Who helps meanwhile, and what becomes of the mail: an absence that a program tells says one.
_MEANWHILE = list_phrases("""
urgent matter|urgent case|urgent request|urgent issue|urgent quer|urgent enquir|urgent inquir
for urgent|if urgent|if it is urgent|if your request is urgent
immediate assistance|not be forwarded|not forwarded|no access to|limited access
dringenden fällen|dringende fälle|dringenden angelegenheiten|dringenden anliegen|dringliche
nicht weitergeleitet|kein zugriff
keinen zugriff|cas d'urgence|cas urgent|toute urgence|demande urgente|pas transféré
asuntos urgentes|casos urgentes|caso de urgencia|temas urgentes|caso di urgenza|casi urgenti|urgenze
assuntos urgentes|casos urgentes|caso de urgência|dringende gevallen|dringende zaken|spoedgevallen
brådskande ärenden|hastende sager|hastesaker|kiireellisissä|pilnych sprawach|naléhavých případech
sürgős esetben|cazuri urgente|срочным вопросам|срочных случаях|термінових|acil durumlarda
緊急の場合|紧急情况|緊急情況|긴급한 경우
""")
_OOO = ("ooo until", "ooo", "annual leave", "limited email access")
# What may stand beside that.
_BESIDE = list_phrases("""
thank you for your|thanks for your|please contact|get back to you|soon as possible|my return
thanks for getting|thanks for reaching|i will respond|i will reply|vielen dank für|danke für
wenden sie sich|kontaktieren sie|melde mich|melden|bearbeiten
bald wie möglich
schnellstmöglich|meiner rückkehr|merci pour votre|merci de votre|merci de contacter
veuillez contacter|mon retour|gracias por su|contacte|mi regreso|mi vuelta|grazie per|contatt
mio ritorno|obrigad|contacte|meu regresso|bedankt voor|dank voor|neem contact|mijn terugkomst
tack för|kontakta|tak for|takk for|kontakt
""")
# That a program speaks: nobody thanks for "your email" and says "currently" but for all mail.
_FOR_ALL = list_phrases("""
currently|at the moment|presently|thank you for your|thanks for your|thanks for getting
thanks for reaching|derzeit|zurzeit|zur zeit|momentan|aktuell|vielen dank für|danke für
actuellement|en ce moment|merci pour votre|merci de votre|actualmente|me encuentro|gracias por su
op dit moment|momenteel|bedankt voor|dank voor|further notice|returning|and will return
and will be back
""")
# The words of such notes. One other word, and a person is heard; names stand behind "contact".
_WORDS = """
i m ll ve am are is will be been currently now presently away out of the a an on in at to from for
with until till through by and or my me your you this that it if when while during as any our we
office desk work vacation holiday holidays leave annual sick maternity paternity parental business
trip travel traveling travelling ooo pto return returning back again available unavailable limited
access email emails e mail mails inbox mailbox message messages internet only respond reply answer
response get soon possible upon after thank thanks much very hi hello dear all good day morning
afternoon reaching touch getting contacting writing please contact reach write direct urgent matter
matters case cases request requests issue issues query queries enquiry immediate assistance
emergency colleague colleagues team manager further notice next week weeks month year days few st nd
rd th short public bank christmas easter summer break attending conference meeting meetings training
checking regularly forwarded read monitored working hours time moment there regards best kind
sincerely january february march april may june july august september october november december
jan feb mar apr jun jul aug sep sept oct nov dec monday tuesday wednesday thursday friday
saturday sunday mon tue wed thu fri sat sun noaccess notbe notin
ich bin derzeit zurzeit momentan aktuell bis zum zur vom ab am auf den der die das dem des im
büro haus urlaub abwesend außer ausser dienstreise elternzeit mutterschutz krank unterwegs und oder
wieder erreichbar zurück werde wird werden habe zugriff eingeschränkt eingeschränkten nur meine
meiner meinen mein nachricht nachrichten ihre ihrer ihren ihr ihnen sie mich vielen dank danke für
guten tag hallo liebe lieber sehr geehrte geehrter damen herren dringenden dringende dringend
fällen fälle angelegenheiten anliegen wenden sich bitte kontaktieren kollegen kollegin kollege
vertretung nach rückkehr zurückkehren bearbeiten beantworten melde melden bei schnellstmöglich bald
möglich so wie weitergeleitet gelesen lese einschließlich woche uhr zeit von mit freundlichen grüßen
grüße gruß viele beste herzliche januar februar märz mai juni juli oktober dezember montag dienstag
mittwoch donnerstag freitag samstag sonntag keinzugriff nichtim
je suis serai actuellement absent absente en congé congés vacances hors du bureau de retour jusqu au
à le la les l un une et ou mes mon ma votre vous nous courriel courriels avec accès limité urgence
cas d merci pour contacter contactez veuillez répondrai dès que bonjour bonsoir madame monsieur
cordialement bien déplacement formation collègue équipe toute ce moment lundi mardi mercredi jeudi
vendredi samedi dimanche janvier février mars avril juin juillet août septembre octobre novembre
décembre n ai pasaccès
me encuentro estoy estaré actualmente fuera oficina hasta el próximo próxima vacaciones ausente con
acceso limitado correo correos electrónico mensaje su sus mi mis regreso vuelta volveré responderé
gracias por asuntos casos caso urgentes urgente urgencia contacte contactar favor para hola buenos
días estimado estimada saludos cordiales saludo y al lunes martes miércoles jueves viernes sábado
domingo enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre
ik ben op dit moment momenteel afwezig wegens ziekte vakantie met tot vanaf van weer terug bedankt
dank voor uw u bericht mijn buiten kantoor dringende gevallen zaken opnemen neem contact collega
beperkt toegang verlof zwangerschapsverlof beste goedendag vriendelijke groet maandag dinsdag
woensdag donderdag vrijdag zaterdag zondag januari februari maart mei augustus
"""
_KNOWN = frozenset(_WORDS.split())
_JOINED = (  # "No." alone is an answer
    (re.compile(r"\bno (?=access)|\bwithout (?=access)"), "noaccess "),
    (re.compile(r"\bnot (?:be|in|at|have)\b"), "notbe"),
    (re.compile(r"\bkeinen? (?=zugriff|e-?mails?|mails?)"), "keinzugriff "),
    (re.compile(r"\bnicht (?=im|in|am|erreichbar|weitergeleitet)"), "nichtim "),
    (re.compile(r"\bpas (?=accès)"), "pasaccès "),
)
_ADDRESS = re.compile(r"\S+@\S+")
_WORD = re.compile(r"[^\W\d_]+")
_POINTERS = list_phrases(
    "contact|to|an|herrn|frau|kontaktieren|contacter|contactez|contacte|met|con"
)
_NAME_WORDS = 3
_BEGINNING = 150  # characters in which a machine says that it is one
_SENTENCE_END = re.compile(r"(?<=[^\d\s][.!])\s+|(?<=[。！])|\n+")
_WRAPPED = re.compile(r"(.{50})\n(?=\S)")  # a sentence that goes on in the next line
_GREETING_WORDS = 5

_READ_SUBJECTS = (
    "read:", "not read:", "gelesen:", "nicht gelesen:", "ungelesen:", "lu :", "lu:", "non lu :",
    "non lu:", "leído:", "no leído:", "letto:", "non letto:", "lida:", "lido:", "não lida:",
    "gelezen:", "niet gelezen:", "läst:", "oläst:", "læst:", "ikke læst:", "lest:", "ikke lest:",
    "luettu:", "przeczytano:", "nieprzeczytane:", "přečteno:", "прочитано:", "не прочитано:",
    "okundu:", "已读:", "已讀取:", "開封済み:", "읽음:",
)  # fmt: skip
_READ_WORDS = list_phrases("""
was read|deleted without being read|wurde gelesen|gelesen.|ungelesen gelöscht|a été lu
supprimé sans être lu|se leyó|ha sido leído|fue leído|eliminado sin leer|è stato letto|è stata letta
eliminato senza|foi lida|foi lido|is gelezen|gelezen op|zonder te zijn gelezen|lästes|har lästs
blev læst|ble lest|luettiin|on luettu|przeczytan|byla přečtena|přečtena|прочитан|okundu|已于|已在
開封され|읽었
""")
_READ_LINES = 10


def find_whole_note(parsed: ParsedMessage) -> tuple[str, ...]:
    """Evidence that an answer tells of its writer's absence or an unread mailbox, and no more."""
    opening = parsed.text[: 2 * _SHORT].lower()
    if not any(find_phrase(words, opening) for words in (ABSENT_WORDS, UNREAD, MACHINE_ROOTS)):
        return ()
    said = extract_reply(parsed.text[:_LOOKED_AT], subject=parsed.subject).text
    folded = said.lower().replace("’", "'")
    if len(said) > _SHORT or "?" in said:
        return ()
    machine = find_phrase(MACHINE_WORDS, folded[:_BEGINNING])
    if machine and not find_phrase(BUSINESS, folded):
        return (f"Its text says {machine!r}.",)
    sentences = _list_sentences(said)
    silent = find_phrase(UNREAD, folded)
    if silent and all(find_phrase(UNREAD + NO_ANSWERS, each) for each in sentences):
        return (f"Its text says {silent!r}, and nothing else.",)
    known = (ABSENT_WORDS, _OOO, _MEANWHILE, _BESIDE)
    if not all(any(find_phrase(words, each) for words in known) for each in sentences):
        return ()
    away = find_phrase(ABSENT_WORDS + _OOO, folded)
    told = find_phrase(_MEANWHILE, folded) or find_phrase(_FOR_ALL, folded)
    if not away or not told or not _is_all_known("\n".join(sentences), said):
        return ()
    return (f"Its text says {away!r} and {told!r}, and nothing else.",)


def _is_all_known(sentences: str, said: str) -> bool:
    """Every word is one of such notes' own, or a name behind "contact"."""
    text = _ADDRESS.sub(" ", sentences)
    for pattern, word in _JOINED:
        text = pattern.sub(word, text)
    names = {word.lower() for word in _WORD.findall(said) if word[0].isupper()}
    since = _NAME_WORDS
    for word in _WORD.findall(text):
        if word in _KNOWN:
            since = 0 if word in _POINTERS else since + 1
            continue
        since += 1
        if word not in names or since > _NAME_WORDS:
            return False
    return True


def find_read_note(parsed: ParsedMessage) -> tuple[str, ...]:
    """Evidence of a read receipt in words: "Your message", its header, "was read on Monday"."""
    subject = fold_subject(parsed.subject)
    if not subject.startswith(_READ_SUBJECTS):
        return ()
    lines = [line.strip() for line in parsed.text[: 4 * _SHORT].splitlines() if line.strip()]
    if not 3 <= len(lines) <= _READ_LINES:
        return ()
    is_framed = len(lines[0].split()) <= 4 and find_phrase(_READ_WORDS, lines[-1].lower())
    if not is_framed or not all(read_header_key(line) for line in lines[1:-1]):
        return ()
    return ("Its text says that a message was read, and nothing else.",)


def _list_sentences(said: str) -> list[str]:
    """A note's sentences, folded, without its greeting and its sign-off."""
    lines = [line for line in said.splitlines() if line.strip()]
    for at in range(len(lines)):
        if signatures.is_sign_off(lines[at:]):
            lines = lines[:at]
            break
    pieces = [piece.strip().lower() for piece in _SENTENCE_END.split(_unwrap(lines))]
    pieces = [piece.replace("’", "'") for piece in pieces if piece]
    if len(pieces) > 1 and pieces[0][-1:] in ",!:;" and len(pieces[0].split()) <= _GREETING_WORDS:
        del pieces[0]
    return pieces


def _unwrap(lines: list[str]) -> str:
    return _WRAPPED.sub(r"\1 ", "\n".join(lines))
