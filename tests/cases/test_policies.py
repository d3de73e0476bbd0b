"""Policies as data: versions, files, comparison and the simulator."""

from __future__ import annotations

import html
import re
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags

from cases.actions.base import Actor, NotAllowed, NotPossible
from cases.actions.confirmation import confirm
from cases.actions.policies import Contradicts, draft_version, publish_version
from cases.domain.policy import Policy as Rules
from cases.domain.policy_toml import read_toml
from cases.models import Policy, PolicyVersion
from tests import factories
from tests.cases.build import CALL, Desk
from tests.pages import fold

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    return Desk(items=2)


def editor(*brands: Any) -> Actor:
    return Actor.staff(factories.make_user(role="administrator", brands=brands))


def draft(desk: Desk, **changes: Any) -> PolicyVersion:
    rules = Rules.from_dict({**desk.policy.current().data, **changes})
    return draft_version(policy=desk.policy, rules=rules, actor=editor(), note="more notice")


# -- versions -------------------------------------------------------------------------------------
@pytest.mark.rule("R52")
@pytest.mark.parametrize(
    "change", [{"data": {}}, {"number": 9}, {"published_at": None}, "delete", "move"]
)
def test_the_database_refuses_to_change_a_published_version(desk: Desk, change: Any) -> None:
    versions = PolicyVersion.objects.filter(pk=desk.policy.current().pk)
    if change == "move":
        change = {"policy": Desk(items=1).policy}
    with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
        versions.delete() if change == "delete" else versions.update(**change)
    assert versions.update(note="renamed") == 1


def test_a_draft_may_change_and_go(desk: Desk) -> None:
    version = draft(desk, notice_days=60)
    assert PolicyVersion.objects.filter(pk=version.pk).update(data=desk.policy.current().data) == 1
    version.delete()
    assert desk.policy.versions.count() == 1


@pytest.mark.rule("R52")
def test_publishing_changes_no_confirmed_case(desk: Desk) -> None:
    case = desk.do(confirm, desk.open())
    promised = case.effective_on
    publish_version(version_id=draft(desk, notice_days=60).pk, actor=editor(), now=desk.now)
    case = desk.read(case)
    assert (case.policy_version.number, case.effective_on) == (1, promised)
    assert desk.policy.current().number == 2


def test_a_version_is_published_once_and_never_behind_a_newer_one(desk: Desk) -> None:
    older, newer = draft(desk, notice_days=60), draft(desk, notice_days=90)
    assert (older.number, newer.number) == (2, 3)
    publish_version(version_id=newer.pk, actor=editor(), now=CALL)
    for version in (newer, older):
        with pytest.raises(NotPossible):
            publish_version(version_id=version.pk, actor=editor(), now=CALL)


def test_only_an_administrator_of_the_brand_drafts_and_publishes(desk: Desk) -> None:
    version = draft(desk, notice_days=60)
    agents = [factories.make_user(role=r) for r in ("agent", "supervisor", "auditor")]
    foreign = editor(factories.make_brand())
    for actor in (*map(Actor.staff, agents), foreign, Actor(kind="desk")):
        with pytest.raises(NotAllowed):
            publish_version(version_id=version.pk, actor=actor, now=CALL)
        with pytest.raises(NotAllowed):
            draft_version(policy=desk.policy, rules=version.rules, actor=actor)


def test_what_contradicts_itself_is_neither_drafted_nor_published(desk: Desk) -> None:
    with pytest.raises(Contradicts, match="irreversible"):
        draft(desk, grace_days=0)
    version = draft(desk)
    PolicyVersion.objects.filter(pk=version.pk).update(data={**version.data, "grace_days": 0})
    with pytest.raises(Contradicts, match="closes"):
        publish_version(version_id=version.pk, actor=editor(), now=CALL)


# -- files ----------------------------------------------------------------------------------------
def run(command: str, *args: Any, **options: Any) -> str:
    out = StringIO()
    call_command(command, *args, stdout=out, **options)
    return out.getvalue()


def test_the_shipped_files_load_once_and_export_as_they_were(tmp_path: Path) -> None:
    brand = factories.make_brand(slug="acme")
    said = run("load_policies", brand="acme")
    assert said.count("published") == 3
    assert run("load_policies", brand="acme").count("unchanged") == 3
    assert PolicyVersion.objects.count() == 3
    for policy in Policy.objects.filter(brand=brand):
        text = run("export_policy", policy.code, brand="acme")
        assert read_toml(text) == policy.current().rules
        changed = tmp_path / f"{policy.code}.toml"
        changed.write_text(text.replace("drop_after_days = 14", "drop_after_days = 21"))
        assert "v2, published" in run("load_policies", str(changed), brand="acme")
        assert "drop_after_days = 14" in run("export_policy", policy.code, brand="acme", number=1)


def test_a_file_that_is_wrong_is_named_with_what_is_wrong(tmp_path: Path) -> None:
    factories.make_brand(slug="acme")
    bad = tmp_path / "bad.toml"
    for text, said in (
        ("=", "bad.toml"),
        ("code = 'x'\nname = 'x'\ngrace_days = 0", "irreversible"),
    ):
        bad.write_text(text)
        with pytest.raises(CommandError, match=said):
            run("load_policies", str(bad), brand="acme")
    with pytest.raises(CommandError, match="no brand"):
        run("load_policies", brand="nobody")
    with pytest.raises(CommandError, match="no such version"):
        run("export_policy", "x", brand="acme")
    assert not PolicyVersion.objects.exists()


# -- pages ----------------------------------------------------------------------------------------
def get(client: Client, name: str, *args: Any, **query: Any) -> str:
    answer = client.get(reverse(f"desk:{name}", args=args), query)
    assert answer.status_code == 200
    return html.unescape(answer.content.decode())


def test_a_version_is_read_in_words_and_compared(desk: Desk, client: Client) -> None:
    version = draft(desk, notice_days=60)
    client.force_login(desk.agent)
    assert "draft" in get(client, "policies")
    page = get(client, "policy", version.pk)
    assert "Days of notice" in page
    assert "<del>30 days</del>" in page
    assert "<ins>60 days</ins>" in page
    assert "Publish" not in page  # an agent only reads
    first = get(client, "policy", desk.policy.current().pk)
    assert "This is the first version" in first


def test_a_draft_is_published_from_its_page(desk: Desk, client: Client) -> None:
    version = draft(desk, notice_days=60)
    address = reverse("desk:publish_policy", args=[version.pk])
    client.force_login(desk.agent)
    assert client.post(address).status_code == 403
    client.force_login(editor().user)
    assert client.get(address).status_code == 405
    assert client.post(address).status_code == 302
    assert desk.policy.current() == version
    assert client.post(address).status_code == 422  # once


def test_the_file_is_downloaded(desk: Desk, client: Client) -> None:
    client.force_login(desk.agent)
    answer = client.get(reverse("desk:policy_file", args=[desk.policy.current().pk]))
    assert read_toml(answer.content.decode()) == desk.policy.current().rules
    assert "8x8-v1.toml" in answer["Content-Disposition"]


def test_the_simulator_shows_two_versions_side_by_side(desk: Desk, client: Client) -> None:
    version = draft(desk, notice_days=60)
    client.force_login(desk.agent)
    page = get(
        client,
        "simulator",
        version=version.pk,
        other=desk.policy.current().pk,
        customer=desk.customer.pk,
        call_on="2026-09-21",
        asks="on",
    )
    page = fold(page)
    assert "Fri 20 Nov" in page  # 60 days
    assert "Wed 21 Oct" in page  # 30 days
    assert "Dropped" in page
    [scale] = re.findall(r'<svg class="scale" role="img" aria-label="([^"]+)"', page)
    assert "v1: 14 days for answers, Mon 21 Sep to Mon 5 Oct; 30 days to the end" in scale
    assert "30 days grace, Fri 20 Nov to Sun 20 Dec" in scale
    bars = re.findall(r'<rect x="([\d.]+)%" y="\d+" width="([\d.]+)%"', page)
    assert max(float(x) + float(width) for x, width in bars) == 100
    rows = re.findall(
        r'<tr( class="is-different")?><th scope="row">(.*?)</th>(.*?)</tr>', page, re.S
    )
    told = {strip_tags(name).replace("differs", "").split("  ")[0].strip(): bool(mark)
            for mark, name, _ in rows}  # fmt: skip
    assert told["Services end"] is told["Wed 21 Oct"] is told["Fri 20 Nov"] is True
    assert told["Fee"] is told["Thu 24 Sep"] is False, "both remind on day three"
    assert page.count(">differs<") == sum(told.values())
    assert not desk.customer.cases.exists()


def test_a_version_beside_itself_differs_in_nothing(desk: Desk, client: Client) -> None:
    version = desk.policy.current()
    same = draft(desk)
    client.force_login(desk.agent)
    page = get(client, "simulator", version=version.pk, other=same.pk, customer=desk.customer.pk)
    assert "Both do the same" in page
    assert "is-different" not in page


def test_the_simulator_alone_lets_one_choose_a_version(desk: Desk, client: Client) -> None:
    client.force_login(factories.make_user(brands=[desk.brand]))
    other = Desk(items=1)
    page = get(client, "simulator")
    assert f'<option value="{desk.policy.current().pk}">' in page
    assert f'<option value="{other.policy.current().pk}">' not in page
    client.force_login(factories.make_user(brands=[factories.make_brand()]))
    assert "No policy to try yet" in get(client, "simulator")


def test_the_simulator_finds_accounts_of_the_brand_alone(desk: Desk, client: Client) -> None:
    other = Desk(items=1)
    client.force_login(desk.agent)
    version = desk.policy.current().pk
    assert desk.customer.name in get(client, "simulator", version=version, q="Fernwood")
    assert other.customer.name not in get(client, "simulator", version=version, q="Fernwood")
    simulator = reverse("desk:simulator")
    for query in (
        {"version": version, "customer": other.customer.pk},
        {"version": "x"},
        {"version": version, "other": "99999999"},
    ):
        assert client.get(simulator, query).status_code == 404
    wrong = {"version": version, "customer": desk.customer.pk, "call_on": "31 Feb"}
    assert "Enter a valid date" in get(client, "simulator", **wrong)


@pytest.mark.threat(50)
def test_another_brands_policies_do_not_exist(desk: Desk, client: Client) -> None:
    client.force_login(factories.make_user(role="administrator", brands=[factories.make_brand()]))
    pk = desk.policy.current().pk
    for name in ("policy", "policy_file"):
        assert client.get(reverse(f"desk:{name}", args=[pk])).status_code == 404
    assert client.get(reverse("desk:simulator"), {"version": pk}).status_code == 404
    assert client.post(reverse("desk:publish_policy", args=[pk])).status_code == 404
    assert "No policy yet" in get(client, "policies")


@pytest.mark.parametrize("many", [1, 30])
def test_the_list_takes_a_fixed_number_of_queries(
    client: Client, many: int, django_assert_max_num_queries: Any
) -> None:
    desk = Desk(items=1)
    data = desk.policy.current().data
    for number in range(2, many + 1):
        PolicyVersion.objects.create(policy=desk.policy, number=number, data=data)
        other = Policy.objects.create(brand=desk.brand, code=f"p{number}", name="More")
        PolicyVersion.objects.create(policy=other, number=1, data=data, published_at=CALL)
    client.force_login(desk.agent)
    with django_assert_max_num_queries(15):
        get(client, "policies")
