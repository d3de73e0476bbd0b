"""One case: what is the next step? GET shows, POST acts."""

from urllib.parse import urlsplit

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect, HttpResponseClientRefresh

from cases.actions.base import ActionError
from cases.models import Case
from cases.queries.case_page import Wish, read_case_page
from cases.views.composer import open_composer
from cases.views.files import give_file
from cases.views.inputs import InvalidInput
from cases.views.once import once
from cases.views.refusals import Refusal, make_refusal, show_refusal
from cases.views.shared import DeskRequest, get_case, require_deed
from cases.views.undo import tell
from cases.views.verbs import VERBS
from config import clock

BACK = ("board", "todos")


@require_safe
@require_deed("case.read")
def show_case(request: DeskRequest, number: str) -> HttpResponse:
    return render_case(request, number)


def render_case(
    request: DeskRequest, number: str, *, refusal: Refusal | None = None
) -> HttpResponse:
    """The page as it stands now; after a refusal with its reason and its status."""
    case = get_case(request, number)
    wish = read_wish(request)
    page = read_case_page(case=case, user=request.user, now=clock.now(), wish=wish)
    context = {
        "page": page,
        "case": case,
        "refusal": refusal,
        "composer": open_composer(request, page),
    }
    return render(request, "desk/case.html", context, status=refusal.status if refusal else 200)


def read_wish(request: DeskRequest) -> Wish:
    """What the address asks for; what is no number there is not asked for."""

    def number(name: str) -> int | None:
        text = request.GET.get(name, "")
        return int(text) if text.isdecimal() and len(text) < 10 else None

    return Wish(
        tab=request.GET.get("tab", "story"),
        whole=number("whole"),
        event=number("event"),
        retract=number("retract"),
        settled=request.GET.get("settled") == "all",
    )


@require_POST
@require_deed("case.read")  # each verb's action asks for its own
@once
def act(request: DeskRequest, number: str, verb: str) -> HttpResponse:
    """Do one thing to the case. A refusal says why, and keeps what was written."""
    if verb not in VERBS:
        raise Http404("There is no such action.")
    case = get_case(request, number)
    try:
        said = VERBS[verb](request, case)
    except (ActionError, InvalidInput) as error:
        fresh = get_case(request, number)
        refusal = make_refusal(request, fresh, verb, error)
        if request.htmx:
            return show_refusal(request, fresh, refusal)
        return render_case(request, number, refusal=refusal)
    tell(request, case, said)
    return go_on(request, case)


def go_on(request: DeskRequest, case: Case) -> HttpResponse:
    """Back to where the form stood: the case, or the list that it came from."""
    back = request.POST.get("back")
    url = reverse(f"desk:{back}") if back in BACK else reverse("desk:case", args=[case.number])
    if not request.htmx:
        return redirect(url)
    here = urlsplit(request.htmx.current_url_abs_path or "").path
    # A reload keeps the place on the page, its tab and its filters.
    return HttpResponseClientRefresh() if here == url else HttpResponseClientRedirect(url)


@require_safe
@require_deed("mail.read")
def download_upload(request: DeskRequest, number: str, pk: int) -> HttpResponse:
    """A file that the customer handed in to this case (THREATS 38, 40, 42)."""
    case = get_case(request, number)
    return give_file(
        request, case.uploads.filter(pk=pk).first(), back=reverse("desk:case", args=[case.number])
    )
