"""Every mail leaves at least once, with at most one duplicate per crash of the sender (G5)."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter

import pytest

from tests.notifications.sink import Sink, parse, run_sink

pytestmark = [pytest.mark.slow, pytest.mark.guarantee("G5")]

MAILS = 120
KILLS = 6
TOKEN = "ponmlkjihgfedcba"

QUEUE = f"""
import django; django.setup()
from config import clock
from notifications import outbox
from notifications.models import Thread
thread = Thread.objects.create(token="{TOKEN}", created_at=clock.now())
for number in range({MAILS}):
    outbox.queue(key=f"k{{number}}", purpose="test", thread=thread, from_name="Acme",
        from_email="c@acme.example.com", reply_to=thread.address("r.example.com"), to_name="",
        to_email=f"robin{{number}}@customer.example.com", subject="x", text="x", html="",
        now=clock.now(), irreversible=number % 10 == 0)
"""
SEND = """
import time, django; django.setup()
from config import clock
from notifications import outbox
while True:
    outbox.sweep(now=clock.now())
    time.sleep(0.02)
"""
EXPIRE = """
UPDATE notifications_email SET lease_until = now() - interval '1 second' WHERE status = 'sending'
"""
HASTEN = """
UPDATE notifications_email SET next_attempt_at = now() WHERE status IN ('unknown', 'queued')
AND next_attempt_at IS NOT NULL
"""


class SlowSink(Sink):
    """Takes its time before it answers, so that a kill meets every moment of a conversation."""

    async def handle_DATA(self, server, session, envelope):
        await asyncio.sleep(random.uniform(0, 0.02))
        answer = await super().handle_DATA(server, session, envelope)
        await asyncio.sleep(random.uniform(0, 0.02))
        return answer


def test_a_killed_sender_loses_nothing_and_repeats_little(scratch, wait_until):
    with run_sink(SlowSink()) as (sink, port):
        address = f"smtp://127.0.0.1:{port}"
        assert scratch.spawn("-c", QUEUE, EMAIL_URL=address).wait(60) == 0
        for _ in range(KILLS):
            sender = scratch.spawn("-c", SEND, EMAIL_URL=address)
            before = len(sink.seen)
            wait_until(lambda before=before: len(sink.seen) > before)
            time.sleep(random.uniform(0, 0.3))
            scratch.kill(sender)
            scratch.query(EXPIRE)
        scratch.spawn("-c", SEND, EMAIL_URL=address)

        def is_settled():
            scratch.query(HASTEN)
            (open_ones,) = scratch.query(
                "SELECT count(*) FROM notifications_email WHERE status IN ('queued', 'sending')"
                " OR (status = 'unknown' AND next_attempt_at IS NOT NULL)"
            )
            return open_ones[0] == 0

        wait_until(is_settled)
        seen = [parse(envelope) for envelope in sink.seen]
        times = Counter(mail["X-Lastcall-Id"] for mail in seen)
        rows = scratch.query("SELECT id::text, status, irreversible FROM notifications_email")
    waiting = {pk for pk, status, irreversible in rows if status == "unknown" and irreversible}
    assert {pk for pk, status, _ in rows if status != "sent"} == waiting
    assert set(times) | waiting == {pk for pk, _, _ in rows}
    assert sum(times.values()) - len(times) <= KILLS
    assert max(times.values()) <= 2
    assert len({(mail["X-Lastcall-Id"], mail["Message-ID"]) for mail in seen}) == len(times)
    assert all(times[pk] <= 1 for pk, _, irreversible in rows if irreversible)
