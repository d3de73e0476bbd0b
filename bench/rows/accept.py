"""How many mails per second the door takes: from MAIL FROM to the 250 that means committed."""

from __future__ import annotations

from bench.limits import measure_commits
from bench.mails import SIZES
from bench.place import Place
from bench.report import Aim, Figure
from bench.rows.process import make_threads

AIM = Aim(of_limit=0.5)
MOST = {"6 KB": 4000, "200 KB": 400}  # per second and process: more than can be taken
CONNECTIONS = 8  # per process, about what a busy Postfix keeps open


def measure(place: Place) -> list[Figure]:
    return [
        measure_one(place, name=name, processes=processes)
        for name in place.scale.sizes
        for processes in place.scale.processes
    ]


def measure_one(place: Place, *, name: str, processes: int) -> Figure:
    limit = measure_commits(place, size=SIZES[name], connections=processes)
    place.empty("notifications_inbound", "notifications_thread")
    make_threads(place)
    each = int(MOST[name] * place.scale.seconds)
    doors = [place.start_door() for _ in range(processes)]
    clients = [
        place.start(
            "lmtp_client",
            door.port,
            each,
            SIZES[name],
            CONNECTIONS,
            number * each,
            int(place.scale.seconds),
        )
        for number, door in enumerate(doors)
    ]
    for client in clients:
        client.wait_until_ready()
    before = sum(door.read_cpu_seconds() for door in doors)
    results = place.run_together(clients)
    cpu = sum(door.read_cpu_seconds() for door in doors) - before
    for door in doors:
        door.stop()
    with place.connect() as connection:
        row = connection.execute("SELECT count(*) FROM notifications_inbound").fetchone()
    done = sum(result["count"] for result in results)
    assert row == (done,), f"{row} stored, {done} acknowledged"
    return Figure(
        work=f"accept mail, {name}, {processes} process{'es' * (processes > 1)}",
        value=done / max(result["seconds"] for result in results),
        limit=limit,
        aim=AIM if name == "6 KB" else None,
        note=f"{cpu / done * 1000:.2f} ms CPU each",
    )
