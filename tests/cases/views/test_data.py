"""The administrators' page on personal data: a copy, a hold, erasure."""

from __future__ import annotations

import io
import json
import zipfile

import pytest
from django.test import Client

from cases.models import DataRequest
from tests import factories
from tests.cases.build import QUESTION, Desk
from tests.pages import fold


@pytest.fixture
def ada(desk: Desk, client: Client) -> Client:
    client.force_login(factories.make_user(role="administrator"))
    return client


def url(desk: Desk, verb: str = "") -> str:
    home = f"/desk/data/{desk.customer.pk}/"
    return f"{home}do/{verb}/" if verb else home


@pytest.mark.parametrize("role", ["agent", "supervisor", "auditor"])
def test_nobody_else_gets_in(desk: Desk, client: Client, role: str) -> None:
    client.force_login(factories.make_user(role=role))
    assert client.get("/desk/data/").status_code == 403
    assert client.get(url(desk)).status_code == 403
    assert client.post(url(desk, "copy"), {"reason": "x"}).status_code == 403
    assert "Personal data" not in client.get("/desk/queue/").content.decode()
    assert not DataRequest.objects.exists()


def test_another_brands_customer_is_not_there(desk: Desk, client: Client) -> None:
    brand = factories.make_brand()
    client.force_login(factories.make_user(role="administrator", brands=[brand]))
    assert client.get(url(desk)).status_code == 404
    assert client.post(url(desk, "erase")).status_code == 404


def test_find_somebody_and_read_what_is_kept(desk: Desk, ada: Client) -> None:
    desk.ask(desk.open())
    page = ada.get("/desk/data/", {"q": desk.customer.name[:6]}).content.decode()
    assert url(desk) in page
    page = ada.get(url(desk)).content.decode()
    assert "1 case; 1 mail sent, 0 received" in fold(page)
    assert "a case is open" in page
    assert "Erase for good" not in page


def test_a_hold_is_placed_seen_and_lifted(desk: Desk, ada: Client) -> None:
    assert ada.get(url(desk, "hold")).status_code == 405
    page = ada.post(url(desk, "hold"), {"reason": ""}, follow=True).content.decode()
    assert "Say why" in page
    page = ada.post(url(desk, "hold"), {"reason": "Court of Kiel"}, follow=True).content.decode()
    assert "Court of Kiel" in page
    assert "a legal hold stands" in page
    page = ada.post(url(desk, "lift"), follow=True).content.decode()
    assert "The hold is lifted" in page
    assert ada.post(url(desk, "burn")).status_code == 404


def test_erasure_is_asked_for_with_the_account_number(desk: Desk, ada: Client) -> None:
    desk.customer.items.update(status="ended")
    given = {"reason": "Their letter", "typed": "wrong"}
    assert (
        "Type the account number"
        in ada.post(url(desk, "erase"), given, follow=True).content.decode()
    )
    given["typed"] = desk.customer.account_number
    assert "It is being erased" in ada.post(url(desk, "erase"), given, follow=True).content.decode()
    assert DataRequest.objects.get().kind == "erasure"


def test_the_copy_holds_everything_and_is_on_record(desk: Desk, ada: Client, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    case = desk.ask(desk.open(), QUESTION)
    mail = desk.reply(case, "It was Robin.")
    assert ada.post(url(desk, "copy"), {"reason": ""}).status_code == 302
    answer = ada.post(url(desk, "copy"), {"reason": "Their letter"})
    assert (answer.streaming, answer["Content-Type"]) == (True, "application/zip")
    assert "no-store" in answer["Cache-Control"]
    with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        account = json.loads(archive.read("customer.json"))
        told = json.loads(archive.read(f"cases/{case.number}/case.json"))
        raw = archive.read(f"cases/{case.number}/mail/in-{mail.pk}.eml")
    assert account["customer"]["name"] == desk.customer.name
    assert account["contacts"][0]["email"] == desk.contact.email
    assert len(account["items"]) == 4
    assert told["events"][0]["kind"] == "opened"
    assert told["questions"][0]["text"] == QUESTION["text"]
    assert b"It was Robin." in raw
    assert sum(name.startswith(f"cases/{case.number}/mail/out-") for name in names) == 1
    assert "token_hash" not in json.dumps([account, told])
    kept = DataRequest.objects.get()
    assert (kept.kind, kept.reason) == ("copy", "Their letter")


def test_a_name_from_outside_is_no_path(desk: Desk, ada: Client, settings, tmp_path) -> None:
    from django.core.files.base import ContentFile

    from cases.models import Upload

    settings.MEDIA_ROOT = tmp_path
    Upload.objects.create(
        case=desk.open(), contact=desk.contact, name="../../etc/pass wd", content_type="text/plain",
        size=3, sha256="1" * 64, file=ContentFile(b"abc", "x"), uploaded_at=desk.now,
    )  # fmt: skip
    answer = ada.post(url(desk, "copy"), {"reason": "Their letter"})
    with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as archive:
        files = [name for name in archive.namelist() if "/files/" in name]
        assert archive.read(files[0]) == b"abc"
    assert files[0].endswith("-etc_pass_wd")
    assert ".." not in files[0]
