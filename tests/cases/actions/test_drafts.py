"""A call is opened while what was ticked last is still being saved."""

from __future__ import annotations

import threading

import pytest
from django.db import connection, transaction

from cases.actions.drafts import discard_draft, save_draft
from cases.models import CallDraft
from tests.cases.build import Desk


@pytest.mark.django_db(transaction=True)
def test_a_draft_that_is_being_saved_does_not_outlive_its_call() -> None:
    """Seen red without `take_turns`: who forgets it does not see what is not committed yet."""
    desk = Desk(items=1)
    saved, forgotten = threading.Event(), threading.Event()

    def save_slowly() -> None:
        try:
            with transaction.atomic():
                save_draft(
                    user=desk.agent, customer=desk.customer, data={"reason": ["Moving"]},
                    digest="", started_at=desk.now, now=desk.now,
                )  # fmt: skip
                saved.set()
                forgotten.wait(1)
        finally:
            connection.close()

    saving = threading.Thread(target=save_slowly)
    saving.start()
    assert saved.wait(10)
    discard_draft(user=desk.agent, customer_id=desk.customer.pk)
    forgotten.set()
    saving.join()
    assert not CallDraft.objects.exists()
