"""The administrators' page on personal data: which customers, what is kept, what was asked."""

from __future__ import annotations

from dataclasses import dataclass

from accounts.models import Customer, User
from accounts.scoping import scope
from cases.actions.data_requests import find_obstacles
from cases.models import Case, DataRequest, Upload
from notifications.models import Email, Inbound

LATEST = 50


@dataclass(frozen=True, kw_only=True)
class Kept:
    """How much is kept of one customer, and what stands in the way of erasing it."""

    cases: int
    erased: int
    sent: int
    received: int
    uploads: int
    obstacles: list[str]
    hold: DataRequest | None
    erasure: DataRequest | None
    requests: list[DataRequest]


def visible_requests(user: User) -> list[DataRequest]:
    """The latest requests among the user's brands. One query and one for the brands."""
    rows = DataRequest.objects.select_related("customer__brand", "asked_by", "ended_by")
    return list(scope(rows, user=user, path="customer__brand")[:LATEST])


def read_kept(customer: Customer) -> Kept:
    """Counts and requests of one customer; a dozen small queries."""
    cases = Case.objects.filter(customer=customer)
    requests = list(customer.data_requests.select_related("asked_by", "ended_by"))
    still_open = {request.kind: request for request in requests if request.ended_at is None}
    return Kept(
        cases=cases.count(),
        erased=cases.exclude(erased_at=None).count(),
        sent=Email.objects.filter(thread__case__customer=customer).count(),
        received=Inbound.objects.filter(thread__case__customer=customer).count(),
        uploads=Upload.objects.filter(case__customer=customer).exclude(file="").count(),
        obstacles=find_obstacles(customer),
        hold=still_open.get(DataRequest.Kind.HOLD),
        erasure=still_open.get(DataRequest.Kind.ERASURE),
        requests=requests,
    )
