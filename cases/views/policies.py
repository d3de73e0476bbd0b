"""Policies: read a version, compare it with another, try both on an account, publish."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Customer
from accounts.queries import find_customers
from accounts.roles import may
from accounts.scoping import scope
from cases.actions.base import ActionError, Actor
from cases.actions.policies import publish_version
from cases.domain.dates import local_date
from cases.domain.policy_toml import write_toml
from cases.forms import SimulatorForm
from cases.models import PolicyVersion
from cases.queries import policies as queries
from cases.views.once import once
from cases.views.shared import DeskRequest, require_deed, tell_refusal
from config import clock


def get_version(request: DeskRequest, pk: int | str) -> PolicyVersion:
    """The version, as far as this user sees its brand; 404 otherwise."""
    known = str(pk).isdigit() and len(str(pk)) < 10
    version = queries.visible_versions(request.user).filter(pk=pk).first() if known else None
    if version is None:
        raise Http404("There is no such version, or it is not one of your brands'.")
    return version


@require_safe
@require_deed("policy.read")
def show_policies(request: DeskRequest) -> HttpResponse:
    """Every policy with its versions: what is in force, what is a draft."""
    context = {
        "policies": queries.list_policies(user=request.user),
        "may_edit": may(request.user, "policy.edit"),
    }
    return render(request, "desk/policies.html", context)


@require_safe
@require_deed("policy.read")
def show_version(request: DeskRequest, pk: int) -> HttpResponse:
    """One version in words, and what changed since another."""
    return render_version(request, get_version(request, pk))


def render_version(
    request: DeskRequest, version: PolicyVersion, *, status: int = 200
) -> HttpResponse:
    chosen = request.GET.get("with", "")
    other = get_version(request, chosen) if chosen else queries.find_before(version)
    context = {
        "version": version,
        "current": version.policy.current(),
        "sections": queries.say_version(version),
        "other": other,
        "others": version.policy.versions.exclude(pk=version.pk),
        "differences": queries.compare_versions(other, version) if other else (),
        "may_edit": may(request.user, "policy.edit"),
    }
    return render(request, "desk/policy.html", context, status=status)


@require_safe
@require_deed("policy.read")
def download_version(request: DeskRequest, pk: int) -> HttpResponse:
    """The version as a TOML file, to be kept under version control."""
    version = get_version(request, pk)
    answer = HttpResponse(write_toml(version.rules), content_type="application/toml")
    name = f"{version.policy.code}-v{version.number}.toml"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@require_POST
@require_deed("policy.edit")
@once
def publish(request: DeskRequest, pk: int) -> HttpResponse:
    """Put a draft in force."""
    version = get_version(request, pk)
    try:
        done = publish_version(
            version_id=version.pk, actor=Actor.staff(request.user), now=clock.now()
        )
    except ActionError as refusal:
        return render_version(request, version, status=tell_refusal(request, refusal))
    messages.success(request, f"{done} is in force. Confirmed cases keep their own version.")
    return redirect("desk:policy", pk=pk)


@require_safe
@require_deed("policy.read")
def simulate(request: DeskRequest) -> HttpResponse:
    """The whole plan of an account and a date on an axis, one or two versions side by side."""
    if not request.GET.get("version"):
        found = queries.list_policies(user=request.user)
        return render(request, "desk/simulator_start.html", {"policies": found})
    version = get_version(request, request.GET.get("version", ""))
    other = request.GET.get("other", "")
    versions = [version, *([get_version(request, other)] if other else [])]
    customer = find_customer(request, version)
    text = request.GET.get("q", "")
    context: dict[str, Any] = {
        "version": version,
        "customer": customer,
        "q": text,
        "found": find_theirs(request, version, text) if text.strip() else [],
        "others": queries.visible_versions(request.user)
        .filter(policy__brand=version.policy.brand)
        .exclude(pk=version.pk),
        "chosen_other": other,
    }
    if customer is not None:
        context |= run_simulation(request, versions, customer)
    return render(request, "desk/simulator.html", context)


def find_customer(request: DeskRequest, version: PolicyVersion) -> Customer | None:
    """The chosen account, of the policy's own brand."""
    chosen = request.GET.get("customer", "")
    if not chosen.isdigit() or len(chosen) > 10:
        return None
    customers = scope(Customer.objects.filter(brand=version.policy.brand), user=request.user)
    customer = customers.filter(pk=chosen).first()
    if customer is None:
        raise Http404("There is no such customer of this brand, or it is not one of yours.")
    return customer


def find_theirs(request: DeskRequest, version: PolicyVersion, text: str) -> list[Customer]:
    found = find_customers(text=text, user=request.user)
    return [customer for customer in found if customer.brand_id == version.policy.brand_id]


def run_simulation(
    request: DeskRequest, versions: list[PolicyVersion], customer: Customer
) -> dict[str, Any]:
    today = local_date(clock.now(), customer.timezone)
    form = SimulatorForm({"call_on": today.isoformat(), **request.GET.dict()})
    if not form.is_valid():
        return {"form": form}
    chosen = form.cleaned_data
    return {
        "form": form,
        "simulated": [
            queries.simulate(
                version=version,
                customer=customer,
                call_on=chosen["call_on"],
                wished_on=chosen["wished_on"],
                asks=chosen["asks"],
            )
            for version in versions
        ],
    }
