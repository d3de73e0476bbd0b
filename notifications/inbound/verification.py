"""Recognise another service's verification mail that was sent to one of our addresses (THREATS 17).

The ticket trick: somebody signs up elsewhere with a case's reply address, and hopes that the desk
shows, forwards or quotes the link or the code that proves "ownership" of our domain. Such a mail is
no customer's answer; it waits in quarantine, and no mail of ours ever repeats what came in.
"""

from __future__ import annotations

import re

from notifications.inbound.message import ParsedMessage
from notifications.inbound.phrases import (
    REPLY_PREFIX,
    find_phrase,
    fold_subject,
    fold_text,
    list_phrases,
)

_OPENING = 2_000  # characters of a text that are looked at
_MACHINE = re.compile(
    r"(?:(?:no|do[-_.]?not|dont)[-_.]?reply|notif\w*|account\w*|security|verif\w*|confirm\w*|"
    r"sign[-_.]?(?:up|in)|welcome|auth|login|invit\w*|registration|noreply\w*|mailer|hello|team|"
    r"support|info|service)(?:[-_.+].*)?\Z"
)
_PHRASES = list_phrases(
    """
verify your email|verify your e-mail|verify this email|verify your address|verify your account
confirm your email|confirm your e-mail|confirm your address|confirm your account|email verification
confirm this email|confirm your registration|confirm your subscription|verification code
verification link|confirmation code|activate your account|activation link|activation code
one-time code|one-time password|one time passcode|security code|login code|log-in code|sign-in code
sign-in link|magic link|your access code|reset your password|password reset|set your password
complete your registration|complete your sign|finish signing up|invited you to join
invitation to join|you've been invited|you have been invited|join your team|join the workspace
bestätigen sie ihre e-mail|bestätige deine e-mail|bestätigen sie ihr konto|bestätigungscode
verifizierungscode|bestätigungslink|e-mail-adresse bestätigen|konto aktivieren|einmalcode
anmeldecode|passwort zurücksetzen|zur teilnahme eingeladen|registrierung abschließen
confirmez votre adresse|confirmer votre adresse|vérifiez votre adresse|code de vérification
code de confirmation|activez votre compte|réinitialiser votre mot de passe|code de sécurité
verifica tu correo|confirma tu correo|código de verificación|código de confirmación
activa tu cuenta|restablecer tu contraseña|codice di verifica|conferma il tuo indirizzo
código de segurança|verificatiecode|bevestig je e-mail
"""
)
# What proves "ownership": a code that stands for itself, or a link with something secret in it.
_CODE = re.compile(
    r"(?<![\w.-])(?:\d{3}[ -]?\d{3}|\d{4}|\d{8}|[A-Z]{1,3}-\d{4,8}|[A-Z0-9]{3}-[A-Z0-9]{3})"
    r"(?![\w.-])"
)
_LINK = re.compile(
    r"https?://\S{0,400}(?:[?&/#=][\w-]{16,}|token|verif|confirm|activat|invit|signup|magic)"
)


def find_verification(parsed: ParsedMessage) -> str:
    """Return why this looks like another service's verification mail, in plain words, or "".

    Asked for: a verification's words, a code or a link, and a sender that is no person's mailbox
    (or a subject with those words, and a link). An answer ("Re: …") is never one.
    """
    subject = fold_subject(parsed.subject)
    if REPLY_PREFIX.match(subject):
        return ""
    local = parsed.from_email.rpartition("@")[0].lower()
    machine = _MACHINE.match(local) is not None
    in_subject = find_phrase(_PHRASES, subject)
    if not machine and not in_subject:
        return ""
    text = parsed.text if parsed.text.strip() else parsed.html
    found = in_subject or find_phrase(_PHRASES, fold_text(text, length=_OPENING))
    where = f"{parsed.subject}\n{text[: 2 * _OPENING]}"
    if not found or not (_LINK.search(where) or (machine and _CODE.search(where))):
        return ""
    return f"It looks like another service's verification mail: it says {found!r}."
