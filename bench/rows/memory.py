"""Does a process grow while it works? A bounded rendition of an hour's load.

The first third of the work is warming up; from then on a process should stay as large as it is.
"""

from __future__ import annotations

import os
import threading
from pathlib import Path

from bench.mails import SIZES
from bench.place import Child, Door, Place
from bench.report import Aim, Figure, Limit
from bench.rows import process, send, timers

MOST_GROWTH = 1.1
LONGER = 3  # times as long as other figures
MOST_FIRED = 2000  # timers per second
MB = 1024 * 1024
PAGE = os.sysconf("SC_PAGE_SIZE")


class Scale:
    """Watches the memory of one process, ten times a second, on a thread."""

    def __init__(self, one: Child | Door) -> None:
        self._path = Path(f"/proc/{one.process.pid}/statm")
        self._seen: list[float] = []
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def end(self) -> tuple[float, float]:
        """Megabytes after the first third, and at most in the last tenth."""
        self._ended.set()
        self._thread.join()
        seen = self._seen
        return seen[len(seen) // 3], max(seen[-max(len(seen) // 10, 1) :])

    def _watch(self) -> None:
        while not self._ended.wait(0.1):
            try:
                pages = int(self._path.read_text().split()[1])
            except (OSError, IndexError):
                return  # it has ended
            if pages:
                self._seen.append(pages * PAGE / MB)


def measure(place: Place) -> list[Figure]:
    return [
        measure_web(place),
        measure_timers(place),
        measure_reader(place),
        measure_sender(place),
        measure_door(place),
    ]


def measure_web(place: Place) -> Figure:
    past = place.open_past(place.scale.small)
    seconds = place.scale.seconds * LONGER
    return weigh(place, "web", place.start("pages", seconds, **past.environment))


def measure_timers(place: Place) -> Figure:
    past = place.open_largest_past()
    seconds = place.scale.seconds * LONGER
    timers.make_due(past, kind="drop", count=int(MOST_FIRED * seconds))
    child = place.start("fire_timers", seconds, **past.environment)
    figure = weigh(place, "worker that fires timers", child)
    timers.clear_due(past)
    return figure


def measure_reader(place: Place) -> Figure:
    seconds = place.scale.seconds * LONGER
    process.fill(place, count=int(700 * seconds), size=SIZES["6 KB"])
    return weigh(place, "worker that reads mail", place.start("process_mail", seconds))


def measure_sender(place: Place) -> Figure:
    seconds = place.scale.seconds * LONGER
    send.fill(place, count=int(700 * seconds))
    sink, address = place.start_sink()
    child = place.start("send_mail", seconds, EMAIL_URL=address)
    figure = weigh(place, "worker that sends mail", child)
    sink.stop()
    return figure


def measure_door(place: Place) -> Figure:
    process.fill(place, count=0, size=0)
    seconds = place.scale.seconds * LONGER
    door = place.start_door()
    client = place.start(
        "lmtp_client", door.port, int(700 * seconds), SIZES["6 KB"], 8, 0, int(seconds),
    )  # fmt: skip
    client.wait_until_ready()
    scale = Scale(door)
    place.run_together([client])
    figure = show("mail door", *scale.end())
    door.stop()
    return figure


def weigh(place: Place, name: str, child: Child) -> Figure:
    child.wait_until_ready()
    scale = Scale(child)
    place.run_together([child])
    return show(name, *scale.end())


def show(name: str, warm: float, last: float) -> Figure:
    return Figure(
        work=f"memory: {name}",
        value=last,
        unit=" MB",
        limit=Limit(name="when warm", value=warm),
        aim=Aim(up_to_limit=MOST_GROWTH),
    )
