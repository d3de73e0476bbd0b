"""Whether this process can do its work, for load balancers and the supervisor."""

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache


@login_not_required
@never_cache
def show_health(request: HttpRequest) -> HttpResponse:
    """200 "ok" when the database answers, otherwise 503 with Retry-After."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return HttpResponse(
            "no database", status=503, content_type="text/plain", headers={"Retry-After": "5"}
        )
    return HttpResponse("ok", content_type="text/plain")
