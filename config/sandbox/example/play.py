"""Play the stories over a moved clock: in order of time, everything due on the way included."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings

from accounts.models import Brand, Customer, User
from cases.actions.base import ActionError
from cases.models import Case
from config import clock
from config.sandbox.example.deeds import find_deed
from config.sandbox.example.scene import Scene
from config.sandbox.example.script import Entry, Story, Stray, find_instant
from config.sandbox.machine.travel import settle, travel_to
from config.sandbox.post.bounces import Post
from config.sandbox.post.letters import Letter
from config.sandbox.post.strays import write_stray
from notifications import inbound

CHANNEL = "smtp"
CALL = Entry(verb="call")
Tell = Callable[[float], None]


class StoryBroke(Exception):
    """A deed of a story was refused, or the story ends elsewhere than it says."""


@dataclass(frozen=True, kw_only=True)
class Act:
    """Something that is going to be done at an instant."""

    at: datetime
    serial: int
    run: Callable[[], None]


def post_into_mailroom(letter: Letter) -> None:
    """What the door does with a letter: store the raw bytes, and say yes."""
    inbound.store(
        channel=CHANNEL,
        recipient=letter.envelope_to,
        envelope_from=letter.envelope_from,
        raw=letter.raw,
        now=clock.now(),
    )


def play_stories(
    *,
    stories: Sequence[Story],
    strays: Sequence[Stray],
    now: datetime,
    post: Post = post_into_mailroom,
    tell: Tell = lambda share: None,
) -> list[Case]:
    """Play everything until `now` (UTC, the real present) and return the cases of the stories.

    `tell` hears now and then which share of the time (0 to 1) lies behind. Raises StoryBroke.
    """
    users = {user.username: user for user in User.objects.all()}
    scenes = [make_scene(story, users, post) for story in stories]
    acts = sorted(
        [*list_acts(scenes, now), *list_strays(strays, post, now)], key=lambda a: (a.at, a.serial)
    )
    first = acts[0].at if acts else now
    whole = max(now - first, timedelta(seconds=1))
    for act in acts:
        travel_to(act.at, post=post, patience_s=0)
        act.run()
        tell((act.at - first) / whole)
    travel_to(max(now, clock.now()), post=post, patience_s=0)
    settle(post=post, patience_s=0)
    return [check_end(scene) for scene in scenes]


def make_scene(story: Story, users: dict[str, User], post: Post) -> Scene:
    customer = Customer.objects.select_related("brand").get(name=story.customer)
    return Scene(story=story, customer=customer, users=users, post=post)


def list_acts(scenes: Sequence[Scene], now: datetime) -> list[Act]:
    """Every call and every entry of every diary. Raises StoryBroke for one in the future."""
    acts, serials = [], itertools.count()
    for scene in scenes:
        for entry in (CALL, *scene.story.diary):
            at = find_entry(scene, entry, now)
            if at > now:
                raise StoryBroke(f"{scene.story.customer}: “{entry.verb}” lies in the future")
            acts.append(Act(at=at, serial=next(serials), run=make_run(scene, entry)))
    return acts


def find_entry(scene: Scene, entry: Entry, now: datetime) -> datetime:
    story = scene.story
    is_call = entry is CALL
    return find_instant(
        days_ago=story.days_ago,
        day=0 if is_call and story.minutes_ago is None else entry.day,
        at=story.at if is_call else entry.at,
        minutes_ago=story.minutes_ago if is_call else entry.minutes_ago,
        zone=scene.customer.timezone,
        now=now,
    )


def make_run(scene: Scene, entry: Entry) -> Callable[[], None]:
    def run() -> None:
        try:
            find_deed(entry.verb)(scene, *entry.words, **entry.facts)
        except ActionError as refusal:
            raise StoryBroke(
                f"{scene.story.customer}, day {entry.day}, “{entry.verb}”: {refusal}"
            ) from refusal

    return run


def list_strays(strays: Sequence[Stray], post: Post, now: datetime) -> list[Act]:
    acts = []
    for serial, stray in enumerate(strays, start=1_000_000):
        brand = Brand.objects.get(slug=stray.company)
        at = find_instant(
            days_ago=stray.days_ago, day=0, at=stray.at, minutes_ago=None, zone="UTC", now=now
        )
        acts.append(Act(at=at, serial=serial, run=make_stray(stray, brand, post)))
    return acts


def make_stray(stray: Stray, brand: Brand, post: Post) -> Callable[[], None]:
    def run() -> None:
        case = Case.objects.filter(customer__name=stray.mentions).first()
        post(
            write_stray(
                stray,
                to=brand.email_from,
                number=case.number if case else "",
                authserv_id=settings.AUTHSERV_ID,
                now=clock.now(),
            )
        )

    return run


def check_end(scene: Scene) -> Case:
    """The case where its story says that it stands. Raises StoryBroke."""
    case = scene.case
    if case.state != scene.story.ends:
        raise StoryBroke(
            f"{scene.story.customer} ({scene.story.about}) is {case.state}, not {scene.story.ends}"
        )
    return case
