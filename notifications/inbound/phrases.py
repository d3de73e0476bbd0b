"""How automatic mail words its subject and its first lines, in the languages of our mail.

Data: plain words, so looking for them is linear. Everything is compared in lower case, with blanks
squeezed.
"""

from __future__ import annotations

import re

# `Re:` and its kin, with counts; also forwards. After one of these a person is speaking.
REPLY_PREFIX = re.compile(
    r"(?:re|aw|antw|antwort|sv|vs|odp|rv|res|rif|r|ref|ynt|ilt|vá|απ|σχετ|ha|atb|bls|vl|"
    r"fw|fwd|wg|tr|enc|doorst|fs|vb|wl|pd|i|továbbítás|πρθ|yml|rép|resp|отв|ответ|пересл|на|відп|"
    r"回复|回覆|答复|答覆|返信|转发|轉寄|転送|답장|회신|전달|הועבר|תשובה|رد)"
    r"(?:\s?[\[(]\d{1,3}[\])]|\^\d{1,3}|\d{1,2})?\s?[:：]"
)

# "This is an automatic answer": no person begins a subject so.
_AUTOMATIC_ANSWER = """
automatic reply|automatic response|automatic answer|automated reply|automated response
automated answer|auto reply|auto-reply|autoreply|auto response|auto-response|autoresponse
auto generated|auto-generated|automatically generated|automatic message|automated message
automatic notification|automated notification|automatic email|automated email
auto responder|auto-responder|autoresponder|automatic out of office|auto: out of office
out of office autoreply|out of office auto-reply|out of office auto reply|out of office reply
out of office response|out-of-office reply|out of office assistant|out of office notification
out of office message|vacation reply|vacation response|vacation message|vacation autoreply
away message|autoantwort|automatische antwort|automatische rückantwort|automatische rueckantwort
automatische abwesenheitsnotiz|automatisch generierte antwort|automatische eingangsbestätigung
automatische rückmeldung|automatische empfangsbestätigung|accusé de réception automatique
accuse de reception automatique|acuse de recibo automático|automated acknowledgement
automatic acknowledgement|abwesenheitsnotiz|abwesenheitsmeldung|abwesenheitsnachricht
abwesenheitsbenachrichtigung|abwesenheitsassistent|urlaubsbenachrichtigung|réponse automatique
reponse automatique|répondeur automatique|réponse d'absence|message d'absence
message automatique d'absence|notification d'absence|avis d'absence|respuesta automática
respuesta automatica|respuesta de ausencia|mensaje de ausencia|autorespuesta|auto respuesta
risposta automatica|risposta automatica di assenza|messaggio di assenza|avviso di assenza
resposta automática|resposta automatica|mensagem de ausência|mensagem automática|auto resposta
automatisch antwoord|automatische beantwoording|automatische reactie|afwezigheidsbericht
afwezigheidsmelding|autom. antwoord|autosvar|automatiskt svar|frånvaromeddelande|automatisk svar
fraværsbesked|fraværsmelding|automatisk fraværsmelding|automaattinen vastaus|poissaoloilmoitus
automaattivastaus|poissaoloviesti|lomailmoitus|autoodpowiedź|odpowiedź automatyczna
automatyczna odpowiedź|autoodpowiedz|odpowiedz automatyczna|automatická odpověď
automaticka odpoved|automatická odpoveď|automatikus válasz|automatikus valasz
távolléti értesítés|răspuns automat|raspuns automat|автоматический ответ|автоответ|автоответчик
автоматическое уведомление об отсутствии|уведомление об отсутствии|автоматична відповідь
автовідповідь|автоматичен отговор|automatski odgovor|samodejni odgovor|automaatvastus
automaatne vastus|automātiska atbilde|automatinis atsakymas|automatische afwezigheidsmelding
otomatik yanıt|otomatik cevap|otomatik yanit|αυτόματη απάντηση|自動応答|自動返信|不在通知|不在応答
自动答复|自动回复|自動回覆|自動回复|自動答覆|자동 회신|자동회신|자동 응답|자동응답|부재중 자동
תשובה אוטומטית|מענה אוטומטי|رد تلقائي|الرد التلقائي|رد آلي|trả lời tự động|tự động trả lời
balasan otomatis|jawaban otomatis|ตอบกลับอัตโนมัติ|resposta automàtica|sjálfvirkt svar
"""

# "I am away": a person may begin a subject so too; something else must say that it is automatic.
_ABSENCE = """
out of office|out of the office|out-of-office|ooo|away from the office|away from my mail
away until|away from|i am away|i'm away|i am out of|i'm out of|on vacation|on holiday|on leave
on annual leave|annual leave|vacation|holiday notice|maternity leave|not in the office
currently away|currently out|no longer with|abwesenheit|abwesend|nicht im büro|nicht im haus
außer haus|ausser haus|im urlaub|urlaub|nicht erreichbar|absence|absent|absente|absence du bureau
hors du bureau|en congé|en congés|en vacances|congés|fuera de la oficina|fuera de oficina|ausente
ausencia|de vacaciones|vacaciones|fuori sede|fuori ufficio|assente|assenza|in ferie|ferie
fora do escritório|fora de escritório|ausência|de férias|férias|niet aanwezig|afwezig|afwezigheid
buiten kantoor|vakantie|frånvarande|frånvaro|ej på kontoret|inte på kontoret|semester
ikke til stede|ikke på kontoret|fraværende|fravær|borte fra kontoret|på ferie|poissa
poissa toimistosta|lomalla|loma|poza biurem|nieobecny|nieobecna|nieobecność|urlop|mimo kancelář
nepřítomnost|nepřítomen|dovolená|mimo kancelárie|neprítomnosť|házon kívül|szabadság|távollét
nem vagyok az irodában|absent din birou|în concediu|in concediu|concediu|plecat din birou
вне офиса|нет на работе|нет в офисе|в отпуске|отпуск|отсутствую|отсутствие|в командировке
поза офісом|у відпустці|відсутній|ofis dışında|ofis dışındayım|işyeri dışında|izinde|izindeyim
εκτός γραφείου|απουσία|σε άδεια|不在|外出中|休暇|不在のお知らせ|外出|休假|不在办公室|不在辦公室|出差
부재중|부재 중|휴가|출장|מחוץ למשרד|בחופשה|خارج المكتب|في إجازة|vắng mặt|cuti|izvan ureda
van kancelarije|odsotnost
"""

# Of those, the ones that name a workplace: nobody calls a mail of their own so.
_WORKPLACES = """
my mail
office|ooo|büro|bureau|oficina|ufficio|sede|escritório|kantoor|kontor|toimisto|biur|kancel|irod|birou
офис|ofis|γραφεί|办公|辦公|משרד|مكتب|izvan ureda|kancelarije
"""

# What a customer of ours may want, wherever it stands in a word.
_BUSINESS = """
cancel|terminat|restor|reinstat|reactivat|keep|service|line|number|account|contract|invoice|bill
refund|extension|sim|port|answer|question|confirm|agree|kündig|wiederherst|behalten|dienst|leitung
anschl|nummer|konto|vertrag|rechnung|antwort|frage|bestätig|résili|resili|rétabl|garder|ligne
numéro|compte|contrat|facture|répon|confirmer|restaur|mantener|línea|linea|número|cuenta|contrato
factura|respuesta|respond
"""

# Of those, what nobody's absence note speaks of.
_WISHES = """
cancel|terminat|restor|reinstat|reactivat|kündig|wiederherst|résili|resili|rétabl|de baja|restaur
"""

# What the first lines of such a note say.
_ABSENT_WORDS = """
not be reading my mail
out of the office|out of office|away from the office|away from my desk|on vacation|annual leave
on leave|on holiday|maternity leave|parental leave|limited access to|will be back|will return
i return|currently away|no longer with|no longer work|back in the office|not in the office
be returning|currently unavailable|i am away|i'm away|i will be away|be out of|nicht im büro
nicht im haus|abwesend|im urlaub|außer haus|ausser haus|nicht erreichbar|wieder erreichbar
wieder im büro|elternzeit|nicht am arbeitsplatz|absent|en congé|en vacances|de retour
fuera de la oficina|de vacaciones|ausente|estaré fuera|fuori ufficio|fuori sede|in ferie|assente
fora do escritório|de férias|afwezig|niet aanwezig|op vakantie|met vakantie|buiten kantoor
inte på kontoret|semester|frånvarande|tillbaka|ikke på kontoret|på ferie|fraværende|tilbage
tilbake|lomalla|poissa|palaan|nieobecn|urlopie|poza biurem|nepřítom|dovolen|neprítom|mimo kancel
szabadság|házon kívül|távol|nem vagyok|concediu|plecat|отпуск|отсутству|нет на рабочем
командировк|відпустц|відсутн|ofis dışında|izinde|tatil|εκτός γραφείου|άδεια|απουσιάζω|不在|休暇
外出|お休み|休假|出差|不在办公室|不在辦公室|부재|휴가|출장|בחופשה|מחוץ למשרד|إجازة|خارج المكتب
"""

_MACHINE_WORDS = """
this is an automated response|this is an automatic response|this is an automated reply
this is an automatic reply|this is an auto-reply|this is an auto reply|this is an autoreply
this is an auto-response|this is an auto response|this is an autoresponse
this is an automatic message to confirm|this message is an automated response
this message is an automatic reply|this e-mail is an automatic reply
this email is an automatic reply
this is an automated acknowledgement|this is an automatically generated reply
this is an automatically generated response|this is a system generated response
this is an automated message|this is an automated email|this is an automated e-mail
this is an automated notification|this email was automatically generated
this e-mail was automatically generated|this message was automatically generated
this is an automatically generated message|this is an automatically generated email
this is an automatically generated e-mail|this is an auto-generated|this is an auto generated
this email is auto-generated|this e-mail is auto-generated|this message is auto-generated
this email is automatically generated|this e-mail is automatically generated
this message is automatically generated|this email was auto-generated
this message was auto-generated|this email was sent automatically
this message was sent automatically
dies ist eine automatisch generierte e-mail|dies ist eine automatisch generierte nachricht
dies ist eine automatisch erstellte|dies ist eine automatisch erzeugte|dies ist eine automatische
diese e-mail wurde automatisch|diese nachricht wurde automatisch|diese mail wurde automatisch
ceci est un message automatique|ce message est généré automatiquement|ceci est un e-mail automatique
este es un correo automático|este mensaje se ha generado automáticamente
questo è un messaggio automatico|questa è un'e-mail automatica|esta é uma mensagem automática
dit is een automatisch bericht|dit is een automatisch gegenereerd|detta är ett automatiskt
to jest wiadomość automatyczna|это автоматическое сообщение|письмо сформировано автоматически
dies ist eine automatische antwort|dies ist eine automatisch generierte antwort
diese antwort wurde automatisch|dies ist eine automatische eingangsbestätigung
ceci est une réponse automatique|esta es una respuesta automática|este es un mensaje automático
questa è una risposta automatica|esta é uma resposta automática|dit is een automatisch antwoord
detta är ett automatiskt svar|dette er et automatisk svar|tämä on automaattinen vastaus
to jest automatyczna odpowiedź|toto je automatická odpověď|это автоматический ответ
bu otomatik bir yanıttır|これは自動応答です|このメールは自動返信|这是自动回复|这是一封自动回复
이 메일은 자동
mensaje generado automáticamente|mensaje ha sido generado automáticamente
mensaje fue generado automáticamente|correo generado automáticamente
correo electrónico generado automáticamente|correo ha sido generado automáticamente
mensaje enviado automáticamente|este es un correo electrónico automático
message généré automatiquement|message a été généré automatiquement|message envoyé automatiquement
message a été envoyé automatiquement|e-mail généré automatiquement|mail généré automatiquement
e-mail a été envoyé automatiquement|courriel généré automatiquement|courriel automatique
messaggio generato automaticamente|messaggio è stato generato automaticamente
e-mail generata automaticamente|e-mail è stata generata automaticamente
messaggio inviato automaticamente|mensagem gerada automaticamente
mensagem foi gerada automaticamente|mensagem enviada automaticamente|e-mail gerado automaticamente
email gerado automaticamente|e-mail automático|automatisch gegenereerd bericht
automatisch gegenereerde e-mail|automatisch verzonden bericht|bericht is automatisch
e-mail is automatisch|automatiskt genererat meddelande|meddelandet har skapats automatiskt
automatisk genereret besked|automatisk genereret mail|automatisk generert melding
automatisk generert e-post|viesti on lähetetty automaattisesti|automaattinen viesti
automaattisesti luotu viesti|wiadomość wygenerowana automatycznie
wiadomość została wygenerowana automatycznie|wiadomość została wysłana automatycznie
automatycznie wygenerowana wiadomość|zpráva byla vygenerována automaticky
zpráva byla odeslána automaticky|automaticky generovaná zpráva|správa bola vygenerovaná automaticky
automaticky generovaná správa|automatikusan generált üzenet|automatikusan küldött
mesaj generat automat|mesaj automat|bu e-posta otomatik|bu mesaj otomatik|bu ileti otomatik
сообщение создано автоматически|сообщение отправлено автоматически
сообщение сформировано автоматически|письмо создано автоматически|письмо отправлено автоматически
автоматическое письмо|лист створено автоматично|лист надіслано автоматично
повідомлення створено автоматично|αυτό είναι ένα αυτόματο|αυτοματοποιημένο μήνυμα
自動送信されています|自動送信メール|自動配信メール|自動的に送信|系统自动发送|系統自動發送|自动发出
자동으로 발송|자동 발송|자동발송|נשלחה באופן אוטומטי|رسالة تلقائية|رسالة آلية|thư tự động
email ini dikirim secara otomatis|pesan otomatis
would like to recall the message|möchte die nachricht zurückrufen|souhaite rappeler le message
"""

# "This mail was automatically scanned": a person's mail that a machine only passed on.
_PASSED_ON = """
viren|virus|malware|geprüft|gescannt|scanned|checked|verschlüsselt|encrypted|weitergeleitet
forwarded|übersetzt|translated|signiert|archivier|archived|vérifié|analysé|chiffré|escanead
analizad|scansionat|gecontroleerd|gescand|проверен
"""

# A machine's receipt says both of these: "we have received your request", "do not reply to this".
_TAKEN_IN = """
has been received|have received your|we received your|was received at|ticket has been opened
ticket has been created|request has been registered|request has been logged|case has been opened
haben wir erhalten|ist bei uns eingegangen|haben ihre anfrage erhalten|bien reçu votre
avons reçu votre|a bien été reçu|hemos recibido su|ha sido recibid|abbiamo ricevuto
è stata ricevuta|recebemos o seu|recebemos sua|recebemos a sua|hebben uw|har mottagit|har modtaget
har mottatt|otrzymaliśmy|obdrželi jsme
"""
_NO_ANSWERS = """
do not reply to this e|do not reply to this m|do not reply to this n|do not reply to this au
don't reply to this e|don't reply to this m|do not respond to this e|do not respond to this m
cannot receive replies
nicht auf diese|antworten sie nicht auf|ne pas répondre à ce|ne pas y répondre|ne répondez pas à ce
no responda a este|no conteste a este|non rispondere a quest|não responda a est|niet op deze
svara inte på detta|svar ikke på denne|prosimy nie odpowiadać|neodpovídejte na
"""
# Said beside one of those, it is a program that speaks.
_UNREAD = """
mailbox is not monitored|inbox is not monitored|unmonitored mailbox|unmonitored inbox
mailbox is unmonitored|postfach wird nicht gelesen|postfach wird nicht überwacht|n'est pas consultée
no es revisad|non è monitorat|não é monitorad|wordt niet gelezen
"""

# A filter asks the sender to prove that a person wrote, by a link or an answer.
_CHALLENGES = """
allowed list|approved senders|waitlisted|confirm that you are a|confirm you are a
confirm you are not|verify that you are|verify you are|prove that you are|need to do this only once
only need to do this once|do this only once|requires that you verify that you are a
because the address has not been verified|to my guest list|complete the verification process
votre message est en attente|su mensaje está en espera|ihre nachricht wird zurückgehalten
message is being held|message is held|before your message can be delivered
"""
_CHALLENGE_LINKS = """
click the link|click the following link|click on the link|click on the following link
simply reply to this message|empty message to the following address|request form
cliquez sur le lien|haga clic en el enlace|klicken sie auf
clicking on the link|clicking the link|follow the link|following the link|by replying to this
"""


# "Out of the office until Monday".
UNTIL = (
    "until ", "till ", "through ", "from ", "for ", "bis ", "vom ", "ab ", "jusqu", "du ", "hasta ",
    "del ", "fino ", "dal ", "até ", "de ", "tot ", "van ", "till och med ", "t.o.m", "til ",
    "do ", "od ", "до ", "с ", "по ",
)  # fmt: skip


def list_phrases(table: str) -> tuple[str, ...]:
    """Return a table's phrases, the longest first."""
    found = {word.strip() for line in table.strip().splitlines() for word in line.split("|")}
    return tuple(sorted(found - {""}, key=len, reverse=True))


def find_phrase(phrases: tuple[str, ...], text: str) -> str:
    """Return a phrase that stands in `text`, or ""."""
    return next((phrase for phrase in phrases if phrase in text), "")


def find_beginning(phrases: tuple[str, ...], text: str) -> str:
    """Return the phrase that `text` begins with, as a whole word, or ""."""
    if not text.startswith(phrases):
        return ""
    for phrase in phrases:
        if text.startswith(phrase):
            following = text[len(phrase) : len(phrase) + 1]
            if not following.isalpha() or (not following.isascii() and not phrase.isascii()):
                return phrase
    return ""


TAKEN_IN = list_phrases(_TAKEN_IN)
PASSED_ON = list_phrases(_PASSED_ON)
NO_ANSWERS = list_phrases(_NO_ANSWERS)
UNREAD = list_phrases(_UNREAD)
CHALLENGES = list_phrases(_CHALLENGES)
CHALLENGE_LINKS = list_phrases(_CHALLENGE_LINKS)
AUTOMATIC_ANSWER = list_phrases(_AUTOMATIC_ANSWER)
ABSENCE = list_phrases(_ABSENCE)
ABSENT_WORDS = list_phrases(_ABSENT_WORDS)
MACHINE_WORDS = list_phrases(_MACHINE_WORDS)
WORKPLACES = list_phrases(_WORKPLACES)
BUSINESS = list_phrases(_BUSINESS)
WISHES = list_phrases(_WISHES)
MACHINE_ROOTS = (
    "auto", "system gen", "otomat", "автомат", "αυτό", "αυτοματ", "自動", "自动", "자동", "אוטומט",
    "تلقائ", "آلية", "tự động", "recall the message", "zurückrufen", "rappeler le message",
)  # fmt: skip
# Domino: "AUTO: Ann Example is out of the office (returning 01/02/2026)".
DOMINO_ABSENCE = re.compile(r"auto: .{1,120}(?:is out|is away|out of|returning|abwesend|ist nicht)")


def fold_subject(subject: str) -> str:
    """Return a subject for comparison: lower case, blanks squeezed, leading marks gone."""
    return " ".join(subject.lower().replace("’", "'").split()).lstrip("*-_~#!<>【[( ")


def fold_text(text: str, *, length: int) -> str:
    """Return the beginning of a text for comparison, without what it quotes."""
    kept = []
    for line in text[: 2 * length].splitlines():
        if line.lstrip().startswith((">", "|")):
            continue
        kept.append(line)
    return " ".join(" ".join(kept).lower().replace("’", "'").split())[:length]
