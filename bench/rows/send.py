"""How many queued mails per second one worker hands to a mail server that never tarries.

From the first mail to the last: the worker is started and has sent a few before the clock runs.
First mails of no case, which is sending alone; then mails of cases, each of which remembers that
its mail was accepted.
"""

from __future__ import annotations

from typing import Any, LiteralString

import psycopg

from bench.limits import measure_commits
from bench.mails import DOMAIN, HISTORY, make_tokens
from bench.place import Place
from bench.report import Aim, Figure
from bench.rows.process import make_threads

AIM = Aim(least=500)
MAILS = 3000  # for each process
WARM_UP = 50  # mails that each process sends before the clock runs
LONGEST_S = 60
FILL: LiteralString = """
INSERT INTO notifications_email
       (thread_id, key, purpose, from_name, from_email, reply_to, to_name, to_email, subject, text,
        html, headers, in_reply_to, automatic, irreversible, message_id, status, created_at,
        next_attempt_at, attempts, resends, response, error, delivery, delivery_detail, news)
SELECT thread.id, thread.key || number, 'note', 'Bench Cancellations',
       'cancellations@bench.example.com', 'reply+' || thread.token || '@' || %(domain)s,
       'Robin Sample', coalesce(thread.address, 'robin' || number || '@customer.example.com'),
       'LC-2026-' || number || ': a question before we cancel', %(text)s, %(html)s, '{{}}', '',
       true, false, '<lc.' || thread.token || '.b' || number || '@bench.example.com>', 'queued',
       now(), now(), 0, 0, '', '', '', '', ''
  FROM generate_series(1, %(count)s) AS number
  JOIN ({threads}) AS thread ON thread.row = 1 + number %% %(threads)s
"""
OF_NO_CASE: LiteralString = """
SELECT id, token, 'bench:' AS key, NULL AS address, row_number() OVER (ORDER BY id) AS row
  FROM notifications_thread
"""
OF_CASES: LiteralString = """
SELECT thread.id, thread.token, 'case:' || cases_case.id || ':bench:' AS key,
       contact.email AS address, row_number() OVER (ORDER BY cases_case.id) AS row
  FROM cases_case JOIN notifications_thread AS thread ON thread.id = thread_id
  JOIN accounts_contact AS contact ON contact.id = contact_id AND removed_at IS NULL
"""


def measure(place: Place) -> list[Figure]:
    return [
        *(measure_one(place, processes=processes) for processes in place.scale.processes),
        measure_cases(place),
    ]


def measure_one(place: Place, *, processes: int) -> Figure:
    fill(place, count=(MAILS + WARM_UP) * processes)
    rate, note = send(place, processes=processes)
    return Figure(
        work=f"send mail, 6 KB, {processes} process{'es' * (processes > 1)}",
        value=rate,
        limit=measure_commits(place, size=6000, connections=processes),
        aim=AIM if processes == 1 else None,
        note=note,
    )


def measure_cases(place: Place) -> Figure:
    past = place.open_past(place.scale.small)
    with past.connect() as connection:
        queue(connection, OF_CASES, threads=past.cases, count=MAILS + WARM_UP)
    rate, note = send(place, processes=1, **past.environment)
    return Figure(work=f"send mail of cases, 6 KB, 1 process, {past.size}", value=rate, note=note)


def send(place: Place, *, processes: int, **environment: str) -> tuple[float, str]:
    """Send what waits; return mails per second, and what it cost."""
    sink, address = place.start_sink()
    environment |= {"EMAIL_URL": address}
    children = [
        place.start("send_mail", LONGEST_S, WARM_UP, **environment) for _ in range(processes)
    ]
    for child in children:
        child.wait_until_ready()
    before = sink.read_cpu_seconds()
    results = place.run_together(children)
    taken = sink.read_cpu_seconds() - before
    sink.stop()
    done = sum(result["count"] for result in results)
    cpu = sum(result["cpu"] for result in results)
    return (
        done / max(result["seconds"] for result in results),
        f"{cpu / done * 1000:.2f} ms CPU each, the mail server {taken / done * 1000:.2f}",
    )


def fill(place: Place, *, count: int) -> None:
    """Queue `count` mails of no case that are due."""
    place.empty("notifications_email", "notifications_inbound", "notifications_thread")
    make_threads(place)
    with place.connect() as connection:
        queue(connection, OF_NO_CASE, threads=len(make_tokens()), count=count)


def queue(
    connection: psycopg.Connection[Any], threads_sql: LiteralString, *, threads: int, count: int
) -> None:
    """Queue `count` mails that are due, of about 6 KB each, text and HTML."""
    html = f"<html><body>{'<p>' + HISTORY + '</p>'}</body></html>" * 9
    values = {
        "count": count, "domain": DOMAIN, "threads": threads, "text": f"{HISTORY}\n\n" * 7,
        "html": html,
    }  # fmt: skip
    connection.execute(FILL.format(threads=threads_sql), values)
    connection.execute("VACUUM ANALYZE notifications_email")
