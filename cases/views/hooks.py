"""The door for providers' results: signed like our own orders, answered in one short JSON."""

from __future__ import annotations

import structlog
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from accounts.models import Brand
from accounts.provisioning.registry import list_secret_names
from accounts.provisioning.results import InvalidResult, read_object, to_answer
from accounts.provisioning.signing import MissingSecret, NotAuthentic, find_secrets, verify
from cases.actions.callbacks import UnknownOrder, take_result
from config import clock

log = structlog.get_logger(__name__)
LARGEST = 64 * 1024


@csrf_exempt
@login_not_required
@require_POST
def take_provider_result(request: HttpRequest, slug: str) -> HttpResponse:
    """200 taken, duplicate or ignored; 400, 401, 404, 413 for what is wrong with the call.

    A failure of ours is 503 with Retry-After, so that the provider calls again (THREATS 58).
    """
    body = request.read(LARGEST + 1)
    if len(body) > LARGEST:
        return refuse(413, f"At most {LARGEST} bytes.")
    try:
        return take(request, slug, body)
    except NotAuthentic as error:
        log.warning("provider_call_refused", brand=slug, reason=str(error))
        return refuse(401, "Not authentic.")
    except InvalidResult as error:
        return refuse(400, f"This is no result: {error}.")
    except UnknownOrder:
        return refuse(404, "There is no such order.")
    except DatabaseError:
        log.exception("provider_call_not_taken", brand=slug)
        answer = refuse(503, "Try again later.")
        answer["Retry-After"] = "30"
        return answer


def take(request: HttpRequest, slug: str, body: bytes) -> HttpResponse:
    """Verify first, read afterwards."""
    now, brand = clock.now(), Brand.objects.filter(slug=slug).first()
    headers = {name.lower(): value for name, value in request.headers.items()}
    message_id = verify(headers=headers, body=body, secrets=list_secrets(brand), now=now)
    assert brand is not None, "nothing is authentic for no brand"
    data = read_object(body).get("data")
    if not isinstance(data, dict) or not isinstance(data.get("key"), str):
        raise InvalidResult("“data” holds “key” and “status”")
    result = take_result(
        brand=brand, message_id=message_id, key=data["key"], answer=to_answer(data), now=now
    )
    return JsonResponse({"result": result})


def list_secrets(brand: Brand | None) -> list[bytes]:
    """Every secret that this brand's adapters sign with; none for an unknown brand."""
    found: list[bytes] = []
    for name in list_secret_names(brand.provisioning) if brand else ():
        try:
            found += find_secrets(name=name)
        except MissingSecret as error:
            log.error("provisioning_secret_missing", reason=str(error))
    return found


def refuse(status: int, why: str) -> HttpResponse:
    return JsonResponse({"error": why}, status=status)
