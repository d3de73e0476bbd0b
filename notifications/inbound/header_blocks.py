"""Recognise the From/Sent/To/Subject block that many clients put above an unquoted history.

Words of some twenty-five languages, in any order, with or without bold asterisks, with values that
run on over the next line, and with blank lines in between (Outlook on the web as plain text).
"""

from __future__ import annotations

import re

from .lines import LONG_LINE, is_blank, make_comparable

_FROM = (
    "from", "sender", "von", "absender", "de", "expéditeur", "van", "afzender", "da", "mittente",
    "fra", "från", "lähettäjä", "od", "nadawca", "odesílatel", "odosielateľ", "от", "отправитель",
    "від", "feladó", "de la", "kimden", "gönderen", "από", "发件人", "寄件者", "寄件人",
    "發件人", "差出人", "送信者", "보낸 사람", "보낸사람", "từ", "người gửi", "dari",
    "pengirim", "من", "מאת", "saatja", "nuo", "remitente", "remetente", "afsender", "avsändare",
    "avsender", "šalje", "šalje se", "posiela", "frá", "จาก", "remetent", "daripada", "प्रेषक",
    "প্রেরক", "অনুপ্রেরক", "од", "از", "кімнен", "mula kay", "mula sa", "منجانب", "فرستنده",
    "அனுப்புநர்", "పంపినవారు", "kutoka", "kutoka kwa",
)  # fmt: skip
_SENT = (
    "sent", "date", "sent on", "date sent", "sent time", "received", "gesendet",
    "gesendet am", "datum", "gesendet von",
    "envoyé", "envoyé le", "envoyée", "date d'envoi", "message du", "verzonden", "verzonden op",
    "verzonddatum", "inviato", "data", "inviato il", "data invio", "sendt", "dato", "skickat",
    "skickades", "lähetetty", "päivämäärä", "wysłano", "wysłane", "data wysłania", "odesláno",
    "odoslané", "dátum", "отправлено", "дата", "надіслано", "відправлено", "elküldve", "küldve",
    "trimis", "dată", "tarih", "gönderildi", "gönderme tarihi", "gönderim tarihi", "στάλθηκε",
    "ημερομηνία", "enviado", "enviado el", "fecha", "enviada em", "enviado em", "enviada",
    "发送时间", "发送日期", "日期", "时间", "傳送時間", "寄件日期", "寄件時間", "送信日時",
    "日時", "보낸 날짜", "보낸날짜", "날짜", "ngày", "đã gửi", "gửi", "tanggal", "dikirim",
    "تاريخ", "التاريخ", "أرسل", "تم الإرسال", "תאריך", "נשלח", "kuupäev", "saadetud",
    "išsiųsta", "nosūtīts", "poslano", "poslato", "date et heure", "sendt den", "dags",
    "envoyé à", "date/time", "dihantar", "terkirim", "ส่ง", "วันที่ส่ง", "วันที่", "भेजा गया",
    "दिनांक", "প্রেরিত", "তারিখ", "изпратено", "изпратен", "послато", "датум", "enviat",
    "enviat el", "ارسال شده", "تاریخ", "жіберілді", "күні", "naipadala", "ipinadala", "petsa",
    "بھیجا گیا", "அனுப்பியது", "தேதி", "తేదీ", "imetumwa", "tarehe", "ngày gửi",
)  # fmt: skip
_TO = (
    "to", "an", "empfänger", "à", "a", "destinataire", "destinataires", "aan", "para", "til",
    "till", "vastaanottaja", "do", "komu", "pro", "кому", "до", "получатель", "címzett",
    "către", "kime", "alıcı", "προς", "收件人", "收件者", "宛先", "받는 사람", "받는사람",
    "tới", "đến", "người nhận", "kepada", "ke", "untuk", "إلى", "אל", "saaja", "kam", "prima",
    "za", "destinatario", "destinatário", "ontvanger", "modtager", "mottagare", "mottaker",
    "प्रति", "প্রাপক", "প্রতি", "за", "per a", "به", "кімге", "kay", "para kay", "بنام", "گیرنده",
    "பெறுநர்", "స్వీకర్త", "kwa", "adressaat",
    "adresát", "odbiorca", "delivered-to", "ถึง", "destinatar",
)  # fmt: skip
_SUBJECT = (
    "subject", "title", "betreff", "objet", "sujet", "onderwerp", "oggetto", "asunto", "assunto",
    "emne",
    "ämne", "aihe", "temat", "předmět", "predmet", "тема", "tárgy", "subiect", "konu", "θέμα",
    "主题", "主旨", "主題", "件名", "제목", "chủ đề", "tiêu đề", "subjek", "perihal", "judul",
    "الموضوع", "موضوع", "נושא", "teema", "tema", "assumpte", "efni", "betr.", "betrifft",
    "topic", "หัวเรื่อง", "názov", "เรื่อง", "विषय", "বিষয়", "বিষয়", "относно", "tēma", "zadeva",
    "тақырып", "paksa", "பொருள்", "విషయం", "mada",
)  # fmt: skip
_OTHER = (
    "cc", "bcc", "kopie", "kopia", "kopi", "copie", "copie à", "copia", "cópia", "в копии",
    "копия", "копія", "kopio", "másolat", "bilgi", "κοιν", "κοιν.", "κοινοποίηση", "抄送",
    "副本", "参照", "참조", "สำเนา", "tembusan", "نسخة", "עותק", "kópia", "dw", "kopija",
    "reply-to", "reply to", "antwort an", "répondre à", "beantwoorden - aan",
    "beantwoorden aan", "risposta", "rispondi a", "responder a", "responder para", "svar til",
    "svara till", "odpowiedz do", "ответить", "importance", "priority", "priorität",
    "wichtigkeit", "importanza", "importancia", "vigtighed", "attachments", "attachment",
    "anlagen", "anhänge", "pièces jointes", "bijlagen", "allegati", "adjuntos", "anexos",
    "message-id", "organization", "organisation", "on behalf of", "resent-from", "return-path",
    "kopie an", "newsgroups", "x-mailer", "tags", "liite", "přílohy",
)  # fmt: skip

KEYS: dict[str, str] = {
    **dict.fromkeys(_OTHER, "other"),
    **dict.fromkeys(_SUBJECT, "subject"),
    **dict.fromkeys(_TO, "to"),
    **dict.fromkeys(_SENT, "sent"),
    **dict.fromkeys(_FROM, "from"),
}
_KEY_LENGTH = max(map(len, KEYS)) + 6

_EDGES = " \t>*_|•·#"
_ADDRESS = re.compile(r"[^\s<>@\[\]()]{1,100}@[^\s<>@\[\]()]{1,160}")
_LONE_FROM = re.compile(
    r"(?:[^<>\[\]@]{0,60}[<\[(](?:mailto:)?)?[^\s<>@\[\]()]{1,90}@[^\s<>@]{1,90}[>\])]*$"
)
_DATED = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)|\d{1,2}[:.h]\d{2}|\d{1,4}[./-]\d{1,2}[./-]\d{1,4}")

_TIMED = re.compile(r"(?<!\d)\d{1,2}:\d{2}(?!\d)")
_ONE_LINE = re.compile(r"(?<!\w)(from|date|sent|to|subject): ?\S")

MAX_BLOCK_LINES = 40
_MAX_WRAPPED = 3


def read_header_key(line: str) -> tuple[str, str] | None:
    """(kind, value) when the line looks like `From: somebody`.

    Kinds are from, sent, to, subject and other.
    """
    if len(line) > 4 * LONG_LINE:
        return None
    head = make_comparable(line[: _KEY_LENGTH + 40]).lstrip(_EDGES)
    at = head.find(":", 0, _KEY_LENGTH)
    if at <= 0:
        return None
    kind = KEYS.get(head[:at].strip(_EDGES).casefold())
    if kind is None:
        return None
    value = make_comparable(line)
    return kind, value[value.find(":") + 1 :].strip(_EDGES)


Header = tuple[str, str]


def find_header_block_end(lines: list[str], headers: list[Header | None], start: int) -> int | None:
    """The line after a header block that begins on line `start`, or None when none begins there.

    `headers`: what `read_header_key` says of each line.
    """
    first = headers[start]
    if first is None or first[0] == "other":
        return None
    if _is_one_line(lines[start]):
        return start + 1
    found: dict[str, str] = {first[0]: first[1]}
    last, at, wrapped = start, start + 1, 0
    while at < min(len(lines), start + MAX_BLOCK_LINES):
        line = lines[at]
        if is_blank(line):
            after = _skip_blanks(lines, at)
            if after is None or headers[after] is None or len(found) >= 4:
                break
            at = after
            continue
        header = headers[at]
        if header is not None:
            found.setdefault(*header)
            last, wrapped = at, 0
        else:
            wrapped += 1
            if wrapped > _MAX_WRAPPED:
                break
        at += 1
    if _is_block(found) or _is_lone_sender(lines, start, found):
        return last + 1
    return None


def _skip_blanks(lines: list[str], at: int) -> int | None:
    for after in range(at + 1, min(at + 3, len(lines))):
        if not is_blank(lines[after]):
            return after
    return None


def _is_block(found: dict[str, str]) -> bool:
    """Enough of a header, and an address or a date in it: a filled-in form is no history."""
    named = set(found) - {"other"}
    address = any(_ADDRESS.search(found.get(kind, "")) for kind in ("from", "to"))
    dated = _DATED.search(found.get("sent", "")) is not None
    if "from" in named:
        if len(named) >= 3:
            # Three answers to a form may be named alike; they have no time of day.
            return address or len(named) == 4 or _TIMED.search(found.get("sent", "")) is not None
        return len(named) == 2 and (address or (dated and "sent" in named))
    return {"sent", "to"} <= named and dated and address


def _is_one_line(line: str) -> bool:
    """A whole header on one line: "Date: … From: … To: … Subject: …"."""
    if len(line) > LONG_LINE:
        return False
    return len(set(_ONE_LINE.findall(line.casefold()))) >= 4 and _ADDRESS.search(line) is not None


def _is_lone_sender(lines: list[str], start: int, found: dict[str, str]) -> bool:
    """One `From: Ann <ann@example.com>` on its own, below a rule or a blank line."""
    if set(found) != {"from"} or start == 0:
        return False
    above = make_comparable(lines[start - 1][:LONG_LINE])
    if above.strip("_-=") or 0 < len(above) < 5:
        return False
    if start + 1 < len(lines) and not is_blank(lines[start + 1]):
        return False
    return len(found["from"]) <= 200 and _LONE_FROM.match(found["from"]) is not None
