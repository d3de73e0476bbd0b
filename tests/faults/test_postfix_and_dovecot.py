"""A whole conversation over real mail servers while everything is killed: nothing is lost.

The desk asks through Postfix, the customers' mailbox is Dovecot, their answers come back through
Postfix. Door, workers, Postfix and PostgreSQL are killed meanwhile. What a customer's mail server
was told to have been taken is stored, and what is stored is filed: once, to its case.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable

import pytest

from tests.faults.mail_customers import Customers
from tests.faults.mail_story import BRAND, CUSTOMERS
from tests.notifications.sink import find_port
from tests.plugins.dovecot import Dovecot, run_dovecot
from tests.plugins.postfix import Postfix, run_postfix

pytestmark = [
    pytest.mark.slow,
    pytest.mark.mail_servers,
    pytest.mark.guarantee("G1"),
    pytest.mark.guarantee("G2"),
    pytest.mark.guarantee("G5"),
    pytest.mark.guarantee("G20"),
]

CASES = 12
LEAST_REPLIES = 60
DOMAIN = f"reply.{BRAND}.example.com"
ROUNDS = 1  # of every fault, in each way
PATIENCE_S = 150  # longer than the lease of a worker that was killed
# The workers are at work meanwhile: what they hold is left alone.
EXPIRE = """
UPDATE {table} SET lease_until = now() - interval '1 second' WHERE id IN
       (SELECT id FROM {table} WHERE status = '{status}' FOR UPDATE SKIP LOCKED)
"""
LEASED = {
    "sender": EXPIRE.format(table="notifications_email", status="sending"),
    "reader": EXPIRE.format(table="notifications_inbound", status="received"),
}
HASTEN = """
UPDATE notifications_email SET next_attempt_at = now() WHERE id IN
       (SELECT id FROM notifications_email WHERE status IN ('unknown', 'queued')
         AND next_attempt_at > now() FOR UPDATE SKIP LOCKED)
"""
SEND_AGAIN = """
UPDATE notifications_email
   SET status = 'queued', next_attempt_at = now(), begun_at = NULL, news = ''
 WHERE id IN (SELECT id FROM notifications_email
               WHERE status = 'unknown' AND next_attempt_at IS NULL FOR UPDATE SKIP LOCKED)
"""


class ByLmtp:
    """Postfix hands the answers to the desk's own door."""

    def __init__(self, scratch, mailbox: Dovecot) -> None:
        self._scratch, self.port, self._other = scratch, find_port(), find_port()
        self.route = self.port

    def open(self):
        return self._scratch.spawn(
            "manage.py", "receive_smtp",
            "--lmtp-port", str(self.port), "--smtp-port", str(self._other),
        )  # fmt: skip

    def has_taken_all(self) -> bool:
        return True  # what it has not taken lies in Postfix's queue

    def assert_met_faults(self, postfix: Postfix) -> None:
        refused = postfix.log.read_text().count("status=deferred")
        assert refused, "no fault met a mail at the door: the test proves nothing"


class ByImap:
    """Postfix puts the answers into a mailbox, which the desk's IMAP door reads."""

    def __init__(self, scratch, mailbox: Dovecot) -> None:
        self._scratch, self._mailbox = scratch, mailbox
        self.route = mailbox.lmtp_port
        setting_up = scratch.spawn(
            "-m", "tests.faults.mail_story",
            "mailbox", str(mailbox.imaps_port), "reply", mailbox.password,
        )  # fmt: skip
        assert setting_up.wait(PATIENCE_S) == 0

    def open(self):
        return self._scratch.spawn(
            "manage.py", "receive_imap", SSL_CERT_FILE=str(self._mailbox.ca_file)
        )

    def has_taken_all(self) -> bool:
        fetched = self._scratch.query("SELECT count(settled_at) FROM notifications_fetched")
        return fetched == [(self._mailbox.count("reply"),)]

    def assert_met_faults(self, postfix: Postfix) -> None:
        assert postfix.log.read_text().count("daemon started") > ROUNDS


@pytest.mark.parametrize("way_in", [ByLmtp, ByImap], ids=lambda way: way.__name__)
def test_acknowledged_is_stored_is_filed(scratch, wait_until, way_in):
    assert scratch.spawn("-m", "tests.faults.mail_story", "open", str(CASES)).wait(PATIENCE_S) == 0
    with run_dovecot() as mailbox:
        way = way_in(scratch, mailbox)
        with run_postfix(routes={CUSTOMERS: mailbox.lmtp_port, DOMAIN: way.route}) as postfix:
            processes = Processes(scratch, way, postfix)
            customers = Customers(mailbox=mailbox, server=postfix, count=CASES, least=LEAST_REPLIES)
            customers.start()
            wait_until(lambda: customers.acknowledged, PATIENCE_S)
            break_everything(processes, scratch, postfix)
            customers.finish()

            def is_over() -> bool:
                """Asked in the direction in which mail flows: what has left the one place is
                seen in the next, or has arrived. Asked the other way round, a mail that moves on
                between two questions is in neither place."""
                processes.tend()
                is_taken = customers.is_done() and not postfix.count_queued()
                return is_taken and way.has_taken_all() and is_at_rest(scratch)

            wait_for_rest(is_over, lambda: describe(scratch, postfix, customers))
            way.assert_met_faults(postfix)
    assert_nothing_is_lost(scratch, customers)


class Processes:
    """The door and the two workers of the desk, each of which can be killed and started again."""

    def __init__(self, scratch, way, postfix: Postfix) -> None:
        self._scratch = scratch
        address = f"smtp://127.0.0.1:{postfix.port}"
        self._starters = {
            "door": way.open,
            "sender": lambda: self._start("send", EMAIL_URL=address),
            "reader": lambda: self._start("process"),
        }
        self._running = {name: start() for name, start in self._starters.items()}

    def kill(self, name: str) -> None:
        """Kill one of them and start it again; what it held on lease is free at once."""
        self._scratch.kill(self._running[name])
        if name in LEASED:
            self._scratch.query(LEASED[name])
        self._running[name] = self._starters[name]()

    def tend(self) -> None:
        """Start again what ended by itself, as the supervisor does."""
        for name, process in self._running.items():
            if process.poll() is not None:
                self._running[name] = self._starters[name]()

    def _start(self, role: str, **environment: str):
        return self._scratch.spawn("-m", "tests.faults.mail_story", role, **environment)


def break_everything(processes: Processes, scratch, postfix: Postfix) -> None:
    faults: list[Callable[[], None]] = [
        lambda: processes.kill("door"),
        scratch.crash_postgres,
        postfix.crash,
        lambda: processes.kill("sender"),
        lambda: processes.kill("reader"),
    ]
    for fault in faults * ROUNDS:
        time.sleep(1.0)
        fault()


def is_at_rest(scratch) -> bool:
    """Nothing waits at the desk. A question that was answered before its fate was known is
    stopped; one that two crashes met waits for a person, who has it sent again."""
    scratch.query(HASTEN)
    scratch.query(SEND_AGAIN)
    (open_ones,) = scratch.query(
        "SELECT (SELECT count(*) FROM notifications_inbound WHERE status = 'received')"
        " + (SELECT count(*) FROM notifications_email WHERE status NOT IN ('sent', 'stopped'))"
    )
    return open_ones[0] == 0


def wait_for_rest(is_over: Callable[[], bool], describe: Callable[[], str]) -> None:
    """Wait while something moves; fail with what stands still after PATIENCE_S without a move."""
    seen, deadline = "", time.monotonic() + PATIENCE_S
    while not is_over():
        now = describe()
        if now != seen:
            seen, deadline = now, time.monotonic() + PATIENCE_S
        assert time.monotonic() < deadline, seen
        time.sleep(0.2)


def describe(scratch, postfix: Postfix, customers: Customers) -> str:
    """Where everything is, for whoever reads a failure."""
    mails = "SELECT status, count(*), max(attempts) FROM {} GROUP BY status ORDER BY status"
    return (
        f"mail in: {scratch.query(mails.format('notifications_inbound'))}, "
        f"mail out: {scratch.query(mails.format('notifications_email'))}, "
        f"in Postfix: {postfix.count_queued()}, questions: {len(customers.questions)}, "
        f"acknowledged: {len(customers.acknowledged)}, done: {customers.is_done()}"
    )


def assert_nothing_is_lost(scratch, customers: Customers) -> None:
    asked = dict(scratch.query("SELECT message_id, id FROM notifications_email"))
    came = Counter(str(mail["Message-ID"]) for mail in customers.questions)
    assert set(came) == set(asked)  # every question arrived, and a second copy bears the same id
    rows = scratch.query(
        "SELECT message_id, status, disposition, matched_by,"
        " (SELECT count(*) FROM cases_event WHERE inbound_id = mail.id AND kind = 'mail_received')"
        " FROM notifications_inbound AS mail WHERE kind = 'human'"
    )
    stored = {row[0] for row in rows}
    assert customers.acknowledged <= stored
    assert {row[1:] for row in rows} == {("processed", "answer", "token", 1)}
    states = scratch.query("SELECT state, count(*) FROM cases_case GROUP BY state")
    assert states == [("in_review", CASES)]
    assert len(customers.acknowledged) >= LEAST_REPLIES
