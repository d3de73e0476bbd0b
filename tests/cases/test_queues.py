"""On the real broker: what was confirmed just now is taken before all that waits."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest

from cases.tasks import provision, sweep_timers
from config.celery import app

WAITING = 300


@pytest.fixture
def broker() -> Iterator[Any]:
    """A connection to the run's own Redis, with the desk's options and empty queues."""
    with app.connection_for_read() as connection:
        channel = connection.default_channel
        queues = [queue(channel) for queue in app.amqp.queues.values()]
        for queue in queues:
            queue.declare()
            queue.purge()
        yield connection
        for queue in queues:
            queue.purge()


@pytest.mark.rule("R39")
def test_a_case_is_taken_before_everything_that_waits(broker: Any) -> None:
    for _ in range(WAITING):
        sweep_timers.apply_async()
    provision.apply_async((7,))
    taken: list[str] = []

    def take(_: Any, message: Any) -> None:
        taken.append(message.headers["task"])
        message.ack()

    with app.amqp.TaskConsumer(broker.default_channel, callbacks=[take]) as consumer:
        consumer.qos(prefetch_count=1)
        deadline = time.monotonic() + 30
        while len(taken) < 3 and time.monotonic() < deadline:
            with suppress(TimeoutError):  # a look at an empty queue: the next one finds it filled
                broker.drain_events(timeout=1)
    assert taken == ["cases.tasks.provision", *["cases.tasks.sweep_timers"] * 2]


def test_nothing_goes_into_two_queues(broker: Any) -> None:
    provision.apply_async((7,))
    sweep_timers.apply_async()
    counts = {
        name: queue(broker.default_channel).queue_declare().message_count
        for name, queue in app.amqp.queues.items()
    }
    assert counts == {"at_once": 1, "celery": 1}
