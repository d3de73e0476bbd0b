"""Recognise the banners above a history: "-----Original Message-----", "Begin forwarded message:".

A *history* banner stands above a mail that was answered; a *forward* banner above one that was
passed on, whose text is then the content. Phrases of some twenty-five languages.
"""

from __future__ import annotations

import re

from .lines import LONG_LINE, fold, make_comparable, spell_plainly

_HISTORY_WORDS = (
    "original message", "reply message", "original email", "original e-mail", "original mail",
    "ursprüngliche nachricht", "originalnachricht", "original-nachricht", "originalmail",
    "antwort nachricht", "urspr. mitteilung", "ursprüngliche mail", "ursprüngliche e-mail",
    "message d'origine", "message d’origine", "message original", "message initial",
    "message précédent", "mensaje original", "messaggio originale", "messaggio original",
    "mensagem original", "oorspronkelijk bericht", "origineel bericht",
    "oorspronkelijke bericht", "ursprungligt meddelande", "originalmeddelande",
    "ursprungligt brev", "oprindelig meddelelse", "oprindelig besked", "oprindelig mail",
    "opprinnelig melding", "opprinnelig e-post", "original meddelelse", "alkuperäinen viesti",
    "alkuperäinen sanoma", "wiadomość oryginalna", "oryginalna wiadomość",
    "wiadomosc oryginalna", "treść oryginalnej wiadomości", "původní zpráva", "puvodni zprava",
    "pôvodná správa", "исходное сообщение", "оригинальное сообщение", "исходное письмо",
    "вихідне повідомлення", "оригінальне повідомлення", "первоначальное сообщение",
    "eredeti üzenet", "mesaj original", "mesajul original", "mesaj inițial", "orijinal mesaj",
    "özgün ileti", "asıl ileti", "orijinal ileti", "αρχικό μήνυμα", "原始邮件", "原始郵件",
    "原始信件", "原邮件", "原郵件", "原始消息", "邮件原件", "郵件原件",
    "元のメッセージ", "オリジナルメッセージ",
    "元のメール", "원본 메시지", "원본메시지", "원본 메일", "원본메일", "thư gốc",
    "tin nhắn gốc", "pesan asli", "الرسالة الأصلية", "ההודעה המקורית", "הודעה מקורית",
    "algne kiri", "originalna poruka", "izvorna poruka", "izvirno sporočilo",
    "missatge original", "回复的原邮件", "回覆的原郵件", "původní e-mail",
    "previous replies", "previous reply", "frühere antworten",
    "vorherige antworten", "réponses précédentes", "respuestas anteriores",
    "respostas anteriores", "risposte precedenti", "eerdere antwoorden", "replied message",
    "mail original", "mail originale", "courriel original", "e-mail original", "email original",
    "correo original", "mail d'origine", "mail originale", "e-mail originale", "e-mail oryginalny",
)  # fmt: skip
# A word that is a banner between dashes only.
_HISTORY_IN_DASHES = frozenset(("original", "originale", "original:", "原文"))
_FORWARD_WORDS = (
    "forwarded message", "begin forwarded message", "forwarded mail", "forwarded email",
    "forwarded letter", "forward message", "forwarded by", "weitergeleitete nachricht",
    "anfang der weitergeleiteten nachricht", "anfang der weitergeleiteten e-mail",
    "weitergeleitete e-mail", "message transféré", "message transfere",
    "début du message réexpédié", "début du message transféré", "mensaje reenviado",
    "inicio del mensaje reenviado", "messaggio inoltrato", "inizio messaggio inoltrato",
    "mensagem encaminhada", "mensagem reencaminhada", "início da mensagem reencaminhada",
    "início da mensagem encaminhada", "doorgestuurd bericht", "begin doorgestuurd bericht",
    "vidarebefordrat meddelande", "vidarebefordrat mejl", "vidarebefordrat brev",
    "vidarebefordrat e-postmeddelande", "videresendt meddelelse", "videresendt besked",
    "videresendt e-post", "videresendt melding", "start på videresendt besked",
    "videresend e-post", "start på videresendt e-post", "välitetty viesti",
    "edelleenlähetetty viesti", "wiadomość przekazana", "przekazana wiadomość",
    "początek przekazywanej wiadomości", "treść przekazanej wiadomości", "přeposlaná zpráva",
    "začátek přeposílané zprávy", "preposlaná správa", "začiatok preposielanej správy",
    "пересылаемое сообщение", "пересланное сообщение", "пересылаемое письмо",
    "начало переадресованного сообщения", "переслане повідомлення",
    "початок листа, що пересилається", "перенаправлене повідомлення", "пересланное письмо",
    "továbbított üzenet", "továbbított levél", "továbbított levél kezdete",
    "mesaj redirecționat", "mesaj redirecţionat", "începutul mesajului redirecționat",
    "yönlendirilen mesaj", "yönlendirilmiş ileti", "iletilmiş mesaj", "iletilen ileti",
    "iletinin başlangıcı", "προωθημένο μήνυμα", "έναρξη προωθημένου μηνύματος", "转发邮件",
    "已转发邮件", "转发的邮件", "轉寄郵件", "轉寄的郵件", "轉寄的訊息", "転送メッセージ",
    "転送されたメッセージ", "転送メール", "전달된 메시지", "전달된 메일", "전달 메시지",
    "thư đã chuyển tiếp", "tin nhắn được chuyển tiếp", "pesan terusan", "pesan diteruskan",
    "رسالة معاد توجيهها", "הודעה שהועברה", "edastatud kiri", "proslijeđena poruka",
    "prosleđena poruka", "posredovano sporočilo", "missatge reenviat",
)  # fmt: skip
_REPLY_ABOVE_WORDS = (
    "reply above this line", "type your reply above", "reply above the line",
    "write above this line", "type above this line", "write your reply above",
    "antworten sie oberhalb dieser zeile", "antwort oberhalb dieser zeile",
    "oberhalb dieser linie", "antwort bitte über dieser", "bitte antworten sie über dieser",
    "répondre au-dessus de cette ligne", "réponse au-dessus de cette ligne",
    "répondez au-dessus de cette ligne", "responda por encima de esta línea",
    "respuesta por encima de esta línea", "escriba su respuesta por encima",
    "rispondi sopra questa riga", "responda acima desta linha", "antwoord boven deze regel",
    "typ uw antwoord boven", "svara ovanför den här raden", "svar over denne linje",
    "odpowiedz powyżej tej linii", "ответьте выше этой строки",
)  # fmt: skip

# Some programs write them without accents.
_HISTORY = frozenset(spell for words in _HISTORY_WORDS for spell in spell_plainly(words))
_FORWARD = frozenset(spell for words in _FORWARD_WORDS for spell in spell_plainly(words))

# Lotus Notes: "Ann Lee ---05/03/2021 10:00:00---the first words of her mail".
_NOTES = re.compile(r"[^-]{2,80}-{3}\d{1,4}[./-]\d{1,2}[./-]\d{1,4} \d{1,2}[:.]\d{2}.{0,12}?-{3}")
_INNER_BANNER = re.compile(r"(?<!-)-{3,}+ ?([^-\n]{5,60}?) ?-{3}")
_REPLY_ABOVE = re.compile("|".join(map(re.escape, _REPLY_ABOVE_WORDS)))

_EDGES = " \t>*_-=~#|–—<.:["
_TRAILING = _EDGES + "]"
_MAX_LENGTH = 160


def read_banner(line: str) -> str:
    """Say "history", "forward", or "" when the line is no banner."""
    if line.startswith(("-", "‐‐")) and len(line) <= 4 * LONG_LINE:
        # "----- Original Message -----From: …": the rest of the header on the same line.
        core = fold(line).lstrip(_EDGES).partition("--")[0].strip(_TRAILING)
        if core in _HISTORY or core in _FORWARD:
            return "history" if core in _HISTORY else "forward"
        if core in _HISTORY_IN_DASHES and line.rstrip().endswith("----"):
            return "history"
    if len(line) > _MAX_LENGTH:
        return ""
    folded = fold(line)
    core = folded.lstrip(_EDGES).rstrip(_TRAILING)
    if not core:
        return ""
    framed = folded.startswith(("--", "**--", "*--", "> --", "==", "__", "~~", "##", "—", "––"))
    if core in _HISTORY:
        return "history" if framed or folded.endswith((":", "-", "*")) else ""
    if core in _FORWARD:
        return "forward" if framed or folded.endswith((":", "-", "*")) else ""
    if framed and core.startswith(("forwarded by ", "weitergeleitet von ")):
        return "forward"
    if core.startswith("original message processed by") or _NOTES.match(core):
        return "history"
    return "history" if _REPLY_ABOVE.search(folded) else ""


def find_inner_banner(line: str) -> int | None:
    """Where a banner begins that stands behind the reply on one line, as phones glue them."""
    head = line[: 2 * LONG_LINE]
    for match in _INNER_BANNER.finditer(head):
        core = fold(match[1])
        if match.start() and (core in _HISTORY or core in _FORWARD):
            return match.start()
    return None


def names_banner(line: str) -> str:
    """Like `read_banner`, for the line above a header block: dashes or the words suffice there."""
    text = make_comparable(line[:_MAX_LENGTH])
    core = text.casefold().lstrip(_EDGES).rstrip(_TRAILING)
    if core in _FORWARD:
        return "forward"
    framed = text.startswith("---") and text.endswith("---") and 0 < len(core) <= 60
    return "history" if core in _HISTORY or core in _HISTORY_IN_DASHES or framed else ""


_FORWARD_PREFIXES = frozenset((
    "fw", "fwd", "wg", "tr", "rv", "enc", "vs", "vb", "vl", "pd", "i", "doorst", "转发", "轉寄",
    "轉發", "転送", "전달", "пересл", "nd", "fs", "továbbítás", "ilt", "πρθ",
))  # fmt: skip
_REPLY_PREFIXES = frozenset((
    "re", "aw", "antw", "sv", "vs", "odp", "ynt", "res", "rif", "r", "vá", "отв", "答复",
    "回复", "回覆", "返信", "답장", "απ", "σχετ", "atb", "bls", "ref", "ynt", "rv", "ang", "hs",
    "на", "r2", "вiдп", "відп", "rép", "rsp",
))  # fmt: skip


def read_subject_prefix(subject: str) -> str:
    """Say "reply", "forward" or "": what the first prefix of a subject says that the mail is."""
    text = fold(subject[:200])
    while text.startswith("[") and "]" in text:
        text = text[text.find("]") + 1 :].lstrip()
    head = text[: text.find(":")] if ":" in text[:16] else ""
    head = head.split("[")[0].split("(")[0].strip(" 0123456789")
    if head in _FORWARD_PREFIXES and head != "vs":
        return "forward"
    return "reply" if head in _REPLY_PREFIXES else ""
