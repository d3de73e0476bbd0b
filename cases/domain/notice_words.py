"""What a piece of news says, in the languages of the desk's people."""

from __future__ import annotations

from cases.domain.notices import Notice

WORDS: dict[str, dict[str, str]] = {
    "en": {
        "assigned": "Case {case} of {customer} is yours now",
        "assigned_by": "{by} gave you case {case} of {customer}",
        "reply": "{customer} wrote on case {case}",
        "mentioned": "You are mentioned on case {case} of {customer}",
        "mentioned_by": "{by} mentioned you on case {case} of {customer}",
        "todo": "Case {case} of {customer} needs a decision",
        "due": "Case {case} of {customer}: {detail} within a day",
        "failed": "A service of case {case} of {customer} could not be cancelled",
        "drop": "it is dropped",
        "execute": "its services end",
        "close": "its grace ends",
    },
    "de": {
        "assigned": "Der Vorgang {case} von {customer} gehört jetzt Ihnen",
        "assigned_by": "{by} hat Ihnen den Vorgang {case} von {customer} gegeben",
        "reply": "{customer} hat zum Vorgang {case} geschrieben",
        "mentioned": "Sie werden im Vorgang {case} von {customer} erwähnt",
        "mentioned_by": "{by} erwähnt Sie im Vorgang {case} von {customer}",
        "todo": "Der Vorgang {case} von {customer} braucht eine Entscheidung",
        "due": "Vorgang {case} von {customer}: {detail}, innerhalb eines Tages",
        "failed": "Ein Dienst im Vorgang {case} von {customer} konnte nicht beendet werden",
        "drop": "er wird fallen gelassen",
        "execute": "die Dienste enden",
        "close": "die Frist zur Rückkehr endet",
    },
}
ICONS: dict[Notice, str] = {
    Notice.ASSIGNED: "user-check",
    Notice.REPLY: "mail",
    Notice.MENTIONED: "at",
    Notice.TODO: "checklist",
    Notice.DUE: "calendar-due",
    Notice.FAILED: "alert-triangle",
}


def find_locale(locale: str) -> str:
    """The language of the desk's own words for somebody: English where there is none."""
    short = locale.split("-")[0]
    return short if short in WORDS else "en"


def say_news(
    kind: str, *, locale: str, case: str, customer: str, by: str = "", detail: str = ""
) -> str:
    """One sentence without its full stop; `detail` of what is due is a timer's kind."""
    words = WORDS[find_locale(locale)]
    sentence = words[f"{kind}_by"] if by and f"{kind}_by" in words else words[kind]
    detail = words.get(detail, detail)
    return sentence.format(case=case, customer=customer, by=by, detail=detail)
