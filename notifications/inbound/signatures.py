"""Recognise what a client or a sender puts under every mail: delimiters, "Sent from my phone".

Only what is plainly no answer is recognised. "Thanks, Ann" stays: it may be all that was written.
"""

from __future__ import annotations

import re

from .lines import fold, is_blank, make_comparable

# Each begins a line that a phone or a program added by itself.
_SENT_FROM = (
    "sent from", "sent wirelessly from", "envoyé sans fil", "sent via", "sent with",
    "sent using", "sent by", "sent on the", "from my ", "von meinem ", "gesendet von",
    "gesendet mit", "gesendet aus", "gesendet über", "gesendet vom",
    "diese nachricht wurde von", "diese e-mail wurde von", "envoyé de mon", "envoyé depuis",
    "envoyé à partir de", "envoyé avec", "envoyé par", "envoyé via", "envoyé d'",
    "provenance :", "enviado desde", "enviado do", "enviado de", "enviado pelo",
    "enviado a partir", "enviado via", "enviado con ", "enviada do", "inviato da",
    "inviato con", "inviato dal", "inviata da", "verzonden met", "verzonden vanaf",
    "verzonden via", "verstuurd vanaf", "verstuurd met", "verstuurd via", "verstuurd van",
    "verzonden vanuit", "skickat från", "skickat med", "skickades från", "från min ",
    "sendt fra", "sendt med", "sendt via", "lähetetty", "wysłane z", "wysłano z", "wysłane za",
    "odesláno z", "odesláno pomocí", "odoslané z", "отправлено с", "отправлено из",
    "отправлено через", "отправлено от", "надіслано з", "надіслано через", "відправлено з",
    "elküldve", "küldve", "trimis de pe", "trimis din", "trimis prin", "στάλθηκε από",
    "εστάλη από", "αποστολή από", "đã gửi từ", "gửi từ", "được gửi từ", "dikirim dari", "发自",
    "發自", "来自", "從我的", "从我的", "傳送自", "寄自", "أرسلت من", "أُرسلت من",
    "تم الإرسال من", "مرسل من", "נשלח מ", "saadetud minu", "poslano s", "poslano iz",
    "poslato sa", "enviat des", "iphoneから送信", "androidから送信",
    "von meinem/meiner ", "envoyé de courrier", "изпратено от", "послато са", "dihantar daripada",
    "ส่งจาก", "ส่งมาจาก", "ارسال شده از", "ipinadala mula", "imetumwa kutoka",
)  # fmt: skip
_SENT_FROM_END = (
    "から送信", "から送信されました", "傳送", "에서 보냄", "에서 보냈습니다", "으로 보냄",
    "ról küldve", "ről küldve", "dan gönderildi", "den gönderildi", "umdan gönderildi",
    "ile gönderildi", "से भेजा गया", "থেকে পাঠানো", "থেকে পাঠানো হয়েছে", "سے بھیجا گیا",
)  # fmt: skip
_DEVICES = (
    "iphone", "ipad", "ipod", "blackberry", "samsung", "galaxy", "android", "outlook",
    "mailbox", "yahoo", "gmail", "tablet", "htc", "nexus", "pixel", "huawei", "xiaomi", "redmi",
    "oneplus", "motorola", "nokia", "sony", "xperia", "airmail", "spark", "typeapp", "bluemail",
    "sparrow", "thunderbird", "k-9", "proton", "protonmail", "smartphone", "smartfon",
    "macbook", "imac", "zimbra", "mymail", "postbox", "canary", "superhuman", "windows", "lg",
    "wiko", "alcatel", "aquamail", "aqua mail", "mobile", "mobil", "phone", "handy", "cell",
    "device", "gerät", "mobilgerät", "mobiltelefon", "appareil", "dispositivo", "telefon",
    "teléfono", "téléphone", "telefone", "cellulare", "laptop", "móvil", "celular", "mail app",
    "mail for windows", "телефона", "телефон", "смартфона", "устройства", "пристрою", "手机",
    "手機", "裝置", "デバイス", "스마트폰", "mail",
    "яндекс", "почты", "courrier", "correo", "posta",
)  # fmt: skip
_DEVICE = re.compile(
    "(?<![a-z])(?:" + "|".join(map(re.escape, _DEVICES)) + ")(?![a-z])|(?<![a-z])i(?:phon|pad)"
)
# "Sent by mail" is a sentence: a program's or a maker's name has to stand there.
_COMMON_NOUNS = frozenset(("mail", "phone", "mobile", "cell", "device", "tablet", "laptop"))
_ADVERTS = (
    "get outlook for", "télécharger outlook", "obtenir outlook", "obtener outlook",
    "descargar outlook", "scarica outlook", "ottieni outlook", "obter o outlook",
    "baixar o outlook", "transferir o outlook", "download outlook", "hämta outlook",
    "skaffa outlook", "få outlook", "hent outlook", "last ned outlook", "hanki outlook",
    "pobierz program outlook", "pobierz outlook", "pobierz aplikację outlook",
    "stáhnout outlook", "získat outlook", "získajte outlook", "скачать outlook",
    "получить outlook", "завантажити outlook", "отримати outlook", "obțineți outlook",
    "λήψη του outlook", "获取 outlook", "下载 outlook", "取得 outlook", "下載 outlook",
    "tải outlook", "dapatkan outlook", "ios için outlook", "android için outlook",
    "ios용 outlook", "android용 outlook", "outlook for ios を", "outlook for android を",
    "holen sie sich outlook", "скачайте outlook", "загрузить outlook", "الحصول على outlook",
    "קבל את outlook", "قم بتنزيل outlook", "ดาวน์โหลด outlook", "รับ outlook", "स्थापित करें outlook",
    "изтеглете outlook", "preuzmite outlook", "pridobite outlook", "descărcați outlook",
)  # fmt: skip
# "Get BlueMail for Android", and what virus scanners write under every mail.
_APP_ADVERT = re.compile(
    r"get [\w.]{3,20}(?: [\w.]{3,20})? for (?:ios|android|iphone|ipad|mobile)$"
)
_SCANNED = re.compile(
    r"(?:virus-free|virenfrei|libre de virus|livre de v[ií]rus|sans virus|garanti sans virus|"
    r"privo di virus|virusvrij|mentes a vírusoktól|wolny od wirusów|без вирусов)"
    r"\W{1,3}(?:www\.)?[a-z]{2,15}\.(?:com|de|fr|es|it|net)\W{0,3}$"
)
_SCANNER_LINK = re.compile(r"<?https?://(?:www\.)?(?:avast|avg|norton|avira)\.com/\S{0,300}>?$")
_ADVERT = re.compile(
    r"outlook (?:für|voor|for|para|pour|til|för) (?:ios|android|mac)"
    r"(?: (?:beziehen|herunterladen|downloaden|holen|beszerzése|letöltése))?$"
)
_EXCUSES = re.compile(
    r"(?:please |kindly )?(?:excuse|pardon|forgive|ignore|sorry|apologi[sz]e|entschuldig|bitte|"
    r"pardonnez|excusez|disculp|desculp|scus|brevity|typed|apologies|tipp|t[iy]po)"
)
_MARKDOWN_LINK = re.compile(r"\[([^\[\]]{1,80})\]\([^()\s]{1,300}\)")
_LINK = re.compile(r"<?https?://\S{1,400}>?|\(https?://[^()\s]{1,400}\)")
# Programs whose names are words of their own: nothing else may stand in the line.
_PROGRAMS = re.compile(
    r"sent (?:from|with|via|using) (?:(?:the )?(?:all new )?)(?:front|nine|hey|missive|spike|tuta|"
    r"edison mail|workspace one boxer|boxer|notion mail|shortwave|aol|polymail|newton mail|"
    r"yandex mail|zoho mail|mailspring)(?: app)?"
    r"(?: (?:for|on) (?:ios|android|mobile|mac|windows))?$"
)
_OWN_THING = re.compile(
    r"^(?:\S+ ){1,4}(?:my|mein\w*|mon|ma|mi|meu|minha|mio|mia|mijn|min|mit|m[oó]j\w*) "
)
_NAME_FROM_MOBILE = re.compile(r"[^\W\d_]{1,20} from mobile\W*$")
_DASHED_NAME = re.compile(
    r"[-–—~]{1,2} ?[A-Z][\w.'’-]{0,20}"
    r"(?: (?:de|da|di|van|von|der|den|la|le|[A-Z])[\w.'’-]{0,20}){0,3}$"
)
_NO_NAME = re.compile(r"\d|[.!?:;。！？…]$|^[-*•]")
_SMALL_WORDS = frozenset(
    [
        "and",
        "und",
        "et",
        "y",
        "e",
        "of",
        "de",
        "da",
        "di",
        "van",
        "von",
        "der",
        "den",
        "la",
        "le",
        "&",
    ]
)
_SENTENCE = re.compile(r"[.!?。！？…]\W*$")
_CONTACT = re.compile(r"@|https?://|www\.|\+\d|\d{3}[ .)-]{1,2}\d{3}|tel[.: ]|phone|mob[.:i]|fax")

# So many lines below a delimiter are looked at.
MAX_LINES = 100

_LIST_RULE = "_" * 40  # Mailman's
_MAX_SIGN_OFF = 8  # lines
_CLOSINGS = (
    "regards", "best regards", "kind regards", "warm regards", "many regards", "sincerely",
    "yours sincerely", "yours faithfully", "yours truly", "best wishes", "cheers,",
    "mit freundlich", "freundliche gr", "viele gr", "beste gr", "liebe gr", "schöne gr",
    "herzliche gr", "mfg", "hochachtungsvoll", "cordialement", "bien cordialement", "salutations",
    "sincères salutations",
    "bien à vous", "saludos", "un saludo", "atentamente", "cordialmente", "cordiali saluti",
    "distinti saluti", "un saluto", "saluti", "atenciosamente", "com os melhores cumprimentos",
    "cumprimentos", "met vriendelijke groet", "vriendelijke groet", "med vänlig", "vänliga häls",
    "med venlig", "venlig hilsen", "med vennlig", "vennlig hilsen", "ystävällisin", "pozdrawiam",
    "z poważaniem", "s pozdravem", "s pozdravom", "с уважением", "з повагою", "üdvözlettel",
    "tisztelettel", "cu stimă", "cu respect", "saygılarımla", "με εκτίμηση", "с уважение",
    "lijep pozdrav", "s poštovanjem", "lep pozdrav",
)  # fmt: skip

_FOOTER_WORDS = ("unsubscribe", "mailing list", "subscribed to", "confidential", "abmelden")
_SURE_FOOTER_WORDS = (
    "listinfo", "you received this", "you are receiving this", "intended recipient",
    "google groups", "to stop receiving", "view it on", "reply to this email directly",
    "mute the thread", "checked for viruses", "auf viren geprüft", "virus-free",
    "scanned for viruses", "antivirus", "diese e-mail ist vertraulich",
    "diese e-mail enthält vertrauliche",
)  # fmt: skip


def is_sent_from(line: str) -> bool:
    """True for a line such as "Sent from my iPhone", "Get Outlook for iOS", in many languages."""
    if not 5 <= len(line) <= 400 or is_blank(line):
        return False
    folded = fold(_MARKDOWN_LINK.sub(r"\1", line)).lstrip('(<[*_-–— "')
    plain = _LINK.sub("", folded).strip(" !*_()<>[]-–—\"'.")
    if "outlook" in folded and _is_outlook_advert(plain, folded):
        return True
    if _NAME_FROM_MOBILE.match(folded) or _APP_ADVERT.match(plain):
        return True
    if _SCANNED.match(folded) or _SCANNER_LINK.match(fold(line)):
        return True
    if plain.endswith(_SENT_FROM_END) and len(plain) <= 60:
        return True
    if plain.startswith(_SENT_FROM):
        return _PROGRAMS.match(plain) is not None or _is_about_a_thing(plain)
    return False


def _is_outlook_advert(plain: str, folded: str) -> bool:
    if len(plain) > 60:
        return False
    return plain.startswith(_ADVERTS) or "aka.ms/" in folded or _ADVERT.match(plain) is not None


def _is_about_a_thing(plain: str) -> bool:
    """The words after "sent from" name a device or a program, and no sentence goes on."""
    cut = min((at for at in map(plain.find, (",", ". ", ";", " - ", " – ")) if at > 0), default=-1)
    thing, rest = (plain, "") if cut < 0 else (plain[:cut], plain[cut:].strip(" ,.;-–"))
    another = len(rest.split()) <= 3 and _DEVICE.search(rest) is not None
    if rest and not another and not _EXCUSES.match(rest):
        return False
    words = len(thing.split())
    owned = _OWN_THING.match(thing) is not None
    device = _DEVICE.search(thing)
    if thing.startswith("from my "):
        return words <= 4 and device is not None
    if device is None:
        return words <= 4 and owned
    if device.group() in _COMMON_NOUNS and thing.startswith(("sent by", "sent via")):
        return words <= 3
    return words <= 7 or (owned and words <= 14)


def read_delimiter(line: str) -> str:
    """Say "strong" for the signature mark `-- `, "weak" for another line of dashes, or ""."""
    text = make_comparable(line[:300])
    if not text or text.strip(text[0]) or text[0] not in "-_=+~#*ᐧ—–":
        mixed = text.replace(" ", "")
        if len(mixed) < 3 or mixed.strip("-_=*~") or len(text) >= 200:
            return ""
    if text in ("--", "—", "–"):
        return "strong" if text == "--" else "weak"
    return "weak" if len(text) >= 2 or text in "_—ᐧ" else ""


def is_signature_like(lines: list[str]) -> bool:
    """True when these lines, found under a delimiter, look like a signature or a list's footer.

    A signature begins with a name. What else stands below a rule, a list of lines to cancel for
    one, is the author's.
    """
    own = [make_comparable(line) for line in lines if not is_blank(line)]
    texts = [fold(line) for line in own]
    if not texts or _names_footer(texts):
        return True
    if any(_is_sentence(text) for text in texts) or not _may_be_name(own[0]):
        return False
    if len(texts) <= 6 and all(len(text) <= 70 for text in texts) and _is_name(own[0]):
        return True
    return len(texts) <= 20 and any(_CONTACT.search(text) for text in texts)


def _may_be_name(line: str) -> bool:
    """Short, without a figure, and no end of a sentence."""
    return len(line.split(None, 6)) <= 6 and not _NO_NAME.search(line)


def _is_name(line: str) -> bool:
    """A person's or a firm's name: capitals, and small words between."""
    words = [word.lstrip("\"'(|") for word in line.split()]
    return all(word[:1].isupper() or word in _SMALL_WORDS for word in words)


def is_prose(lines: list[str]) -> bool:
    """True when there is so much written here that a `--` above it cannot be a signature mark."""
    texts = [fold(line) for line in lines if not is_blank(line)]
    if len(texts) <= 15 or _names_footer(texts):
        return False
    return sum(map(_is_sentence, texts)) >= 5


def is_footer(lines: list[str]) -> bool:
    """True for a list's or a lawyer's footer that stands under a quotation without a delimiter."""
    texts = [fold(line) for line in lines[:MAX_LINES] if not is_blank(line)]
    if texts and texts[0].startswith(_LIST_RULE) and any("list" in text for text in texts[1:3]):
        return True
    return any(word in text for word in _SURE_FOOTER_WORDS for text in texts)


def is_sign_off(lines: list[str]) -> bool:
    """True for "Kind regards" and a name and numbers below it: the end of a mail, no answer."""
    texts = [fold(line) for line in lines if not is_blank(line)]
    if not texts or len(texts) > _MAX_SIGN_OFF or not texts[0].startswith(_CLOSINGS):
        return False
    return not any(_is_sentence(text) or "?" in text for text in texts)


def _names_footer(texts: list[str]) -> bool:
    if any(word in text for word in _SURE_FOOTER_WORDS for text in texts):
        return True
    if not any(word in text for word in _FOOTER_WORDS for text in texts):
        return False
    return any("@" in text or "http" in text for text in texts)


def _is_sentence(text: str) -> bool:
    return len(text.split(None, 6)) >= 6 and _SENTENCE.search(text[-40:]) is not None


def is_dashed_name(line: str) -> bool:
    """True for "-Ann" or "- Ann Lee": a name used as a signature."""
    text = make_comparable(line)
    return len(text) <= 50 and _DASHED_NAME.match(text) is not None
