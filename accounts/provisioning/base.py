"""What every provisioning adapter is, and what it answers."""

from dataclasses import dataclass
from typing import Any, ClassVar, Literal, Protocol

from django.core.exceptions import ValidationError

from accounts.models.items import Item

Status = Literal["done", "pending", "failed"]
# deactivate can be undone by reactivate; terminate is for good (R40).
Verb = Literal["deactivate", "reactivate", "terminate"]
VERBS: tuple[Verb, ...] = ("deactivate", "reactivate", "terminate")


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a provider said.

    ``pending``: ask again with the same key after ``retry_after_s`` seconds, or be called back;
    with ``until_told`` asking is of no use, because a person will say when it is done.
    ``failed``: nothing happened; ``retry_after_s`` is the least pause before the next attempt.
    """

    status: Status
    detail: str = ""
    retry_after_s: int | None = None
    until_told: bool = False

    @property
    def is_done(self) -> bool:
        """The provider has acknowledged."""
        return self.status == "done"


@dataclass(frozen=True, kw_only=True)
class Order:
    """What is asked of a provider, once per ``key`` however often it is sent."""

    verb: Verb
    item: Item
    key: str


class Adapter(Protocol):
    """One way to have orders carried out.

    An order may come again with the same key, from another process, after a crash: the effect
    happens once. An adapter never writes Item.status; the caller does, from the answer. What a
    provider can answer, a failure or a timeout included, is an Answer, not an exception.
    """

    # Who has to move while an order is pending: "provider", or "person" at the desk.
    waits_for: ClassVar[str]
    # True where carry_out only talks over the network: many orders are then sent at once, from
    # threads that must not touch the database.
    is_remote: ClassVar[bool]

    def carry_out(self, order: Order, config: dict[str, Any]) -> Answer:
        """Do what the order says, or say why not (yet)."""

    def validate(self, config: dict[str, Any]) -> None:
        """Refuse settings that cannot work. Raises ValidationError; called by the brand's form."""


class InvalidProvisioning(ValidationError):
    """A brand's provisioning settings cannot work; a field error."""
