"""Setting up a mailbox in the admin, and its test button, against a real Dovecot."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.models import User
from notifications.admin_mailboxes import TEST
from notifications.inbound.health import list_doors
from notifications.inbound.imap import secrets
from notifications.models import Mailbox
from tests.notifications.imap.conftest import VARIABLE, make_mailbox, write_mail
from tests.rows import each

pytestmark = pytest.mark.django_db
ADD = reverse("admin:notifications_mailbox_add")
SECRET = "pässword, not to be seen"


def fill_in(dovecot, **given):
    return {
        "name": "support", "enabled": "on", "host": "localhost", "port": dovecot.imaps_port,
        "tls": "implicit", "username": "desk", "new_secret": "", "secret_variable": VARIABLE,
        "folder": "INBOX", "archive_folder": "", "flag": "\\Seen",
        "recipient_header": "Delivered-To", "address": "desk@acme.example.com", "largest_mb": 25,
        **given,
    }  # fmt: skip


@pytest.fixture
def admin(client):
    user = User.objects.create_user("root", password="x", role="administrator", is_staff=True)
    client.force_login(user)
    return client


def change_page(mailbox):
    return reverse("admin:notifications_mailbox_change", args=[mailbox.pk])


def errors_of(answer):
    return answer.context["adminform"].form.errors


def test_a_mailbox_is_set_up_tried_and_is_a_door_in_use(admin, dovecot):
    dovecot.append(write_mail())
    answer = admin.post(ADD, {**fill_in(dovecot), TEST: "1"}, follow=True)
    said = [str(message) for message in answer.context["messages"]]
    assert "Signed in to localhost over an encrypted connection." in said
    assert "INBOX holds 1 mail." in said
    assert "New mail is announced at once." in said
    assert answer.redirect_chain[-1][0] == change_page(Mailbox.objects.get())
    [door] = list_doors()
    assert (door.name, door.is_open) == ("imap:support", False)
    assert b"Save and test connection" in admin.get(answer.redirect_chain[-1][0]).content


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"port": 1}, "Nobody listens at localhost, port 1"),
        ({"host": "no-such-host.invalid"}, "There is no server of the name no-such-host.invalid"),
        ({"secret_variable": "IMAP_NOT_SET"}, "The variable IMAP_NOT_SET is not set"),
        ({"secret_variable": "", "new_secret": "wrong"}, "refuses user name or password of desk"),
        ({"folder": "Nowhere"}, "There is no folder “Nowhere” that this user may open"),
        ({"archive_folder": "Nowhere"}, "There is no folder “Nowhere” to move mail to"),
        ({"tls": "starttls", "port": "imaps"}, "does not answer"),
    ],
)
def test_the_button_says_what_is_wrong(admin, dovecot, given, words, monkeypatch):
    if given.get("port") == "imaps":
        monkeypatch.setattr("notifications.inbound.imap.probing.PATIENCE_S", 0.5)
        given = {**given, "port": dovecot.imaps_port}
    answer = admin.post(ADD, {**fill_in(dovecot), **given, TEST: "1"}, follow=True)
    assert words in " ".join(str(message) for message in answer.context["messages"])


def test_a_password_goes_in_encrypted_and_never_comes_out(admin, dovecot):
    admin.post(ADD, fill_in(dovecot, secret_variable="", new_secret=SECRET))
    mailbox = Mailbox.objects.get()
    assert secrets.reveal(mailbox) == SECRET
    assert SECRET not in mailbox.secret
    page = admin.get(change_page(mailbox)).content.decode()
    assert SECRET not in page
    assert mailbox.secret not in page


def test_a_stored_password_is_kept_but_not_sent_elsewhere(admin, dovecot):
    admin.post(ADD, fill_in(dovecot, secret_variable="", new_secret=SECRET))
    mailbox = Mailbox.objects.get()
    kept = fill_in(dovecot, secret_variable="", largest_mb=5)
    assert admin.post(change_page(mailbox), kept).status_code == 302
    mailbox.refresh_from_db()
    assert (mailbox.largest_mb, secrets.reveal(mailbox)) == (5, SECRET)
    for change in ({"host": "evil.example"}, {"username": "other"}, {"tls": "starttls"}):
        answer = admin.post(change_page(mailbox), {**kept, **change})
        assert "Enter the password again" in str(errors_of(answer)["new_secret"])
    named = fill_in(dovecot, host="other.example")
    assert admin.post(change_page(mailbox), named).status_code == 302
    mailbox.refresh_from_db()
    assert (mailbox.secret, mailbox.secret_variable) == ("", VARIABLE)


@each(
    "given, field",
    [
        ({"secret_variable": ""}, "new_secret"),
        ({"new_secret": "x"}, "secret_variable"),
        ({"secret_variable": "SECRET_KEY"}, "secret_variable"),
        ({"secret_variable": "DATABASE_URL"}, "secret_variable"),
        ({"secret_variable": "", "new_secret": "a\r\nb"}, "new_secret"),
        ({"archive_folder": "INBOX"}, "archive_folder"),
        ({"tls": "none"}, "tls"),
        ({"port": 0}, "port"),
        ({"flag": "\\Deleted"}, "flag"),
        ({"flag": "a b"}, "flag"),
        ({"address": "nobody"}, "address"),
        ({"largest_mb": 5000}, "largest_mb"),
    ],
)
def test_what_cannot_be_is_a_field_error(admin, dovecot, given, field):
    answer = admin.post(ADD, fill_in(dovecot, **given))
    assert field in errors_of(answer)
    assert not Mailbox.objects.exists()


@pytest.mark.threat(7)
@each("field", ["folder", "archive_folder", "username", "host"])
@each("value", ["INBOX\r\nA1 DELETE INBOX", "a\nb", "a\rb"])
def test_a_line_break_in_a_name_is_refused(admin, dovecot, field, value):
    answer = admin.post(ADD, fill_in(dovecot, **{field: value}))
    assert field in errors_of(answer)
    with pytest.raises(IntegrityError), transaction.atomic():
        make_mailbox(dovecot, **{field: value})


def test_switched_off_it_is_no_door(admin, dovecot):
    mailbox = make_mailbox(dovecot)
    admin.post(change_page(mailbox), fill_in(dovecot))
    assert len(list_doors()) == 1
    off = fill_in(dovecot)
    del off["enabled"]
    admin.post(change_page(mailbox), off)
    assert list_doors() == []
    assert admin.post(change_page(mailbox).replace("change", "delete")).status_code == 403


@pytest.mark.parametrize("role", ["agent", "supervisor", "auditor"])
def test_only_administrators_of_all_brands_set_up_mailboxes(client, dovecot, role):
    user = User.objects.create_user("x", password="x", role=role, is_staff=True)
    client.force_login(user)
    refused = {302} if role == "agent" else {403}  # agents do not enter the admin at all
    assert {client.post(ADD, fill_in(dovecot)).status_code} == refused
    assert {client.get(ADD).status_code} == refused
    assert not Mailbox.objects.exists()


def test_a_key_that_changed_is_told_and_an_old_one_still_reads(settings, dovecot):
    mailbox = make_mailbox(dovecot, secret_variable="", secret=secrets.hide(SECRET))
    settings.MAILBOX_KEY = "a key of its own"
    assert secrets.reveal(mailbox) == SECRET
    mailbox.secret = secrets.hide(SECRET)
    settings.SECRET_KEY = "changed"
    assert secrets.reveal(mailbox) == SECRET
    settings.MAILBOX_KEY = ""
    with pytest.raises(secrets.NoSecret, match="Enter the password again"):
        secrets.reveal(mailbox)
