"""The evidence pack: read back from the zip, word by word and hash by hash."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from pypdf import PdfReader

from cases.actions import confirmation
from cases.actions.callers import Consent
from cases.domain.history import hash_content
from cases.models import Case
from cases.queries.evidence import pack
from notifications.models import Inbound
from tests import factories
from tests.cases.build import Desk

SAID = ("Your services end on Wednesday, October 21st.", "There is a fee of $910.")


def fetch(client: Client, case: Case) -> tuple[dict[str, bytes], bytes]:
    answer = client.get(f"/desk/case/{case.number}/evidence.zip")
    assert answer.status_code == 200
    assert answer["Content-Disposition"] == f'attachment; filename="evidence-{case.number}.zip"'
    assert "no-store" in answer["Cache-Control"]
    whole = b"".join(answer.streaming_content)
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}, whole


def read_pdf(content: bytes) -> str:
    pages = PdfReader(io.BytesIO(content)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def tell_story(desk: Desk) -> Case:
    consent = Consent(said=SAID, read_out_at=desk.now, agreed_at=desk.now + timedelta(seconds=40))
    case = desk.do(confirmation.confirm, desk.open(consent=consent, caller_phone="+13125550123"))
    desk.run()
    desk.reply(case, "Thanks, that is <b>fine</b> & good.")
    return desk.read(case)


def test_it_says_who_how_what_was_read_promised_sent_and_came(desk: Desk, agent: Client) -> None:
    case = tell_story(desk)
    files, _ = fetch(agent, case)
    told = json.loads(files["evidence.json"])
    assert told["verified"]["contact"] == desk.contact.name
    assert (told["verified"]["checks"], told["verified"]["level"]) == (["Account PIN"], "L3")
    assert told["consent"] == {
        "said": list(SAID), "read_out_at": "2026-09-21T15:00:00Z",
        "agreed_at": "2026-09-21T15:00:40Z",
    }  # fmt: skip
    assert [p["effective_on"] for p in told["promises"]] == ["2026-10-21"]
    [sent] = [m for m in told["sent"] if m["purpose"] == "confirmation"]
    assert (sent["to"], sent["status"]) == (desk.contact.email, "sent")
    assert sent["accepted_at"]
    assert [f["name"] for f in sent["files"]] == ["cancellation.ics"]
    text = read_pdf(files["evidence.pdf"])
    for words in (
        case.number, desk.contact.name, "+13125550123", "Account PIN", *SAID, "L3",
        "Services end on 2026-10-21 (America/Chicago)", sent["subject"], desk.contact.email,
        "Mon 21 Sep 2026 10:00:40 CDT", "The chain is whole", "<b>fine</b> & good",
    ):  # fmt: skip
        assert " ".join(words.split()) in text, words


def test_every_hash_can_be_computed_again(desk: Desk, agent: Client) -> None:
    case = tell_story(desk)
    files, _ = fetch(agent, case)
    listed = dict(
        reversed(line.split("  ", 1)) for line in files["SHA256SUMS"].decode().splitlines()
    )
    assert set(listed) == set(files) - {"SHA256SUMS"}
    for name, digest in listed.items():
        assert hashlib.sha256(files[name]).hexdigest() == digest, name
    told = json.loads(files["evidence.json"])
    raw = bytes(Inbound.objects.get().raw)
    [mail] = told["received"]
    assert files[mail["file"]] == raw
    assert mail["sha256"] == hashlib.sha256(raw).hexdigest()
    pdf = read_pdf(files["evidence.pdf"])
    for event in told["events"]:
        assert event["hash"] in pdf
    assert told["events"][-1]["hash"] == told["history"]["last_hash"]
    stored = case.events.order_by("sequence")
    assert [e.hash for e in stored] == [e["hash"] for e in told["events"]]
    first, line = told["events"][0], stored[0].line
    assert hash_content(first["summary"], first["data"], salt=UUID(first["salt"])) == hash_content(
        line.summary, line.data, salt=line.salt
    )


def test_the_same_case_gives_the_same_bytes_whoever_asks(
    desk: Desk, agent: Client, time_machine: Any
) -> None:
    case = tell_story(desk)
    _, first = fetch(agent, case)
    time_machine.move_to(desk.now + timedelta(days=3), tick=False)
    auditor = Client()
    auditor.force_login(factories.make_user(role="auditor"))
    _, second = fetch(auditor, case)
    assert first == second


@pytest.mark.threat(50)
def test_only_those_who_see_the_case_get_it(desk: Desk) -> None:
    case = desk.open()
    stranger = Client()
    stranger.force_login(factories.make_user(role="supervisor", brands=[factories.make_brand()]))
    assert stranger.get(f"/desk/case/{case.number}/evidence.zip").status_code == 404
    assert Client().get(f"/desk/case/{case.number}/evidence.zip").status_code == 302


@pytest.mark.threat(35)
@pytest.mark.threat(36)
@pytest.mark.threat(37)
def test_strangers_words_are_text_and_name_no_file(desk: Desk, agent: Client) -> None:
    desk.contact.name = "=HYPERLINK(x) Žofie Łęcka 山田太郎 \u202e\U00020000"
    desk.contact.save()
    case = desk.open()
    desk.reply(
        case, "<img src=http://x.example/y.png> <para>{{ case }}</para> &amp; \x00 end",
        Subject="../../etc/passwd\x00.eml =cmd|'/C calc'!A0",
    )  # fmt: skip
    files, _ = fetch(agent, case)
    assert all(
        name.split("/")[0] in {"README.txt", "evidence.pdf", "evidence.json", "mail", "SHA256SUMS"}
        and ".." not in name
        for name in files
    )
    text = read_pdf(files["evidence.pdf"])
    for words in ("Žofie Łęcka", "[U+20000]", "<img src=http://x.example/y.png>", "{{ case }}"):
        assert words in text
    assert b"/URI" not in files["evidence.pdf"]


@pytest.mark.threat(42)
def test_malware_is_named_and_left_out(desk: Desk, agent: Client) -> None:
    case = desk.open()
    mail = desk.reply(case, "look at this")
    Inbound.objects.filter(pk=mail.pk).update(problem="Malware: Eicar")
    files, _ = fetch(agent, case)
    assert not [name for name in files if name.startswith("mail/")]
    assert mail.sha256 in files["LEFT-OUT.txt"].decode()


def test_a_huge_case_is_bounded_and_streamed(
    desk: Desk, agent: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = desk.open()
    for number in range(3):
        desk.reply(case, f"{number} " + "words " * 500)
    monkeypatch.setattr(pack, "MOST_BYTES", 7000)
    files, _ = fetch(agent, case)
    assert len([name for name in files if name.startswith("mail/")]) == 2
    assert "the pack is full" in files["LEFT-OUT.txt"].decode()
    assert len(list(pack.stream_pack(case))) == len(files)  # a piece for each: never whole


@pytest.mark.parametrize("many", [1, 20])
def test_it_asks_as_often_for_a_long_case(
    desk: Desk, agent: Client, many: int, django_assert_max_num_queries: Any
) -> None:
    from cases.actions import correspondence
    from cases.queries.evidence.gather import gather_evidence

    case = desk.open()
    for number in range(many):
        desk.do(correspondence.add_note, case, text=f"Note {number}")
        desk.do(correspondence.send_reply, case, text=f"Reply {number}")
    case = desk.read(case)
    with django_assert_max_num_queries(15):
        assert len(gather_evidence(case)["events"]) > many
