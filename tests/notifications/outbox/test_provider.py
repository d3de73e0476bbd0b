"""Mail that leaves by a provider's API carries our id, and the provider's is noted."""

from __future__ import annotations

from typing import Any

import pytest
from anymail.message import AnymailStatus
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend as Memory

from notifications import outbox
from notifications.outbox.message import build_message
from tests.notifications.conftest import NOW

pytestmark = pytest.mark.django_db(transaction=True)


class Provider(Memory):
    """Accepts everything as a provider does, and names it."""

    def send_messages(self, messages: Any) -> int:
        for message in messages:
            message.anymail_status = AnymailStatus()
            message.anymail_status.message_id = "0100-abc"
        return int(super().send_messages(messages))


def test_the_providers_own_number_is_noted(make_email: Any, settings: Any) -> None:
    settings.EMAIL_BACKEND = f"{__name__}.Provider"
    email = make_email()
    assert outbox.deliver_due(now=NOW) == 1
    email.refresh_from_db()
    assert (email.status, email.provider_id) == ("sent", "0100-abc")
    assert mail.outbox[0].metadata == {"lastcall_id": email.message_id}


def test_anymail_takes_our_message_whole(make_email: Any, settings: Any) -> None:
    """With its own backend for tests, which refuses what it does not understand."""
    settings.EMAIL_BACKEND = "anymail.backends.test.EmailBackend"
    email = make_email()
    assert outbox.deliver_due(now=NOW) == 1
    sent = mail.outbox[0].anymail_test_params
    assert sent["metadata"] == {"lastcall_id": email.message_id}
    assert sent["from"].addr_spec == email.from_email
    assert sent["envelope_sender"] == email.return_path
    assert [one.addr_spec for one in sent["to"]] == [email.to_email]
    assert build_message(email, now=NOW).extra_headers["Message-ID"] == email.message_id
