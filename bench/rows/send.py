"""How many queued mails per second one worker hands to a mail server that never tarries."""

from __future__ import annotations

from bench.limits import measure_commits
from bench.mails import DOMAIN, HISTORY, make_tokens
from bench.place import Place
from bench.report import Aim, Figure
from bench.rows.process import make_threads

AIM = Aim(least=500)
MOST = 1500  # per second and process: more wait than can be done
FILL = """
INSERT INTO notifications_email
       (thread_id, key, purpose, from_name, from_email, reply_to, to_name, to_email, subject, text,
        html, headers, in_reply_to, automatic, irreversible, message_id, status, created_at,
        next_attempt_at, attempts, resends, response, error, delivery, delivery_detail, news)
SELECT thread.id, 'bench:' || number, 'note', 'Bench Cancellations',
       'cancellations@bench.example.com', 'reply+' || thread.token || '@' || %(domain)s,
       'Robin Sample', 'robin' || number || '@customer.example.com',
       'LC-2026-' || number || ': a question before we cancel', %(text)s, %(html)s, '{}', '', true,
       false, '<lc.' || thread.token || '.' || number || '@bench.example.com>', 'queued', now(),
       now(), 0, 0, '', '', '', '', ''
  FROM generate_series(1, %(count)s) AS number
  JOIN (SELECT id, token, row_number() OVER (ORDER BY id) AS row FROM notifications_thread)
       AS thread ON thread.row = 1 + number %% %(threads)s
"""


def measure(place: Place) -> list[Figure]:
    return [measure_one(place, processes=processes) for processes in place.scale.processes]


def measure_one(place: Place, *, processes: int) -> Figure:
    count = int(MOST * place.scale.seconds * processes)
    fill(place, count=count)
    sink, address = place.start_sink()
    children = [
        place.start("send_mail", place.scale.seconds, EMAIL_URL=address) for _ in range(processes)
    ]
    results = place.run_together(children)
    sink.stop()
    done = sum(result["count"] for result in results)
    cpu = sum(result["cpu"] for result in results)
    return Figure(
        work=f"send mail, 6 KB, {processes} process{'es' * (processes > 1)}",
        value=done / max(result["seconds"] for result in results),
        limit=measure_commits(place, size=6000, connections=processes),
        aim=AIM if processes == 1 else None,
        note=f"{cpu / done * 1000:.2f} ms CPU each",
    )


def fill(place: Place, *, count: int) -> None:
    """Queue `count` mails that are due, of about 6 KB each, text and HTML."""
    place.empty("notifications_email", "notifications_inbound", "notifications_thread")
    make_threads(place)
    html = f"<html><body>{'<p>' + HISTORY + '</p>'}</body></html>" * 9
    values = {
        "count": count, "domain": DOMAIN, "threads": len(make_tokens()),
        "text": f"{HISTORY}\n\n" * 7, "html": html,
    }  # fmt: skip
    with place.connect() as connection:
        connection.execute(FILL, values)
        connection.execute("VACUUM ANALYZE notifications_email")
