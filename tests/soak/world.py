"""One year of a desk: the clock jumps from visit to visit, and the model is told what happened."""

from __future__ import annotations

import heapq
import random
import time
from collections import Counter, defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from tests.soak import sink
from tests.soak.faults import FORK, Mishaps, Worker
from tests.soak.hands import Job, Outcome
from tests.soak.hearsay import Hearsay
from tests.soak.letters import write, write_calls
from tests.soak.lives import HOUR, Letter, Life, Sleep, Story, Unexpected, mend, tell
from tests.soak.model import LOOK_AGAIN
from tests.soak.place import Place
from tests.soak.shift import Errand, Shift

BEGIN = datetime(2026, 1, 1, 5, tzinfo=UTC)
MOST_SWEEPS = 60
WHOLE = 25  # every so many visits, one sweeps everything that beat would
RACE = 4  # so often all of them sweep, though little is due
LITTLE = 2
WORKERS = 2
MANY = 5000  # from so many cases on more of them are short: a year has to end some day


@dataclass(kw_only=True)
class Run:
    """A story that is being lived: it goes on at `at`, or when its case moves if `alert`."""

    life: Life
    story: Story
    order: int
    at: datetime = BEGIN
    alert: bool = False
    seen: object = None  # where its case stood when it went to sleep
    send: Any = None
    is_over: bool = False


@dataclass(kw_only=True)
class World:
    place: Place
    seed: int
    cases: int
    faults_percent: float
    days: int
    say: Callable[[str], None]
    is_enough: Callable[[], bool] = bool  # the year ends early where this says so
    make_worker: type[Worker] = Worker
    now: datetime = BEGIN
    visits: int = 0
    deeds: Counter[str] = field(default_factory=Counter)
    letters: Counter[str] = field(default_factory=Counter)
    smtp: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)
    digests: set[str] = field(default_factory=set)  # of all letters that were written
    troubled: dict[int, Life] = field(default_factory=dict)
    excused: set[int] = field(default_factory=set)  # mails that a crash may have doubled

    def __post_init__(self) -> None:
        self.rng = random.Random(self.seed)
        short = 40 if self.cases < MANY else 65
        self.lives = [Life(number=n, seed=self.seed, short=short) for n in range(self.cases)]
        self.queue: list[tuple[datetime, int, int]] = []  # instant, tie, number of the life
        self.runs: dict[int, list[Run]] = defaultdict(list)
        self.mail: list[tuple[datetime, int, Letter, Life]] = []
        self.mishaps = Mishaps(
            place=self.place, rng=random.Random(f"{self.seed}:faults"), percent=self.faults_percent
        )
        self.held: dict[int, Life] = {}  # what is due there waits for a person
        self.ties = iter(range(10**12))

    # -- the year -------------------------------------------------------------------------------
    def play(self) -> None:
        """Live through the year. What was found on the way stands in `problems`."""
        self.begin()
        self.hearsay = Hearsay(self)
        try:
            told_at = time.monotonic()
            while self.queue and self.queue[0][0] <= BEGIN + timedelta(days=self.days):
                if self.is_enough():
                    self.days = (self.now - BEGIN).days
                    break
                self.visit(self.queue[0][0])
                if time.monotonic() - told_at > 3:
                    told_at = time.monotonic()
                    self.tell_progress()
        finally:
            self.end()

    def begin(self) -> None:
        for life in self.lives:
            day = self.rng.uniform(0, self.days)
            at = BEGIN + timedelta(days=int(day), hours=int(self.rng.uniform(1, 16)))
            self.start_story(life, tell(life), at)
        self.sink_pipe, theirs = FORK.Pipe()
        arguments = (self.place.smtp_port, theirs, self.seed, self.faults_percent == 0)
        self.sink = FORK.Process(target=sink.serve, args=arguments, daemon=True)
        self.sink.start()
        assert self.sink_pipe.recv() == "ready"
        self.workers = [self.make_worker() for _ in range(WORKERS)]

    def end(self) -> None:
        for worker in self.workers:
            worker.end()
        self.sink.kill()
        self.sink.join(10)
        self.sink_pipe.close()
        self.hearsay.end()

    def start_story(self, life: Life, story: Story, at: datetime) -> None:
        run = Run(life=life, story=story, order=next(self.ties), at=at)
        self.runs[life.number].append(run)
        self.wake_at(at, life)

    def wake_at(self, at: datetime, life: Life) -> None:
        heapq.heappush(self.queue, (max(at, self.now), next(self.ties), life.number))

    # -- one visit --------------------------------------------------------------------------------
    def visit(self, now: datetime) -> None:
        """Everything that is to happen by `now` happens, at `now`."""
        from config import clock

        self.now = now
        self.visits += 1
        clock.move_to(now)
        self.sink_pipe.send(now)
        self.sink_pipe.recv()
        awake = self.take_due(now)
        mishap = self.mishaps.choose()
        when = self.mishaps.rng.choice(("act", "sweep"))
        arrived = self.store_letters()
        self.run_stories(awake, mishap if when == "act" else "")
        later = mishap if when == "sweep" else ""
        faulty = self.sweep(later, faulty=bool(mishap)) or bool(mishap)
        touched = self.hearsay.learn(awake, arrived, faulty=faulty)
        self.look_ahead(touched)

    def take_due(self, now: datetime) -> dict[int, Life]:
        awake = {}
        while self.queue and self.queue[0][0] <= now:
            number = heapq.heappop(self.queue)[2]
            awake[number] = self.lives[number]
        return awake

    def store_letters(self) -> list[tuple[Letter, Life]]:
        """What was written until now is at the door, in no order, some of it more than once."""
        arrived = []
        while self.mail and self.mail[0][0] <= self.now:
            arrived.append(heapq.heappop(self.mail)[2:])
        by_mail = [pair for pair in arrived if pair[0].meaning != "webhook"]
        letters = [write(life, one) for one, life in by_mail for _ in range(one.copies)]
        calls = [call for one, life in arrived if one.meaning == "webhook"
                 for call in write_calls(life, one)]  # fmt: skip
        self.digests |= {sha256(one["raw"]).hexdigest() for one in letters}
        self.letters.update(one.meaning for one, _ in arrived)
        self.letters["the same again"] += sum(one.copies - 1 for one, _ in arrived)
        for verb, news in (("store", letters), ("hear_hooks", calls)):
            self.rng.shuffle(news)
            self.insist(verb, [news[0::2], news[1::2]])
        return arrived

    def insist(self, verb: str, payloads: list[Any]) -> None:
        """Whoever was not told yes tries again, as mail servers and providers do."""
        while any(payloads):
            outcomes = self.ask_all(verb, payloads)
            failed = [one is None or one.broken for one in outcomes]
            self.complain_of([one for one in outcomes if one and not one.broken])
            payloads = [news if bad else [] for news, bad in zip(payloads, failed, strict=True)]

    def run_stories(self, awake: dict[int, Life], mishap: str) -> None:
        """Everybody who wakes acts, until all sleep again."""
        ready = (
            deque(run for run in self.runs[life.number] if run.at <= self.now)
            for life in awake.values()
        )
        Shift(self, [Errand(runs=runs) for runs in ready if runs]).work(mishap)

    def go_on(self, run: Run) -> Job | None:
        """Live on to the next action, or to the next sleep."""
        life = run.life
        life.now = self.now
        while True:
            try:
                wish = run.story.send(run.send)
            except StopIteration:
                run.is_over, run.at = True, datetime.max.replace(tzinfo=UTC)
                return None
            except Unexpected as problem:
                self.complain(life, str(problem))
                run.is_over, run.at = True, datetime.max.replace(tzinfo=UTC)
                return None
            run.send = None
            if isinstance(wish, Job):
                return wish
            if isinstance(wish, Sleep):
                run.at, run.alert, run.seen = wish.until, wish.alert, life.model.stand
                self.wake_at(wish.until, life)
                return None
            heapq.heappush(self.mail, (wish.at, next(self.ties), wish, life))
            self.wake_at(round_up(wish.at), life)

    def ask_all(self, verb: str, payloads: list[Any], mishap: str = "") -> list[Any]:
        """All workers at once; something may happen meanwhile."""
        busy = [
            (worker, payload) for worker, payload in zip(self.workers, payloads, strict=True)
            if payload != [] and payload is not None
        ]  # fmt: skip
        for worker, payload in busy:
            worker.ask(verb, self.now, payload)
        if mishap:
            self.mishaps.happen(mishap, self.workers)
        heard = {id(worker): worker.hear() for worker, _ in busy}
        return [heard.get(id(worker)) for worker in self.workers]

    def sweep(self, mishap: str, *, faulty: bool) -> bool:
        """They sweep until nothing is left; says whether anything was broken on the way."""
        shaken = faulty or bool(mishap)  # mail that met a fault is put off by the database's clock
        payloads = self.choose_sweepers(is_surely_due=shaken)
        broken = False
        for _ in range(MOST_SWEEPS):
            outcomes = self.ask_all("sweep", payloads, mishap)
            mishap = ""
            asked = [one for one, said in zip(outcomes, payloads, strict=True) if said is not None]
            failed = any(one is None or one.broken for one in asked)
            if not failed and not shaken:
                self.complain_of(asked)
                return broken
            broken, shaken = broken or failed, failed
            self.mishaps.let_leases_end(self.now)
        self.problems.append(f"{self.now}: the desk does not come to rest")
        return broken

    def choose_sweepers(self, *, is_surely_due: bool) -> list[bool | None]:
        """Who sweeps: all race where there is more than a little, and now and then anyway; nobody
        where nothing is due. None: not this one; True: everything that beat would."""
        if is_surely_due or self.visits % WHOLE == 0:
            return [self.visits % WHOLE == 0, *[False] * (WORKERS - 1)]
        due = self.hearsay.count_due()
        if due > LITTLE or (due and self.visits % RACE == 0):
            return [False] * WORKERS
        alone = self.visits % WORKERS
        return [False if due and number == alone else None for number in range(WORKERS)]

    def look_ahead(self, touched: dict[int, Life]) -> None:
        """When each of them is to be visited next."""
        for life in touched.values():
            model = life.model
            self.runs[life.number] = [r for r in self.runs[life.number] if not r.is_over]
            self.held.pop(life.number, None)
            if model.due and model.is_held(self.now) and model.due.look_at <= self.now + LOOK_AGAIN:
                self.held[life.number] = life
                if model.held_until:
                    self.wake_at(model.held_until + LOOK_AGAIN, life)
            elif model.due:  # and when it is due, and may not be done yet
                at = model.due.at if model.due.at > self.now else model.due.look_at
                self.wake_at(max(at, self.now + timedelta(seconds=1)), life)
            waiting = [mail.at for mail in model.mails if mail.fate == "waiting"]
            if waiting:  # it is tried again in growing pauses
                pause = max(timedelta(minutes=20), (self.now - max(waiting)) / 4)
                self.wake_at(round_up(self.now + pause), life)
            if "mail_undeliverable" in model.holds and not life.is_mending:
                life.is_mending = True
                life.now = self.now
                self.start_story(life, mend(life), self.now + HOUR)
            for run in self.runs[life.number]:
                if run.alert and run.at > self.now and run.seen != model.stand:
                    run.at = round_up(self.now)
                    self.wake_at(run.at, life)

    # -- words ----------------------------------------------------------------------------------
    def complain(self, life: Life, words: str) -> None:
        self.troubled[life.number] = life
        self.problems.append(f"{self.now:%Y-%m-%d %H:%M:%S} case of c{life.number}: {words}")
        self.say(f"PROBLEM {self.problems[-1]}")

    def complain_of(self, outcomes: list[Any]) -> None:
        for one in outcomes:
            if isinstance(one, Outcome) and one.refused:
                self.problems.append(f"{self.now}: {one.words}")

    def tell_progress(self) -> None:
        opened = sum(bool(life.model.state) for life in self.lives)
        faults = sum(self.mishaps.done.values())
        self.say(
            f"{self.now:%Y-%m-%d %H:%M} · {opened:,} cases · {self.visits:,} visits · "
            f"{self.smtp[sink.TAKEN]:,} mails out · {self.letters.total():,} in · "
            f"{faults} faults · {len(self.problems)} problems"
        )


def round_up(at: datetime) -> datetime:
    """The next full hour: mail is read then at the latest."""
    return at.replace(minute=0, second=0, microsecond=0) + HOUR
