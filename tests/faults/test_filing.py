"""Filing commits lazily: a crash undoes whole mails; they are filed again, once (G1, G2, G4)."""

from __future__ import annotations

import pytest

pytestmark = [
    pytest.mark.slow,
    pytest.mark.guarantee("G1"),
    pytest.mark.guarantee("G2"),
    pytest.mark.guarantee("G4"),
]

CASES = 6
FATE = """
SELECT status, disposition, thread_id IS NOT NULL,
       (SELECT count(*) FROM cases_event WHERE inbound_id = mail.id AND kind = 'mail_received')
  FROM notifications_inbound AS mail
"""


@pytest.fixture
def slow_to_disk(scratch):
    """A PostgreSQL that writes lazy commits to the disk after a long while: a crash finds them."""
    settings = scratch.servers.postgres.data / "postgresql.auto.conf"
    before = settings.read_text()
    settings.write_text(f"{before}wal_writer_delay = '10s'\nwal_writer_flush_after = '100MB'\n")
    scratch.crash_postgres()
    yield scratch
    settings.write_text(before)
    scratch.crash_postgres()


def run(scratch, role: str, *arguments: str) -> None:
    assert scratch.spawn("-m", "tests.faults.mail_story", role, *arguments).wait(300) == 0


def test_what_a_crash_undid_is_filed_again_and_once(slow_to_disk):
    scratch = slow_to_disk
    run(scratch, "open", str(CASES))
    run(scratch, "answer")
    run(scratch, "file")
    scratch.crash_postgres()
    after = scratch.query(FATE)
    whole = {("received", "", False, 0), ("processed", "answer", True, 1)}
    undone = [row for row in after if row[0] == "received"]
    assert len(after) == CASES, "what was acknowledged is on the disk"
    assert undone, "the crash undid nothing: the test proves nothing"
    assert set(after) <= whole, "never in part"
    scratch.query("UPDATE notifications_inbound SET lease_until = NULL")
    run(scratch, "file")
    assert scratch.query(FATE) == [("processed", "answer", True, 1)] * CASES
