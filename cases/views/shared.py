"""What every view needs: the case that this user may see, and refusals as messages."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django_htmx.middleware import HtmxDetails

from accounts.guards import needs
from accounts.models import User
from cases.actions.base import ActionError, CaseChanged, NotAllowed, NotPossible
from cases.models import Case
from cases.queries.case import find_case
from notifications.outbox.files import LARGEST_MAIL, FileRefused, OutgoingFile, check_files


class DeskRequest(HttpRequest):
    """A request as the desk's views get it: signed in, and seen by htmx's middleware."""

    user: User
    htmx: HtmxDetails


View = Callable[..., HttpResponse]


require_deed = needs  # 403 for a role that may not, by accounts.roles


def get_case(request: DeskRequest, number: str) -> Case:
    """The case with this number, as far as this user may see it; 404 otherwise (THREATS 50)."""
    case = find_case(number=number, user=request.user)
    if case is None:
        raise Http404("There is no such case, or it is not one of yours.")
    return case


def read_page_number(request: HttpRequest) -> int:
    """The page asked for, from 1; what is no number is the first."""
    text = request.GET.get("page", "1")
    return max(int(text), 1) if text.isdecimal() and len(text) < 7 else 1


def read_files(request: HttpRequest, name: str = "files") -> list[OutgoingFile]:
    """The uploaded files, checked. Raises `NotPossible` with what is wrong and what is right."""
    uploads = request.FILES.getlist(name)
    try:
        if sum(upload.size or 0 for upload in uploads) > LARGEST_MAIL:
            raise FileRefused(f"Together the files are larger than {LARGEST_MAIL // 2**20} MB.")
        return check_files(
            [OutgoingFile(name=upload.name or "file", content=upload.read()) for upload in uploads]
        )
    except FileRefused as refusal:
        raise NotPossible(str(refusal)) from refusal


def tell_refusal(request: DeskRequest, refusal: ActionError) -> int:
    """Show why it was refused; the status that goes with it."""
    messages.error(request, str(refusal))
    if isinstance(refusal, CaseChanged):
        return 409
    return 403 if isinstance(refusal, NotAllowed) else 422
