"""The time machine: time passes as it really would."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from cases.actions import confirmation, information
from cases.domain.states import State
from cases.models import Case, Timer, Todo
from config import clock
from config.sandbox.example.play import post_into_mailroom
from config.sandbox.machine.due import find_next, is_busy, list_next
from config.sandbox.machine.moves import (
    AlreadyMoving,
    NothingAhead,
    UnknownMove,
    begin_move,
    choose_goal,
    exclusive_lock,
    find_running,
    is_lost,
    run_in_background,
    run_move,
)
from config.sandbox.machine.travel import AheadOfTime, return_to_real_time, travel_to
from config.sandbox.models import ClockMove, SandboxMail
from config.sandbox.post.answering import Answer, send_answer
from config.sandbox.post.faults import set_fault
from config.sandbox.post.sink import Sink
from config.sandbox.provider import fail_items
from notifications.models import DoorHealth, Email, Inbound
from tests.config.sandbox.conftest import World

QUESTION = {"key": "why", "text": "Who authorises this?", "kind": "text"}


def ask(world: World) -> Case:
    case = world.open_case()
    information.request_information(
        case_id=case.pk, actor=world.actor, now=clock.now(), questions=[QUESTION]
    )
    world.settle()
    return case


@pytest.mark.rule("R9")
def test_reminders_precede_the_drop_in_one_long_move(sink: Sink, world: World) -> None:
    case = ask(world)
    began = clock.now()
    world.pass_time(days=40)
    case.refresh_from_db()
    assert case.state == State.DROPPED
    mails = SandboxMail.objects.order_by("received_at")
    days = [round((mail.received_at - began) / timedelta(days=1)) for mail in mails]
    assert days == [0, 3, 7, 14]
    assert list(Email.objects.order_by("accepted_at").values_list("purpose", flat=True)) == [
        "questions",
        "reminder",
        "reminder",
        "dropped",
    ]


def test_a_whole_case_from_call_to_closed(sink: Sink, world: World) -> None:
    case = world.open_case()
    confirmation.confirm(case_id=case.pk, actor=world.actor, now=clock.now())
    assert world.pass_time(days=70) >= 3
    case.refresh_from_db()
    assert case.state == State.CLOSED
    assert [m.subject.partition(": ")[2] for m in SandboxMail.objects.order_by("received_at")]
    at = {t.kind: t.fired_at for t in Timer.objects.filter(fired_at__isnull=False)}
    assert at["execute"] < at["final_notice"] < at["close"]  # type: ignore[operator]
    assert case.executed_at is not None
    assert case.executed_at - at["execute"] < timedelta(minutes=1)


@pytest.mark.rule("R12")
def test_a_bounce_on_the_way_pauses_the_drop(sink: Sink, world: World) -> None:
    set_fault(address=world.contact.email, behaviour="bounce", delay_minutes=90)
    case = ask(world)
    world.pass_time(days=40)
    case.refresh_from_db()
    assert case.state == State.AWAITING_CUSTOMER
    assert case.ask_paused_because
    assert Inbound.objects.get().kind == "bounce"
    assert SandboxMail.objects.get().bounce == "sent"


def test_a_deferring_server_gets_its_mail_later(sink: Sink, world: World) -> None:
    set_fault(address=world.contact.email, behaviour="defer")
    case = ask(world)
    assert not SandboxMail.objects.exists()
    world.pass_time(hours=3)
    set_fault(address=world.contact.email, behaviour="")
    world.pass_time(hours=6)
    case.refresh_from_db()
    assert case.asked_at is not None
    assert SandboxMail.objects.count() == 1


def test_a_case_that_was_not_told_of_its_mail_is_waited_for(world: World) -> None:
    """What follows from the mail has no timer yet: the clock would jump over it."""
    ask(world)
    Email.objects.update(status=Email.Status.SENT, news=Email.News.ACCEPTED)
    assert is_busy(now=clock.now())
    Email.objects.update(news=Email.News.NOTHING)
    assert not is_busy(now=clock.now())


def test_the_target_is_reached_and_never_left_behind(world: World) -> None:
    target = clock.now() + timedelta(days=2)
    assert travel_to(target, post=post_into_mailroom, patience_s=0) == 0
    assert timedelta(0) <= clock.now() - target < timedelta(seconds=5)
    travel_to(target - timedelta(days=1), post=post_into_mailroom, patience_s=0)
    assert clock.now() >= target, "time never runs backward"


def test_held_timers_are_no_reason_to_stop_every_five_minutes(sink: Sink, world: World) -> None:
    case = world.open_case()
    confirmation.confirm(case_id=case.pk, actor=world.actor, now=clock.now())
    Todo.objects.create(
        case=case, kind="reply_before_date", reason="They ask.", created_at=clock.now()
    )
    assert world.pass_time(days=60) < 10
    case.refresh_from_db()
    assert case.state == State.SCHEDULED


def test_a_bounded_hold_ends_on_the_way(sink: Sink, world: World) -> None:
    case = world.open_case()
    confirmation.confirm(case_id=case.pk, actor=world.actor, now=clock.now())
    world.pass_time(days=29)
    Todo.objects.create(
        case=case,
        kind="unverified_sender",
        reason="Is this the customer?",
        created_at=clock.now(),
        hold_until=clock.now() + timedelta(days=3),
    )
    world.pass_time(days=10)
    case.refresh_from_db()
    assert case.state == State.IN_GRACE
    assert case.executed_at is not None
    assert timedelta(days=2) < case.executed_at - Todo.objects.get().created_at < timedelta(days=4)


def test_open_doors_stay_open_over_a_jump(world: World) -> None:
    DoorHealth.objects.create(door="smtp", last_ok_at=clock.now())
    shut = clock.now() - timedelta(hours=2)
    DoorHealth.objects.create(door="lmtp", last_ok_at=shut)
    world.pass_time(days=3)
    assert clock.now() - DoorHealth.objects.get(door="smtp").last_ok_at < timedelta(seconds=9)  # type: ignore[operator]
    assert DoorHealth.objects.get(door="lmtp").last_ok_at == shut


def test_what_is_next_is_named(sink: Sink, world: World) -> None:
    assert find_next(after=clock.now()) is None
    case = ask(world)
    due = find_next(after=clock.now())
    assert due is not None
    assert (due.what, due.case_number) == ("the reminder goes out", case.number)
    assert due.customer == world.customer.name
    assert [d.what for d in list_next(after=clock.now(), limit=9)] == ["the reminder goes out"]


def test_services_of_one_case_are_one_thing(sink: Sink, world: World) -> None:
    ids = list(world.customer.items.values_list("pk", flat=True))
    fail_items(brand_id=world.customer.brand_id, item_ids=ids, fail=True)
    case = world.open_case()
    confirmation.confirm(case_id=case.pk, actor=world.actor, now=clock.now())
    world.pass_time(days=30, hours=1)
    world.customer.brand.refresh_from_db()
    case.refresh_from_db()
    assert case.state == State.EXECUTING
    assert find_next(after=clock.now()) is None, "a person was asked; nobody waits for this"
    fail_items(brand_id=world.customer.brand_id, item_ids=ids, fail=False)
    world.pass_time(hours=5)
    case.refresh_from_db()
    assert case.state == State.IN_GRACE


def test_goals(sink: Sink, world: World) -> None:
    now = clock.now()
    assert choose_goal("day", now=now).target_at == now + timedelta(days=1)
    assert choose_goal("week", now=now).target_at == now + timedelta(weeks=1)
    with pytest.raises(NothingAhead):
        choose_goal("next", now=now)
    with pytest.raises(UnknownMove):
        choose_goal("yesterday", now=now)
    ask(world)
    assert choose_goal("next", now=clock.now()).label == "until the reminder goes out"


def test_a_move_tells_its_progress_and_its_end(sink: Sink, world: World) -> None:
    case = ask(world)
    move = begin_move(goal=choose_goal("week", now=clock.now()), user=world.agent)
    with pytest.raises(AlreadyMoving):
        begin_move(goal=choose_goal("day", now=clock.now()), user=world.agent)
    assert find_running() == move
    run_in_background(move.pk).join(timeout=60)
    move.refresh_from_db()
    assert (move.status, move.steps, move.percent, move.problem) == ("done", 2, 100, "")
    assert Email.objects.filter(purpose="reminder", status="sent").count() == 2
    case.refresh_from_db()
    assert case.state == State.AWAITING_CUSTOMER


def test_a_second_runner_does_nothing(world: World) -> None:
    move = begin_move(goal=choose_goal("day", now=clock.now()), user=None)
    with exclusive_lock():
        thread = run_in_background(move.pk)
        thread.join(timeout=20)
    move.refresh_from_db()
    assert move.status == "running"
    assert not is_lost(move)
    ClockMove.objects.update(seen_at=datetime.now(UTC) - timedelta(minutes=2))
    move.refresh_from_db()
    assert is_lost(move)
    run_move(move.pk)
    move.refresh_from_db()
    assert move.status == "done"


def test_back_to_the_real_time_only_while_nothing_is_ahead(sink: Sink, world: World) -> None:
    clock.move_to(clock.now() + timedelta(days=5))
    return_to_real_time()
    assert clock.offset() == timedelta(0)
    clock.move_to(clock.now() + timedelta(days=5))
    world.open_case()
    with pytest.raises(AheadOfTime, match="lived until"):
        return_to_real_time()
    assert clock.offset() > timedelta(days=4)


@pytest.mark.rule("R25")
def test_a_reply_in_grace_restores(sink: Sink, world: World) -> None:
    case = world.open_case()
    confirmation.confirm(case_id=case.pk, actor=world.actor, now=clock.now())
    world.pass_time(days=35)
    mail = SandboxMail.objects.filter(subject__contains="cancelled").latest("pk")
    send_answer(
        mail=mail,
        answer=Answer(who="customer", text="Please restore our lines."),
        person=world.contact,
        now=clock.now(),
        post=post_into_mailroom,
    )
    world.settle()
    case.refresh_from_db()
    assert case.state == State.RESTORED
