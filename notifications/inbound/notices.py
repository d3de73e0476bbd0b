"""Notices of programs that are no mail servers: help desks, list managers, responders, reports.

Help desks and responders say so in words; a person may use any of these words too, so each notice
needs two signs of different kinds, or a sentence that a program writes, and nothing that anybody
wants of us.
"""

from __future__ import annotations

import re

from notifications.inbound.message import ParsedMessage
from notifications.inbound.phrases import (
    ABSENT_WORDS,
    NO_ANSWERS,
    REPLY_PREFIX,
    WISHES,
    find_phrase,
    fold_subject,
    fold_text,
    list_phrases,
)
from notifications.inbound.report_shapes import speaks_a_person

_OPENING = 1_500  # characters of a text that may say what it is

# Who sends: "kim@acme.example (via the vacation program)", "Cron Daemon", auto.reply@.
_RESPONDER_NAME = re.compile(
    r"vacation program|auto[- ]?(?:reply|respond\w{0,3}|response)\Z|\(?cron daemon\)?\Z"
)
_RESPONDER_LOCAL = re.compile(r"auto[-_.]?(?:reply|replies|respond\w{0,3}|response|answer)\Z")
_MACHINE_SUBJECT = re.compile(
    r"cron <[^\s<>]{1,80}@|security information for \S{1,80} *\**\Z|logwatch for \S"
    r"|report domain: ?\S{1,255} submitter|message recall (?:report|success|failure)"
    r"|yahoo! auto response\Z|auto: ?(?:re|aw|sv|antw|fwd?) ?:"
)
_TAGGED = re.compile(r"[^\[\]]{1,60}\]\s{0,3}auto[- ]?(?:reply|response)\b")
_ABSENT_PERSON = re.compile(
    r"(.{2,60}?) (?:is|will be|ist|est|está|è|is niet) (?:\w{1,12} ){0,2}?"
    r"(?:out of|away|außer|ausser|nicht im|im urlaub|abwesend|absent|ausente|assente|fuori|afwezig)"
)

_ASKS = ("please", "bitte", "s'il vous", "por favor", "per favore", "alstublieft", "!")

# Sentences of list managers, and of filters that ask for a proof.
_LIST_NOTICES = list_phrases(
    """
being held until the list moderator|awaits moderator approval|posting of your message titled
only subscribers may post|this is the ezmlm program|you are not authorized to send mail to the
your message for list|is not allowed to post to this list|post by non-member to a members-only
members-only list
"""
)
_LIST_SUBJECT = re.compile(
    r"bounce [^\s@]{1,64}@\S{1,255}: |your message to .{1,80} awaits moderator approval"
    r"|message distribution: authorization denied|request to mailing list .{1,80} rejected"
)
_PROOFS = list_phrases(
    """
requires that you verify that you are a|because the address has not been verified
list of approved senders|do this only once|to my guest list|complete the verification process
votre message est en attente|su mensaje está en espera|ihre nachricht wird zurückgehalten
"""
)
_PROVE = list_phrases(
    """
simply reply to this message|empty message to the following address|short request form
click the link|click on the link|cliquez sur le lien|haga clic en el enlace|klicken sie auf
following this link|request form
"""
)

# A help desk's receipt: taken in, what comes next, and the ticket.
_TAKEN = list_phrases(
    """
has been received|have received your request|have received your message|have received your e
have received your inquiry|have received your ticket|have received your support
we received your request|we received your message|got your request|ticket has been created
request for support has been created|has been submitted|has been assigned an id
ticket has been opened|we would like to acknowledge|thank you for contacting|thanks for contacting
thank you for reaching out|thank you for your email|mit der ticketnummer|wurde erhalten
haben wir erhalten|haben ihre nachricht erhalten|haben ihre anfrage erhalten|eingegangen
avons bien reçu|a bien été reçu|avons reçu votre|hemos recibido|ha sido recibid|abbiamo ricevuto
recebemos|hebben uw|is ontvangen|har mottagit|har modtaget|har mottatt|otrzymaliśmy|obdrželi jsme
получили ваш|ваше обращение
"""
)
_NEXT = list_phrases(
    """
being reviewed by|will be reviewing|follow-up with you|follow up with you|personal response
as soon as possible|respond to your email within|will respond to your|will get back to you
reply to all tickets|no need to reply|reply above this line|type your reply above|we're on it
within 24 hours|within one business day|within two business days|so schnell wie möglich
schnellstmöglich|wird von unserem|melden uns|werden uns|baldmöglichst|plus brefs délais
dans les meilleurs délais|lo antes posible|a la mayor brevedad|il prima possibile
il più presto|o mais breve|zo spoedig mogelijk|snarast|hurtigst muligt|jak najszybciej
"""
)
_TICKET = re.compile(
    r"\[?\(?(?:[\w.-]{1,40} )?#\s?[\w-]*\d|\[(?:request|ticket|anfrage|case|incident)\b"
    r"|(?:support )?ticket (?:received|opened|created)|ticket[ #:-]{1,3}\d|\[ticket"
    r"|eingangsbestätigung|acc?us[ée] de réception|acuse de recibo|conferma di ricezione"
    r"|[a-z]{2,10}-\d{1,8} "
)
_RECEIPT_TITLES = ("eingangsbestätigung", "accusé de réception", "acuse de recibo")

# The first words of a complaint that has no machine-readable part.
_COMPLAINTS = (
    "this is an email abuse report for", "this is an autogenerated email abuse complaint",
    "this is a spf/dkim authentication-failure report", "this is an authentication failure report",
    "this is an email abuse report",
)  # fmt: skip
_NOTIFICATION = re.compile(r'\{.{0,400}?\\?"notificationtype\\?" ?: ?\\?"complaint', re.DOTALL)
# Receipts in words: Thunderbird's, Notes', GroupWise's.
_READ = list_phrases(
    """
this is a return receipt for the mail that you sent|return receipt only acknowledges that
dies ist eine empfangsbestätigung für die nachricht|ceci est un accusé de réception pour le
questa è una ricevuta di ritorno|este es un acuse de recibo del mensaje
"""
)
_READ_NOTES = re.compile(r"your document: .{0,200} was received by: .{0,200} at: ")
_OPENED = re.compile(r'the message ".{1,200}" was (?:opened|deleted|read) by ')


def find_complaint(parsed: ParsedMessage) -> tuple[str, ...]:
    """Evidence of a complaint in words: "This is an email abuse report for …"."""
    said = fold_text(parsed.text, length=500)
    found = next((words for words in _COMPLAINTS if said.startswith(words)), "")
    if not found and said.startswith("{") and _NOTIFICATION.match(said):
        found = "notificationType: Complaint"
    return (f"Its text begins with {found!r}.",) if found else ()


def find_read_words(parsed: ParsedMessage) -> tuple[str, ...]:
    """Evidence of a read receipt in its program's own sentence."""
    said = fold_text(parsed.text, length=500)
    found = next((words for words in _READ if said.startswith(words)), "")
    if not found:
        match = _READ_NOTES.match(said) or _OPENED.match(said)
        found = match[0][:60] if match else ""
    return (f"Its text begins with {found!r}.",) if found else ()


def find_program(parsed: ParsedMessage) -> tuple[str, ...]:
    """Evidence that a program wrote: by its name, its subject, or a sentence and a second sign."""
    subject, local = fold_subject(parsed.subject), parsed.from_email.rpartition("@")[0].lower()
    name = parsed.from_name.lower()
    if _RESPONDER_NAME.search(name) or _RESPONDER_LOCAL.match(local):
        return (f"Its sender is a program ({parsed.from_name or parsed.from_email}).",)
    if match := _MACHINE_SUBJECT.match(subject) or _TAGGED.match(subject):
        return (f"Its subject is a program's: {match[0]!r}.",)
    said = fold_text(parsed.text, length=_OPENING)
    if "?" in said or find_phrase(WISHES, said):
        return ()
    return _find_absent_person(subject, name, said) or _find_notice(parsed, subject, said)


def _find_absent_person(subject: str, name: str, said: str) -> tuple[str, ...]:
    """ "Kim Far is out of the office", from Kim Far: a colleague would have another name."""
    match = _ABSENT_PERSON.match(subject)
    if not match or not name or match[1].strip() != name or find_phrase(_ASKS, said):
        return ()
    away = find_phrase(ABSENT_WORDS, said) or find_phrase(("when i return", "nicht im büro"), said)
    return (f"Its subject says that its sender is away, its text {away!r}.",) if away else ()


def _find_notice(parsed: ParsedMessage, subject: str, said: str) -> tuple[str, ...]:
    if not REPLY_PREFIX.match(subject) and not speaks_a_person(said):
        listed = find_phrase(_LIST_NOTICES, said) or _LIST_SUBJECT.match(subject)
        if listed:
            words = listed if isinstance(listed, str) else listed[0]
            return (f"It is a list's notice: {words!r}.",)
    if (held := find_phrase(_PROOFS, said)) and (link := find_phrase(_PROVE, said)):
        return (f"It asks for a proof: {held!r}, {link!r}.",)
    return _find_receipt(parsed.subject.strip().lower(), said)


def _find_receipt(subject: str, said: str) -> tuple[str, ...]:
    """ "We have received your request, and will answer soon", below a ticket or "do not reply"."""
    taken = find_phrase(_TAKEN, said)
    follows = find_phrase(_NEXT, said) if taken else ""
    silent = find_phrase(NO_ANSWERS, said)
    ticket = _TICKET.match(REPLY_PREFIX.sub("", subject).lstrip()) or subject.startswith(
        _RECEIPT_TITLES
    )
    if not taken or bool(follows) + bool(silent) + bool(ticket) < 2:
        return ()
    return (f"It is a help desk's receipt: {taken!r}, {follows or silent!r}.",)
