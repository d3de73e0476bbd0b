"""One case: what is the next step? GET shows, POST acts."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from cases.actions.base import ActionError
from cases.forms import DateForm
from cases.models.planning import plan_case
from cases.queries.case_page import read_case_page
from cases.views.files import give_file
from cases.views.once import once
from cases.views.shared import DeskRequest, get_case, require_deed, tell_refusal
from cases.views.verbs import VERBS, InvalidInput
from config import clock


@require_safe
@require_deed("case.read")
def show_case(request: DeskRequest, number: str) -> HttpResponse:
    return render_case(request, number)


def render_case(request: DeskRequest, number: str, *, status: int = 200) -> HttpResponse:
    """The page as it stands now; after a refusal with its status."""
    case = get_case(request, number)
    page = read_case_page(
        case=case, user=request.user, now=clock.now(), tab=request.GET.get("tab", "story")
    )
    return render(request, "desk/case.html", {"page": page, "case": case}, status=status)


@require_safe
@require_deed("case.read")
def try_date(request: DeskRequest, number: str) -> HttpResponse:
    """What another date would mean, before anybody promises it."""
    case = get_case(request, number)
    now = clock.now()
    form = DateForm(request.GET or None, today=now.date())
    wished = form.fields["wished_on"].clean(request.GET.get("wished_on")) if form.is_bound else None
    plan = plan_case(case, now=now, wished_on=wished)
    return render(request, "desk/_try_date.html", {"case": case, "plan": plan, "wished": wished})


@require_POST
@require_deed("case.read")  # each verb's action asks for its own
@once
def act(request: DeskRequest, number: str, verb: str) -> HttpResponse:
    """Do one thing to the case. A refusal shows the page again, with the reason on top."""
    if verb not in VERBS:
        raise Http404("There is no such action.")
    case = get_case(request, number)
    try:
        said = VERBS[verb](request, case)
    except ActionError as refusal:
        return render_case(request, number, status=tell_refusal(request, refusal))
    except InvalidInput as error:
        messages.error(request, str(error))
        return render_case(request, number, status=422)
    messages.success(request, said)
    if request.POST.get("back") == "board":
        return redirect("desk:board")
    return redirect("desk:case", number=case.number)


@require_safe
@require_deed("mail.read")
def download_upload(request: DeskRequest, number: str, pk: int) -> HttpResponse:
    """A file that the customer handed in to this case (THREATS 38, 40, 42)."""
    case = get_case(request, number)
    return give_file(
        request, case.uploads.filter(pk=pk).first(), back=reverse("desk:case", args=[case.number])
    )
