"""The cases of which a desk with a past is made: every kind of them, played day by day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from bench.scene import Scene
from cases.models import Case

DAYS = 100
OPEN = 3  # questions of the long talk that nobody has answered yet


def ask(scene: Scene, case: Case) -> None:
    scene.ask(case)


def ask_and_reply(scene: Scene, case: Case) -> None:
    for number in range(3):
        scene.ask(case, key=f"users{number}")
        scene.reply(case, case.pk * 10 + number)


def confirm(scene: Scene, case: Case) -> None:
    scene.confirm(case)


# How many days ago a case began, and what was done then; time does the rest. Nine of ten have a
# live timer.
PAST: tuple[tuple[int, Callable[[Scene, Case], None]], ...] = (
    (DAYS, confirm),  # closed for good by now
    *((days, confirm) for days in range(50, 56)),  # in grace
    *((days, confirm) for days in range(20, 26)),  # on the calendar
    *((days, ask) for days in (8, 9, 10, 11)),  # two reminders went out, the drop is to come
    *((days, ask) for days in (2, 4)),  # a reminder is to come
    (1, ask_and_reply),  # answered: our turn
)


def play_past(scene: Scene, *, now: datetime) -> list[int]:
    """Let the last hundred days pass, and return the numbers of the cases in the database."""
    from cases.models import Timer
    from cases.models.timer import LIVE
    from cases.sweep import sweep_until_quiet

    made: list[int] = []
    for days_ago in range(DAYS, -1, -1):
        scene.moment = moment = now - timedelta(days=days_ago)
        deeds = [deed for began, deed in PAST if began == days_ago]
        for deed in deeds:
            case = scene.open_case(len(made))
            deed(scene, case)
            made.append(case.pk)
        if deeds or Timer.objects.filter(LIVE, check_at__lte=moment).exists():
            sweep_until_quiet(read_clock=lambda: scene.now)
    return made


def play_long_talk(scene: Scene, *, messages: int, now: datetime) -> None:
    """One case more, in which so many mails went to and fro; the agent noted what they answered.

    The last few questions are still open, as in a case that is being talked about.
    """
    scene.moment = now
    case = scene.open_case(5_000)
    rounds = messages // 2
    for number in range(rounds):
        scene.ask(case, key=f"talk{number}")
        scene.reply(case, 900_000 + number)
        if number < rounds - OPEN:
            scene.note_answer(case, key=f"talk{number}")
