"""How many stored mails per second become filed ones."""

from __future__ import annotations

import hashlib

from bench.limits import measure_parse
from bench.mails import DOMAIN, SENDER, SIZES, make_mails, make_tokens
from bench.place import Place
from bench.report import Aim, Figure

AIM_6_KB = Aim(least=600)
MOST = {"6 KB": 1500, "200 KB": 250}  # per second and process: more wait than can be done
COLUMNS = (
    "channel", "recipient", "recipient_token", "envelope_from", "raw", "size", "sha256",
    "received_at", "status", "attempts", "problem", "from_name", "from_email", "subject",
    "message_id", "in_reply_to", '"references"', "text", "html", "reply_text", "kind", "evidence",
    "authenticity", "authenticity_detail", "matched_by", "suggestion", "disposition",
    "disposition_note",
)  # fmt: skip


def measure(place: Place) -> list[Figure]:
    return [
        measure_one(place, name=name, processes=processes)
        for name in place.scale.sizes
        for processes in place.scale.processes
    ]


def measure_one(place: Place, *, name: str, processes: int) -> Figure:
    count = int(MOST[name] * place.scale.seconds * processes)
    fill(place, count=count, size=SIZES[name])
    children = [place.start("process_mail", place.scale.seconds) for _ in range(processes)]
    results = place.run_together(children)
    done = sum(result["count"] for result in results)
    cpu = sum(result["cpu"] for result in results)
    return Figure(
        work=f"process mail, {name}, {processes} process{'es' * (processes > 1)}",
        value=done / max(result["seconds"] for result in results),
        limit=measure_parse(place, size=SIZES[name], processes=processes),
        aim=AIM_6_KB if (name, processes) == ("6 KB", 1) else None,
        note=f"{cpu / done * 1000:.2f} ms CPU each",
    )


def fill(place: Place, *, count: int, size: int) -> None:
    """Let `count` mails wait, in threads that exist."""
    place.empty("notifications_inbound", "notifications_thread")
    make_threads(place)
    copy = f"COPY notifications_inbound ({', '.join(COLUMNS)}) FROM STDIN"
    with place.connect() as connection:
        now = connection.execute("SELECT now()").fetchone()
        assert now is not None
        with connection.cursor().copy(copy.encode()) as rows:
            for token, raw in make_mails(count, size=size):
                rows.write_row(
                    ("lmtp", f"reply+{token}@{DOMAIN}", token, SENDER, raw, len(raw),
                     hashlib.sha256(raw).hexdigest(), now[0], "received", 0, *[""] * 10, "human",
                     "[]", "none", "", "", "", "", "")
                )  # fmt: skip
        connection.execute("VACUUM ANALYZE notifications_inbound")


def make_threads(place: Place) -> None:
    with place.connect() as connection:
        connection.execute(
            "INSERT INTO notifications_thread (token, created_at) SELECT unnest(%s::text[]), now()",
            [make_tokens()],
        )
        connection.execute("VACUUM ANALYZE notifications_thread")
