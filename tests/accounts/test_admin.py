"""The admin of staff, brands and customers: roles, brands, forms, and query counts."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Brand, Contract, Customer, Item, Port, User
from tests.factories import (
    PASSWORD,
    make_bill,
    make_brand,
    make_contact,
    make_contract,
    make_customer,
    make_item,
    make_location,
    make_port,
    make_team,
    make_user,
)

pytestmark = pytest.mark.django_db

MODELS = ["user", "team", "brand", "customer", "item", "location", "contract", "port"]


def sign_in(role: str, *brands: Brand) -> Client:
    """A browser with a signed-in member of staff."""
    client = Client()
    client.force_login(
        make_user(role=role, brands=brands),
        backend="django.contrib.auth.backends.ModelBackend",
    )
    return client


def list_url(model: str) -> str:
    return reverse(f"admin:accounts_{model}_changelist")


def edit_url(row: Any) -> str:
    return reverse(f"admin:accounts_{row._meta.model_name}_change", args=[row.pk])


def fill(client: Client, url: str) -> dict[str, Any]:
    """Return what the browser would post if the page's form were sent as it is."""
    context = client.get(url).context
    forms = [context["adminform"].form]
    for inline in context["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.initial_forms]
    values: dict[str, Any] = {}
    for form in forms:
        for field in form:
            value, widget = field.value(), field.field.widget
            if value is not None and value is not False:
                many = isinstance(value, list)
                values[field.html_name] = value if many else widget.format_value(value)
    return {key: value for key, value in values.items() if value is not None}


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize(
    ("role", "reads"),
    [("agent", False), ("supervisor", True), ("administrator", True), ("auditor", True)],
)
def test_who_enters(model: str, role: str, reads: bool) -> None:
    assert sign_in(role).get(list_url(model)).status_code == (200 if reads else 302)


@pytest.mark.parametrize(
    ("role", "adds"),
    [
        ("supervisor", {"customer", "item", "location", "contract", "port"}),
        ("administrator", set(MODELS)),
        ("auditor", set()),
    ],
)
def test_who_adds(role: str, adds: set[str]) -> None:
    client = sign_in(role)
    urls = {model: reverse(f"admin:accounts_{model}_add") for model in MODELS}
    assert {model for model, url in urls.items() if client.get(url).status_code == 200} == adds


@pytest.mark.parametrize(
    ("role", "status"), [("auditor", 403), ("supervisor", 302), ("administrator", 302)]
)
def test_who_changes_a_customer(role: str, status: int) -> None:
    customer = make_customer()
    values = fill(sign_in("administrator"), edit_url(customer)) | {"name": "Renamed"}
    assert sign_in(role).post(edit_url(customer), values).status_code == status
    customer.refresh_from_db()
    assert (customer.name == "Renamed") is (status == 302)


def test_a_supervisor_reads_staff_and_brands_and_changes_neither() -> None:
    client, user, brand = sign_in("supervisor"), make_user(), make_brand()
    for row in (user, brand):
        page = client.get(edit_url(row))
        assert page.status_code == 200
        assert user.password not in page.content.decode()
        assert client.post(edit_url(row), {}).status_code == 403
    password_url = reverse("admin:auth_user_password_change", args=[user.pk])
    assert client.get(password_url).status_code == 403


def test_the_superuser_flag_opens_nothing_that_the_role_does_not() -> None:
    user = User.objects.create_superuser("root", "", PASSWORD)
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(list_url("brand")).status_code == 200
    customer = make_customer()
    url = reverse("admin:accounts_customer_delete", args=[customer.pk])
    assert client.post(url, {"post": "yes"}).status_code == 403
    assert Customer.objects.filter(pk=customer.pk).exists()


@pytest.mark.parametrize("make", [make_user, make_customer, make_item, make_location, make_brand])
def test_people_places_and_services_are_not_deleted(make: Any) -> None:
    row, client = make(), sign_in("administrator")
    url = reverse(f"admin:accounts_{row._meta.model_name}_delete", args=[row.pk])
    assert client.post(url, {"post": "yes"}).status_code == 403
    data = {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"}
    client.post(list_url(row._meta.model_name), data)
    assert type(row).objects.filter(pk=row.pk).exists()


@pytest.mark.threat(50)
def test_another_brand_does_not_exist_here() -> None:
    ours, theirs = make_port().item, make_port().item
    client = sign_in("supervisor", ours.customer.brand)
    for row, seen in ((ours, True), (theirs, False)):
        make_contract(customer=row.customer)
        place = make_location(customer=row.customer)
        customer = row.customer
        contract, port = customer.contracts.get(), row.ports.get()
        for part in (customer, customer.brand, row, place, port, contract):
            assert client.get(edit_url(part)).status_code == (200 if seen else 302), part
    for model in MODELS[2:]:
        page = client.get(list_url(model)).content.decode()
        assert ours.customer.name in page or ours.customer.brand.name in page, model
        assert theirs.customer.name not in page, model
        assert theirs.customer.brand.name not in page, model


@pytest.mark.threat(51)
def test_another_brands_rows_are_no_choices() -> None:
    ours, theirs = make_customer(), make_customer()
    client = sign_in("supervisor", ours.brand)
    url = reverse("admin:accounts_item_add")
    values = {
        "kind": "sim",
        "label": "SIM",
        "monthly_price": "1",
        "ports-TOTAL_FORMS": "0",
        "ports-INITIAL_FORMS": "0",
    }
    refused = client.post(url, values | {"customer": theirs.pk})
    assert "customer" in refused.context["adminform"].form.errors
    foreign = make_location(customer=theirs)
    refused = client.post(url, values | {"customer": ours.pk, "location": foreign.pk})
    assert "location" in refused.context["adminform"].form.errors
    assert client.post(url, values | {"customer": ours.pk}).status_code == 302
    assert Item.objects.get(customer=ours).status == "active"

    search = reverse("admin:autocomplete")
    asked = {"app_label": "accounts", "model_name": "item", "field_name": "customer"}
    asked["term"] = "Fern"
    assert [row["id"] for row in client.get(search, asked).json()["results"]] == [str(ours.pk)]


@pytest.mark.threat(57)
def test_an_items_status_and_customer_are_not_posted() -> None:
    item, other = make_item(), make_customer()
    client = sign_in("administrator")
    values = fill(client, edit_url(item)) | {
        "status": "ended",
        "customer": other.pk,
        "label": "Renamed",
    }
    assert client.post(edit_url(item), values).status_code == 302
    stored = Item.objects.get(pk=item.pk)
    assert (stored.status, stored.customer, stored.label) == ("active", item.customer, "Renamed")


def test_a_foreign_parent_or_contract_item_is_a_field_error() -> None:
    item, foreign = make_item(), make_item()
    contract = make_contract(customer=item.customer)
    client = sign_in("administrator")
    values = fill(client, edit_url(item)) | {"parent": foreign.pk}
    assert "parent" in client.post(edit_url(item), values).context["adminform"].form.errors
    values = fill(client, edit_url(contract)) | {"items": [item.pk, foreign.pk]}
    assert "items" in client.post(edit_url(contract), values).context["adminform"].form.errors
    values = fill(client, edit_url(contract)) | {"items": [item.pk]}
    assert client.post(edit_url(contract), values).status_code == 302
    assert list(Contract.objects.get(pk=contract.pk).items.all()) == [item]


def test_a_contact_is_typed_as_people_write() -> None:
    customer = make_customer()
    make_contact(customer=customer)
    client = sign_in("supervisor")
    values = fill(client, edit_url(customer)) | {
        "contacts-TOTAL_FORMS": "2",
        "contacts-1-customer": customer.pk,
        "contacts-1-name": "Otto Bell",
        "contacts-1-email": "Otto@Müller.example.com",
        "contacts-1-phone": "+1 (312) 555-0142 ",
    }
    assert client.post(edit_url(customer), values).status_code == 302
    otto = customer.contacts.get(name="Otto Bell")
    assert (otto.email, otto.phone) == ("otto@xn--mller-kva.example.com", "+13125550142")
    values["contacts-1-phone"] = "12"
    values["contacts-1-email"] = "otto@localhost"
    refused = client.post(edit_url(customer), values)
    assert refused.status_code == 200
    errors = refused.context["inline_admin_formsets"][0].formset.errors
    assert {field for form in errors for field in form} >= {"phone", "email"}


def test_a_new_customer_with_a_contact() -> None:
    brand, client = make_brand(), sign_in("supervisor")
    url = reverse("admin:accounts_customer_add")
    prefixes = ("contacts", "locations", "items", "contracts", "bills")
    values = {f"{prefix}-{name}_FORMS": "0" for prefix in prefixes for name in ("TOTAL", "INITIAL")}
    values |= {
        "brand": brand.pk,
        "name": "Blue Harbour",
        "account_number": "81-1",
        "timezone": "Europe/Berlin",
        "locale": "de",
        "currency": "EUR",
        "billing_anchor": "31",
        "balance": "0",
        "contacts-TOTAL_FORMS": "1",
        "contacts-0-name": "Otto",
        "contacts-0-email": "otto@example.com",
        "contacts-0-phone": "(312) 555-0142",
    }
    assert client.post(url, values).status_code == 302
    customer = Customer.objects.get(account_number="81-1")
    assert customer.contacts.get().phone == "+13125550142"


def test_a_brands_checks_are_written_one_to_a_line() -> None:
    brand, client = make_brand(), sign_in("administrator")
    page = client.get(edit_url(brand))
    assert "Account PIN\nLast bill amount\nCallback" in page.content.decode()
    values = fill(client, edit_url(brand)) | {
        "verification": "Account PIN\r\n\r\n  Callback ",
        "phone": "+1 (312) 555-0100",
        "provisioning": '{"adapter": "sandbox", "delay_s": 5}',
    }
    assert client.post(edit_url(brand), values).status_code == 302
    brand.refresh_from_db()
    assert brand.verification == ["Account PIN", "Callback"]
    assert brand.phone == "+13125550100"
    assert brand.provisioning == {"adapter": "sandbox", "delay_s": 5}
    for field, wrong in (("provisioning", '{"adapter": "pigeon"}'), ("verification", "a\na")):
        form = client.post(edit_url(brand), values | {field: wrong}).context["adminform"].form
        assert field in form.errors


def test_a_user_is_made_changed_and_given_a_password() -> None:
    client, brand = sign_in("administrator"), make_brand()
    secret = "another long passphrase"
    values = {"username": "nora", "email": "nora@desk.example.com", "role": "supervisor"}
    passwords = {"usable_password": "true", "password1": secret, "password2": secret}
    assert client.post(reverse("admin:accounts_user_add"), values | passwords).status_code == 302
    nora = User.objects.get(username="nora")
    assert (nora.role, nora.is_staff, nora.check_password(secret)) == ("supervisor", True, True)

    changed = fill(client, edit_url(nora)) | {"role": "agent", "brands": [brand.pk]}
    changed["timezone"] = "X"
    assert "timezone" in client.post(edit_url(nora), changed).context["adminform"].form.errors
    changed |= {"timezone": "America/Chicago", "is_superuser": "on", "is_staff": "on"}
    assert client.post(edit_url(nora), changed).status_code == 302
    nora.refresh_from_db()
    assert (nora.role, nora.is_staff, nora.is_superuser) == ("agent", False, False)
    assert list(nora.brands.all()) == [brand]

    url = reverse("admin:auth_user_password_change", args=[nora.pk])
    new = "a third long passphrase"
    client.post(url, {"usable_password": "true", "password1": new, "password2": new})
    nora.refresh_from_db()
    assert nora.check_password(new)


def test_an_administrator_of_one_brand_takes_no_other_away() -> None:
    ours, theirs = make_brand(), make_brand()
    nora = make_user(brands=[ours, theirs])
    client = sign_in("administrator", ours)
    values = fill(client, edit_url(nora)) | {"first_name": "Nora"}
    assert client.post(edit_url(nora), values).status_code == 302
    assert set(nora.brands.all()) == {ours, theirs}


@pytest.mark.usefixtures("steady_health")
@pytest.mark.threat(52)
def test_a_page_that_does_not_exist_is_the_first() -> None:
    customer, client = make_customer(items=25), sign_in("auditor")
    for page in ("²", "-1", "0", "x", "9" * 40):
        answer = client.get(edit_url(customer), {"items-page": page})
        assert answer.status_code == 200, page
        assert answer.content.decode().count('name="items-') > 0, page


def test_a_superuser_stays_an_administrator() -> None:
    root = User.objects.create_superuser("root", "", PASSWORD)
    client = sign_in("administrator")
    values = fill(client, edit_url(root)) | {"role": "agent"}
    assert "role" in client.post(edit_url(root), values).context["adminform"].form.errors


def test_customers_are_found_as_at_intake() -> None:
    customer = make_customer(name="Fernwood Dental")
    make_item(customer=customer, kind="number", identifier="+13125550164")
    make_customer(name="Blue Harbour")
    client = sign_in("supervisor")
    for typed in ("fern", "(312) 555-0164", customer.account_number):
        page = client.get(list_url("customer"), {"q": typed}).content.decode()
        assert "Fernwood Dental" in page
        assert "Blue Harbour" not in page


def test_lists_can_be_narrowed_to_a_brand() -> None:
    first, second = make_customer(name="Oak"), make_customer(name="Pine")
    client = sign_in("supervisor")
    page = client.get(list_url("customer"), {"brand": first.brand.pk}).content.decode()
    assert "Oak" in page
    assert "Pine" not in page
    scoped = sign_in("supervisor", first.brand)
    page = scoped.get(list_url("customer"), {"brand": second.brand.pk}).content.decode()
    assert "Pine" not in page


def make_rows(count: int) -> Customer:
    """Make ``count`` rows of everything; return the customer who has them all."""
    customer = make_customer()
    for _ in range(count):
        place = make_location(customer=customer)
        number = make_item(customer=customer, kind="number", location=place)
        make_contact(customer=customer)
        make_contract(customer=customer, items=[number])
        make_port(item=number)
        make_port(item=number, status="failed")
        make_customer()
        make_team(brands=[customer.brand, make_brand()], members=[make_user(), make_user()])
    for month in range(1, count + 1):
        make_bill(
            customer=customer,
            period_starts_on=f"{2000 + month}-01-01",
            period_ends_on=f"{2000 + month}-01-31",
        )
    return customer


def count_queries(client: Client, url: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


@pytest.mark.usefixtures("steady_health")
def test_lists_and_pages_cost_the_same_at_1_and_at_4_rows() -> None:
    client = sign_in("administrator")
    counts: list[dict[str, int]] = []
    for rows in (1, 3):
        customer = make_rows(rows)
        item = customer.items.first()
        pages = {model: list_url(model) for model in MODELS}
        pages |= {"a customer": edit_url(customer), "an item": edit_url(item)}
        pages |= {"a search": list_url("customer") + "?q=fern"}
        if not counts:
            for url in pages.values():
                client.get(url)  # whatever is loaded once
        counts.append({name: count_queries(client, url) for name, url in pages.items()})
    assert counts[0] == counts[1]
    assert max(counts[0].values()) <= 30


def test_the_site_is_called_lastcall() -> None:
    assert "Lastcall" in sign_in("administrator").get(reverse("admin:index")).content.decode()


def test_ports_are_shown_with_their_customer() -> None:
    port = make_port(carrier="<b>Otherline</b>")
    client = sign_in("auditor")
    page = client.get(edit_url(port.item.customer)).content.decode()
    assert port.item.identifier in page
    assert Port.objects.count() == 1
    assert "<b>Otherline" not in client.get(list_url("port")).content.decode()
