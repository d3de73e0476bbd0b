"""What every page of the desk shows around its own content."""

from typing import Any

from django.conf import settings
from django.utils.functional import SimpleLazyObject

from accounts.roles import DEEDS, may
from cases.queries import mailroom, queue
from cases.queries.health import read_health
from cases.queries.notices import read_standing
from cases.queries.todos import list_todos
from cases.queries.together import count_together
from cases.views.shared import DeskRequest
from config import clock


def desk(request: DeskRequest) -> dict[str, Any]:
    """`desk.counts` and `desk.health`, read only where a page asks for them; `sandbox`.

    For those who are yet to sign in: what their company's own sign-in is called, if it has one.
    """
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"sandbox": settings.SANDBOX, "single_sign_on": settings.OIDC_NAME}
    return {
        "sandbox": settings.SANDBOX,
        "desk": {
            "counts": SimpleLazyObject(lambda: count_all(request)),
            "me": SimpleLazyObject(lambda: read_standing(user=user)),
            "health": SimpleLazyObject(lambda: read_health(now=clock.now())),
        },
        "may": {deed.replace(".", "_"): may(user, deed) for deed in DEEDS},
    }


def count_all(request: DeskRequest) -> dict[str, int]:
    user = request.user
    return {
        "queue": queue.count_needs_us(user),
        **count_together(todos=list_todos(user=user), mailroom=mailroom.list_needs_us(user=user)),
    }
