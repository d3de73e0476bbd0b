"""What every page of the desk shows around its own content."""

from typing import Any

from django.conf import settings
from django.utils.functional import SimpleLazyObject

from accounts.roles import DEEDS, deeds_of
from cases.queries.health import read_health_lately
from cases.queries.standing import read_standing
from cases.views.shared import DeskRequest
from config import clock

NAMES = {deed: deed.replace(".", "_") for deed in DEEDS}  # as templates can write them


def desk(request: DeskRequest) -> dict[str, Any]:
    """`desk.standing` and `desk.health`, read only where a page asks for them; `sandbox`.

    For those who are yet to sign in: what their company's own sign-in is called, if it has one.
    """
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"sandbox": settings.SANDBOX, "single_sign_on": settings.OIDC_NAME}
    deeds = deeds_of(user)
    return {
        "sandbox": settings.SANDBOX,
        "desk": {
            "standing": SimpleLazyObject(lambda: read_standing(user=user)),
            "health": SimpleLazyObject(lambda: read_health_lately(now=clock.now())),
        },
        "may": {name: deed in deeds for deed, name in NAMES.items()},
    }
