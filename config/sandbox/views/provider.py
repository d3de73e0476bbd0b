"""The imaginary provider: told to fail or to take its time, and what it was asked lately."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.guards import needs
from accounts.models import Brand, Customer, Item, SandboxOrder
from accounts.scoping import brands_of
from cases.models import CaseItem
from config.sandbox.forms import ProviderForm
from config.sandbox.provider import (
    NotASandboxProvider,
    fail_items,
    forget_kind,
    set_failing_verbs,
    set_pace,
)

SHOWN = 60


@require_GET
@never_cache
@needs("sandbox.use")
def show_provider(request: HttpRequest) -> HttpResponse:
    """Each company's provider, and the last orders."""
    return render(request, "sandbox/provider.html", gather(request))


@require_POST
@needs("sandbox.use")
def change_provider(request: HttpRequest, brand_id: int) -> HttpResponse:
    """Change a company's pace and what fails always."""
    brand = get_object_or_404(brands_of(request.user), pk=brand_id)
    form = ProviderForm(request.POST, prefix=str(brand.pk))
    if "forget" in request.POST:
        return forget(request, brand)
    if not form.is_valid():
        return render(
            request, "sandbox/provider.html", gather(request, changed=(brand, form)), status=422
        )
    try:
        tell(brand, form.cleaned_data)
        messages.success(request, f"The provider of {brand.name} does as told.")
    except NotASandboxProvider as refusal:
        messages.error(request, str(refusal))
    return redirect("sandbox:provider")


def tell(brand: Brand, data: dict[str, Any]) -> None:
    """Write what the form says, for every service or for one kind."""
    set_pace(
        brand_id=brand.pk,
        kind=data["kind"],
        delay_s=data["delay_s"],
        slow_s=data["slow_s"] or 0,
        retry_after_s=data["retry_after_s"],
    )
    set_failing_verbs(brand_id=brand.pk, kind=data["kind"], verbs=data["fail_verbs"])


def forget(request: HttpRequest, brand: Brand) -> HttpResponse:
    """A kind of service is treated like all others again."""
    try:
        forget_kind(brand_id=brand.pk, kind=request.POST["forget"])
        messages.success(request, "Treated like every other service again.")
    except NotASandboxProvider as refusal:
        messages.error(request, str(refusal))
    return redirect("sandbox:provider")


@require_POST
@needs("sandbox.use")
def change_items(request: HttpRequest, brand_id: int) -> HttpResponse:
    """Let one item, or everything of a customer, fail or work again."""
    brand = get_object_or_404(brands_of(request.user), pk=brand_id)
    items = Item.objects.filter(customer__brand=brand)
    if request.POST.get("customer", "").isdecimal():
        items = items.filter(customer_id=int(request.POST["customer"]))
    elif request.POST.get("item", "").isdecimal():
        items = items.filter(pk=int(request.POST["item"]))
    else:
        items = items.none()
    ids = list(items.values_list("pk", flat=True))
    if not ids:
        messages.error(request, "Choose a customer or a service of this company.")
        return redirect("sandbox:provider")
    fail = request.POST.get("fail") == "1"
    try:
        fail_items(brand_id=brand.pk, item_ids=ids, fail=fail)
        what = "will fail" if fail else "works again"
        messages.success(request, f"{len(ids)} service(s): {what}.")
    except NotASandboxProvider as refusal:
        messages.error(request, str(refusal))
    return redirect("sandbox:provider")


def gather(
    request: HttpRequest, *, changed: tuple[Brand, ProviderForm] | None = None
) -> dict[str, Any]:
    brands = list(brands_of(request.user).order_by("name"))
    failing = Item.objects.filter(
        pk__in=[pk for brand in brands for pk in brand.provisioning.get("fail_items", [])]
    ).select_related("customer")
    cards = [
        {
            "brand": brand,
            "is_sandbox": brand.provisioning.get("adapter") == "sandbox",
            "kinds": describe_kinds(brand),
            "form": changed[1] if changed and changed[0] == brand else make_form(brand),
            "failing": [item for item in failing if item.customer.brand_id == brand.pk],
            "customers": Customer.objects.filter(
                brand=brand, cases__items__holds_item=True
            ).distinct(),
        }
        for brand in brands
    ]
    orders = (
        SandboxOrder.objects.filter(item__customer__brand__in=brands)
        .select_related("item__customer")
        .order_by("-asked_at", "-pk")[:SHOWN]
    )
    waiting = CaseItem.objects.filter(
        case__brand__in=brands, next_attempt_at__isnull=False
    ).select_related("case__customer", "item")
    return {
        "place": "provider",
        "cards": cards,
        "orders": orders,
        "waiting": waiting[:SHOWN],
    }


def describe_kinds(brand: Brand) -> list[tuple[str, str]]:
    """Kinds with settings of their own, and what those are: "takes 30 s; fails to terminate"."""
    told = []
    for kind, config in brand.provisioning.get("kinds", {}).items():
        words = [f"adapter “{config['adapter']}”"] if config["adapter"] != "sandbox" else []
        words += [f"{config['slow_s']} s slow"] if config.get("slow_s") else []
        words += [f"{config['delay_s']} s late"] if config.get("delay_s") else []
        if config.get("fail_verbs"):
            words.append(f"fails to {', '.join(config['fail_verbs'])}")
        told.append((kind, "; ".join(words) or "works at once"))
    return told


def make_form(brand: Brand) -> ProviderForm:
    config = brand.provisioning
    return ProviderForm(
        prefix=str(brand.pk),
        initial={
            "delay_s": config.get("delay_s", 0),
            "slow_s": config.get("slow_s", 0),
            "retry_after_s": config.get("retry_after_s", 0),
            "fail_verbs": config.get("fail_verbs", []),
        },
    )
