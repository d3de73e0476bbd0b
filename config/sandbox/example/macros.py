"""Words that the made-up desk sends often."""

from __future__ import annotations

from cases.models import Macro

# Language ("" for every one), title, words.
MACROS = (
    (
        "en",
        "Nothing to do until the end date",
        "Thank you for writing. Everything is arranged: your services end on {end_date}, and "
        "there is nothing that you have to do before.",
    ),
    (
        "en",
        "How to come back",
        "You can come back until {restore_until}: just reply to the email that says your services "
        "are cancelled, and we bring everything back as it was.",
    ),
    (
        "en",
        "Which numbers move to another provider?",
        "{first_name}, before we go on: which of your numbers move to another provider, and to "
        "which one? A number that is cancelled before its move is finished can be lost for good.",
    ),
    (
        "de",
        "Bis zum Enddatum ist nichts zu tun",
        "Vielen Dank für Ihre Nachricht. Alles ist vorbereitet: Ihre Dienste enden am {end_date}, "
        "vorher müssen Sie nichts tun.",
    ),
    ("", "Call us", "{first_name}: {phone}, {case}."),
)


def build_macros() -> None:
    """For every company of the example."""
    Macro.objects.bulk_create(
        Macro(locale=locale, title=title, body=body) for locale, title, body in MACROS
    )
