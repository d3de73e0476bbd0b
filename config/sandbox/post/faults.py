"""Which addresses misbehave: those that a person marked, and those whose name says so."""

from __future__ import annotations

from datetime import timedelta

from config.sandbox.models import Behaviour, SandboxFault

# RFC 3463 status of the report that comes back.
NO_SUCH_MAILBOX = "5.1.1"


class UnknownBehaviour(ValueError):
    """There is no such misbehaviour."""


def find_fault(address: str) -> SandboxFault | None:
    """How mail for `address` misbehaves, or None when it arrives.

    Without a row the name counts: refuse+…@, defer+…@, bounce+…@ and silent+…@.
    """
    address = address.lower()
    marked = SandboxFault.objects.filter(address=address).first()
    if marked is not None:
        return marked
    word, plus, _ = address.partition("+")
    if plus and word in Behaviour.values:
        return SandboxFault(address=address, behaviour=word)
    return None


def set_fault(*, address: str, behaviour: str, delay_minutes: int = 0) -> None:
    """Make an address misbehave, or behave again with an empty `behaviour`.

    Raises UnknownBehaviour.
    """
    address = address.strip().lower()
    if not behaviour:
        SandboxFault.objects.filter(address=address).delete()
        return
    if behaviour not in Behaviour.values or delay_minutes < 0:
        raise UnknownBehaviour(behaviour)
    SandboxFault.objects.update_or_create(
        address=address, defaults={"behaviour": behaviour, "delay_minutes": delay_minutes}
    )


def bounce_delay(fault: SandboxFault) -> timedelta:
    """Desk time between taking a mail and sending it back."""
    return timedelta(minutes=fault.delay_minutes)
