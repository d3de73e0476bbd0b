"""Races that a customer would notice, hundreds of each, in both orders (G11, G18).

`LASTCALL_RACES=1000 make test-faults` runs a thousand of each; the default is what a machine of
the CI does beside all else.
"""

from __future__ import annotations

import os
import random
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from cases.actions import restoration, timers
from cases.actions.base import ActionError
from cases.models import Case, CaseItem, Event, Timer
from cases.models.timer import LIVE
from notifications import inbound
from tests.cases.build import Desk
from tests.faults.crowd import check_histories, clone_case
from tests.notifications.conftest import sink  # noqa: F401
from tests.rules.helpers import at_once, bring_to

pytestmark = [
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
]
ROUNDS = int(os.environ.get("LASTCALL_RACES", "240"))  # a thousand take some minutes
THREADS = 4
AT_ONCE = 60
random.seed(11)


Job = Callable[[], Any]


def race(pairs: list[tuple[Job, Job]], *, shuffled: bool) -> None:
    """Let both sides of every pair run at once, in threads of their own; refusals are expected.

    Shuffled, each side goes through the cases in an order of its own.
    """
    for begin in range(0, len(pairs), AT_ONCE):
        sides = [[pair[side] for pair in pairs[begin : begin + AT_ONCE]] for side in (0, 1)]
        if shuffled:
            for side in sides:
                random.shuffle(side)
        lists = [side[number::THREADS] for side in sides for number in range(THREADS)]
        results = at_once(*(partial(run_all, jobs) for jobs in lists))
        assert results == [None] * len(lists)


def run_all(jobs: list[Job]) -> None:
    for job in jobs:
        with suppress(ActionError):
            job()


def wait_for(desk: Desk, case: Case, kind: str) -> Timer:
    """Let time pass until a minute before this timer; return it."""
    while not (found := case.timers.filter(LIVE, kind=kind).first()):
        desk.pass_days(1)
    desk.go_to(found.due_at - timedelta(minutes=1))
    return case.timers.get(LIVE, kind=kind)


def write_reply(case: Case, *, desk: Desk, at: Any, text: str) -> int:
    """A reply on the case's thread, stored at the door and not read yet."""
    address = f"reply+{case.thread.token}@{desk.brand.reply_domain}"
    raw = (
        f"Authentication-Results: mx.lastcall.example; dmarc=pass header.from=customer.example\r\n"
        f"From: {case.contact.email}\r\nTo: {address}\r\nSubject: Re: {case.number}\r\n"
        f"Message-ID: <{case.pk}@customer.example>\r\n\r\n{text}\r\n"
    )
    stored = inbound.store(
        channel="test", recipient=address, envelope_from=case.contact.email,
        raw=raw.encode(), now=at,
    )  # fmt: skip
    return stored.pk


@pytest.mark.guarantee("G11")
@pytest.mark.parametrize(
    ("stage", "kind", "lost"),
    [
        ("awaiting_customer", "drop", "dropped"),
        ("scheduled", "execute", "executing"),
        ("in_grace", "close", "closed"),
    ],
)
def test_a_reply_in_time_beats_what_cannot_be_undone(
    stage: str,
    kind: str,
    lost: str,
    sink: Any,  # noqa: F811
) -> None:
    """The reply came in the last second; it is read while the sweep fires, in any order.

    Seen to fail for all three without `has_unread_mail` in `find_hold`.
    """
    desk = Desk(items=1)
    template = bring_to(desk, stage)
    timer = wait_for(desk, template, kind)
    keys = clone_case(template, copies=ROUNDS // 3 + 1)
    cases = Case.objects.filter(pk__in=keys).select_related("thread", "contact")
    mails = [
        write_reply(case, desk=desk, at=timer.due_at - timedelta(seconds=1), text="Wait, we stay.")
        for case in cases
    ]
    now = timer.check_at
    due = Timer.objects.filter(LIVE, case__in=keys, kind=kind).values_list("pk", "case_id")
    pairs = [
        (
            partial(inbound.process, inbound_id=mail, now=now),
            partial(timers.fire_timer, timer_id=pk, case_id=case, now=now),
        )
        for mail, (pk, case) in zip(mails, due, strict=True)
    ]
    race(pairs, shuffled=True)
    states = Counter(Case.objects.filter(pk__in=keys).values_list("state", flat=True))
    assert lost not in states, states
    fired = Timer.objects.filter(case__in=keys, kind=kind, fired_at__isnull=False)
    assert not fired.exists()
    held = Event.objects.filter(case__in=keys, kind="timer_held").count()
    assert held > 0, "no sweep came first: the test proves nothing"
    check_histories(keys)


@pytest.mark.guarantee("G18")
def test_a_restore_races_the_purge(sink: Any) -> None:  # noqa: F811
    """In the last second an agent restores while the sweep closes: one of both, whole.

    Seen to fail without `select_for_update` in `lock_case`.
    """
    desk = Desk(items=3)
    template = bring_to(desk, "in_grace")
    timer = wait_for(desk, template, "close")
    kept = template.items.first()
    CaseItem.objects.filter(pk=kept.pk).update(outcome="kept")  # it was never cancelled
    keys = clone_case(template, copies=ROUNDS)
    asked = timer.due_at - timedelta(seconds=1)
    wish = partial(restoration.restore, actor=desk.actor, now=asked)
    due = Timer.objects.filter(LIVE, case__in=keys, kind="close").values_list("pk", "case_id")
    fire = partial(timers.fire_timer, now=timer.check_at)
    pairs = [(partial(wish, case_id=c), partial(fire, timer_id=t, case_id=c)) for t, c in due]
    random.shuffle(pairs)
    race(pairs, shuffled=False)
    states = Counter(Case.objects.filter(pk__in=keys).values_list("state", flat=True))
    assert set(states) == {"restoring", "closed"}, states
    assert min(states.values()) > ROUNDS // 50, f"only one side ever won: {states}"
    check_outcomes(keys)
    check_histories(keys)


def check_outcomes(keys: list[int]) -> None:
    """What was cancelled is on its way back, or for good away; what was kept was not touched."""
    found = Counter(CaseItem.objects.filter(case__in=keys).values_list("case__state", "outcome"))
    closed = sum(count for (state, _), count in found.items() if state == "closed") // 3
    assert found == {
        ("closed", "purging"): 2 * closed,
        ("closed", "kept"): closed,
        ("restoring", "reactivating"): 2 * (len(keys) - closed),
        ("restoring", "kept"): len(keys) - closed,
    }
    told = Event.objects.filter(case__in=keys, kind__in=["restoring", "closed"])
    assert told.count() == len(keys), "each ended once, one way"
    assert set(told.values_list("case", flat=True)) == set(keys)
