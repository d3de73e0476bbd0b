"""The people's turn of one visit: each deed is done by whichever worker is free."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tests.soak.faults import Worker
from tests.soak.hands import Job, Outcome

if TYPE_CHECKING:
    from tests.soak.world import Run, World


@dataclass(kw_only=True)
class Errand:
    """The stories of one life that go on now, one after the other: a case is in one hand at a time.

    `job` is what the first of them waits for.
    """

    runs: deque[Run]
    job: Job | None = None


class Shift:
    """Until all stories sleep again. What nobody knows the fate of is asked for again."""

    def __init__(self, world: World, errands: Iterable[Errand]) -> None:
        self.world = world
        self.waiting = deque(errands)
        self.busy: dict[int, tuple[Worker, Errand]] = {}
        self.is_troubled = False

    def work(self, mishap: str) -> None:
        """Something may happen while the first of them are at work."""
        while self.hand_out() or self.busy:
            if mishap:
                self.world.mishaps.happen(mishap, self.world.workers)
                mishap = ""
            workers = [worker for worker, _ in self.busy.values()]
            for worker in self.world.make_worker.find_ready(workers):
                self.take_back(worker)

    def hand_out(self) -> bool:
        """Give every free worker a deed; says whether anybody got one."""
        if self.is_troubled:
            if self.busy:
                return False
            self.world.mishaps.let_leases_end(self.world.now)
            self.is_troubled = False
        was_busy = len(self.busy)
        for worker in self.world.workers:
            if id(worker) not in self.busy and (errand := self.find_next()):
                self.busy[id(worker)] = worker, errand
                worker.ask("act", self.world.now, [errand.job])
        return len(self.busy) > was_busy

    def find_next(self) -> Errand | None:
        while self.waiting:
            errand = self.waiting.popleft()
            while errand.job is None and errand.runs:
                errand.job = self.world.go_on(errand.runs[0])
                if errand.job is None:
                    errand.runs.popleft()
                else:
                    self.world.deeds[errand.job.name] += 1
            if errand.job:
                return errand
        return None

    def take_back(self, worker: Worker) -> None:
        errand = self.busy.pop(id(worker))[1]
        answers: list[Outcome] | None = worker.hear()
        assert errand.job is not None
        if answers is None or answers[0].broken:
            self.is_troubled = True
            errand.job = replace(errand.job, again=True)
        else:
            errand.runs[0].send, errand.job = answers[0], None
        self.waiting.appendleft(errand)
