"""What customers say, for one click: by what the mail was about, in their language."""

from __future__ import annotations

from dataclasses import dataclass

from cases.models import Case, Question
from notifications.models import Email


@dataclass(frozen=True, kw_only=True)
class Phrase:
    key: str
    label: str
    text: str


COMMON = {
    "en": (
        ("restore", "Please restore", "Please restore our lines."),
        (
            "stay",
            "We want to stay",
            "We have changed our minds: we want to stay. Please do not cancel anything.",
        ),
        ("later", "A later date", "Could you move the date by two weeks, please?"),
        ("thanks", "Thanks!", "Thanks!"),
        (
            "unclear",
            "Something unclear",
            "Hm, my brother may take it over. What would that mean for the numbers?",
        ),
    ),
    "de": (
        ("restore", "Bitte zurück", "Bitte stellen Sie unsere Anschlüsse wieder her."),
        (
            "stay",
            "Wir bleiben",
            "Wir haben es uns anders überlegt und möchten bleiben. Bitte kündigen Sie nichts.",
        ),
        ("later", "Später", "Können Sie den Termin bitte um zwei Wochen verschieben?"),
        ("thanks", "Danke!", "Danke!"),
        (
            "unclear",
            "Unklar",
            "Hm, vielleicht übernimmt mein Bruder das. Was hieße das für die Nummern?",
        ),
    ),
}
OUT_OF_OFFICE = {
    "en": "Thank you for your message. I am out of the office until Monday and read no mail.",
    "de": "Vielen Dank für Ihre Nachricht. Ich bin bis Montag nicht im Büro und lese keine Mails.",
}
ANSWERS = {
    "en": {"text": "Rosa Vale, owner", "yes_no": "No.", "date": "As early as possible."},
    "de": {"text": "Die Inhaberin.", "yes_no": "Nein.", "date": "So früh wie möglich."},
}


def list_phrases(*, message_id: str, locale: str) -> list[Phrase]:
    """What this customer may want to say about the mail with this id: answers come first."""
    language = locale.split("-")[0] if locale.split("-")[0] in COMMON else "en"
    common = [Phrase(key=key, label=label, text=text) for key, label, text in COMMON[language]]
    return [*answer_questions(find_case(message_id), language), *common]


def find_case(message_id: str) -> Case | None:
    """The case that a mail of ours belongs to, by the id that it carries."""
    email = Email.objects.filter(message_id=message_id).select_related("thread__case").first()
    return getattr(email.thread, "case", None) if email else None


def answer_questions(case: Case | None, language: str) -> list[Phrase]:
    """An answer to every open question, and one to the first alone where there are more."""
    if case is None:
        return []
    questions = [q for q in case.questions.all() if q.is_open]
    if not questions:
        return []
    lines = [f"{n}. {answer(q, language)}" for n, q in enumerate(questions, start=1)]
    german = language == "de"
    found = [
        Phrase(
            key="answer",
            label="Alles beantworten" if german else "Answer everything",
            text="\n".join(lines),
        )
    ]
    if len(questions) > 1:
        rest = (
            "Das Übrige muss ich noch klären."
            if german
            else "I have to find out about the rest and will write again."
        )
        found.append(
            Phrase(
                key="partial",
                label="Nur die erste" if german else "Answer the first",
                text=f"{lines[0]}\n\n{rest}",
            )
        )
    return found


def answer(question: Question, language: str) -> str:
    if question.kind == "choice" and question.choices:
        return str(question.choices[0])
    return ANSWERS[language].get(question.kind, ANSWERS[language]["text"])
