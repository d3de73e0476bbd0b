"""How many customers' answers per second are filed to their cases: the whole way of a reply.

Reading, matching, and then everything that the answer means for its case: its state, its history,
its timers, its to-dos. One transaction each.
"""

from __future__ import annotations

from bench.place import Place
from bench.report import Figure
from bench.scene import Scene, make_scene

MOST = 25  # cases per second of measuring; to make one costs more than to file its reply


def measure(place: Place) -> list[Figure]:
    return [measure_one(place, processes=processes) for processes in place.scale.processes]


def measure_one(place: Place, *, processes: int) -> Figure:
    place.empty_all()
    scene = make_scene()
    fill(scene, count=int(MOST * place.scale.seconds * processes))
    children = [place.start("process_mail", place.scale.seconds) for _ in range(processes)]
    results = place.run_together(children)
    done = sum(result["count"] for result in results)
    cpu = sum(result["cpu"] for result in results)
    return Figure(
        work=f"file a reply to its case, 6 KB, {processes} process{'es' * (processes > 1)}",
        value=done / max(result["seconds"] for result in results),
        note=f"{cpu / done * 1000:.2f} ms CPU each",
    )


def fill(scene: Scene, *, count: int) -> None:
    """Let `count` cases wait for their customers, and an answer to each of them for the desk."""
    from django.db import connection

    for number in range(count):
        case = scene.open_case(number)
        scene.ask(case)
        scene.store_reply(case, number)
    connection.close()
