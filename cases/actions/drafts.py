"""Calls that are going on: saved with every tick, so that a crash costs nothing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import transaction

from accounts.models import Customer, User
from cases.models import CallDraft, Case

KEPT = timedelta(days=7)
CONSENTS = ("read_out", "agreed")


def save_draft(
    *,
    user: User,
    customer: Customer,
    data: Mapping[str, list[str]],
    digest: str,
    started_at: datetime,
    now: datetime,
) -> CallDraft:
    """Keep what was typed and ticked, and when it was agreed to; `digest` is of the words shown.

    A box ticked for other words counts no more. What nobody came back to in a week is forgotten,
    and so is what was still on its way when the case of this very call was opened.
    """
    kept = {name: values for name, values in data.items() if any(values)}
    ticked = [name for name in CONSENTS if name in kept]
    void = bool(ticked) and kept.get("said", [""]) != [digest]
    with transaction.atomic():
        take_turns(customer.pk)
        CallDraft.objects.filter(saved_at__lt=now - KEPT).delete()
        # Two ticks at once of a call that has no draft yet: the first makes it, both have it.
        new = CallDraft(user=user, customer=customer, started_at=started_at, saved_at=now)
        CallDraft.objects.bulk_create([new], ignore_conflicts=True)
        draft = CallDraft.objects.select_for_update().get(user=user, customer=customer)
        same_words = draft.said_digest == digest
        for name in CONSENTS:
            before = getattr(draft, f"{name}_at") if same_words else None
            setattr(draft, f"{name}_at", (before or now) if name in ticked and not void else None)
        if void:
            kept = {name: values for name, values in kept.items() if name not in CONSENTS}
        draft.data, draft.said_digest, draft.saved_at = kept, digest, now
        draft.save()
        opened = Case.objects.filter(opened_by=user, customer=customer, received_at=started_at)
        if opened.exists():
            discard_draft(user=user, customer_id=customer.pk)
    return draft


def find_draft(*, user: User, customer: Customer) -> CallDraft | None:
    return CallDraft.objects.filter(user=user, customer=customer).first()


def discard_draft(*, user: User, customer_id: int) -> bool:
    """Forget this agent's call with this customer; False when there was none."""
    with transaction.atomic():
        take_turns(customer_id)
        gone, _ = CallDraft.objects.filter(user=user, customer_id=customer_id).delete()
    return gone > 0


def take_turns(customer_id: int) -> None:
    """Until the transaction ends, let no other draft of this customer be saved or forgotten.

    Else one that is being saved for the first time is not seen by whoever forgets it, and does not
    see the case that was opened meanwhile: an unfinished call would stay in the list.
    """
    list(Customer.objects.select_for_update(no_key=True).filter(pk=customer_id).values("pk"))
