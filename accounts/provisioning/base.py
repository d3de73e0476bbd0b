"""What every provisioning adapter is, and what it answers."""

from dataclasses import dataclass
from typing import Any, Literal, Protocol

from django.core.exceptions import ValidationError

from accounts.models.items import Item

Status = Literal["done", "pending", "failed"]


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a provider said.

    ``pending``: ask again with the same key after ``retry_after_s`` seconds, or be called back.
    ``failed``: nothing happened; ``retry_after_s`` is None when trying again is of no use until
    a person has repaired something.
    """

    status: Status
    detail: str = ""
    retry_after_s: int | None = None

    @property
    def is_done(self) -> bool:
        """The provider has acknowledged."""
        return self.status == "done"


class Adapter(Protocol):
    """One way to deactivate and reactivate items.

    A call may come again with the same ``key``, from another process, after a crash: the effect
    happens once. An adapter never writes Item.status; the caller does, from the answer. What a
    provider can answer, a failure or a timeout included, is an Answer, not an exception.
    """

    def deactivate(self, *, item: Item, key: str, config: dict[str, Any]) -> Answer:
        """Make the item unavailable; numbers ring busy."""

    def reactivate(self, *, item: Item, key: str, config: dict[str, Any]) -> Answer:
        """Undo a deactivation."""

    def validate(self, config: dict[str, Any]) -> None:
        """Refuse settings that cannot work. Raises ValidationError; called by the brand's form."""


class InvalidProvisioning(ValidationError):
    """A brand's provisioning settings cannot work; a field error."""
