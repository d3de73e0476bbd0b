"""What a deed of a story needs at hand: its case, its people, the mail that was exchanged."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

from accounts.models import Contact, Customer, Item, User
from cases.actions.base import Actor
from cases.domain.dates import local_date
from cases.models import Case, Policy
from config.sandbox.example.script import Story
from config.sandbox.models import SandboxMail
from config.sandbox.post.bounces import Post
from config.sandbox.post.letters import Writer


class NothingToAnswer(Exception):
    """A story lets a customer answer a mail that never reached them."""


@dataclass(kw_only=True)
class Scene:
    """One story while it is played."""

    story: Story
    customer: Customer
    users: dict[str, User]
    post: Post
    case_id: int = 0
    known_mail: list[int] = field(default_factory=list)

    @property
    def case(self) -> Case:
        return Case.objects.select_related("customer", "thread", "contact").get(pk=self.case_id)

    @property
    def policy(self) -> Policy:
        return Policy.objects.get(brand=self.customer.brand, code=self.story.policy)

    @property
    def actor(self) -> Actor:
        return Actor.staff(self.users[self.story.by])

    @property
    def caller(self) -> Contact:
        """Who called: the one that the story names, else the owner."""
        people = self.customer.contacts.order_by("-is_owner", "id")
        named = people.filter(name=self.story.caller) if self.story.caller else people
        found = named.first()
        assert found is not None, f"{self.customer} has no contact {self.story.caller!r}"
        return found

    @property
    def called_on(self) -> date:
        return local_date(self.case.received_at, self.customer.timezone)

    def days_after_call(self, days: int) -> date:
        return self.called_on + timedelta(days=days)

    def choose_items(self, words: str) -> list[Item]:
        """Everything, what stands at "@a place", or labels by their beginnings, "; " between.

        What hangs on a chosen one is chosen with it.
        """
        items = list(
            self.customer.items.filter(status="active").select_related("location").order_by("id")
        )
        if words == "all":
            return items
        if words.startswith("@"):
            return [i for i in items if i.location and i.location.name == words[1:]]
        starts = tuple(word.strip() for word in words.split(";"))
        chosen = {i.pk for i in items if i.label.startswith(starts)}
        chosen |= {i.pk for i in items if i.parent_id in chosen}
        return [i for i in items if i.pk in chosen]

    def find_item(self, label: str) -> Item:
        return self.customer.items.get(label=label)

    @property
    def writer(self) -> Writer:
        """The caller, at their own desk."""
        return Writer(
            name=self.caller.name,
            email=self.caller.email,
            zone=self.customer.timezone,
            locale=self.customer.locale,
        )

    def last_mail(self) -> SandboxMail:
        """The newest mail of the case that reached the caller. Raises NothingToAnswer."""
        ids = list(self.case.thread.emails.values_list("message_id", flat=True))
        mail = (
            SandboxMail.objects.filter(
                box="inbox", mailbox=self.caller.email.lower(), message_id__in=ids
            )
            .order_by("-received_at", "-id")
            .first()
        )
        if mail is None:
            raise NothingToAnswer(f"{self.customer}: no mail has reached {self.caller.email}")
        return mail
