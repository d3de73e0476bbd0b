"""What load balancers and supervisors ask this process: is it alive, can it do its work?

Both answers are given before anything else of a request is looked at: a probe names no host of
ours, follows no redirect to HTTPS and has no session. They hold no secret and no reason in detail;
`manage.py doctor` has those.
"""

from __future__ import annotations

from collections.abc import Callable

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache

REDIS_S = 0.5
_migrated = False  # once all are applied, this code's stay so


class AnswerProbes:
    """Middleware: /livez and /readyz."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        show = PROBES.get(request.path_info)
        if show is None or request.method not in {"GET", "HEAD"}:
            return self.get_response(request)
        return never_cache(show)(request)


def show_livez(_request: HttpRequest) -> HttpResponse:
    """200 as long as this process answers at all. No database, so that its loss restarts nobody."""
    return HttpResponse("ok", content_type="text/plain")


def show_readyz(_request: HttpRequest) -> HttpResponse:
    """200 when a request can be served, else 503. Without Redis all is only slower (G19)."""
    checks = {"database": check_database()}
    if checks["database"] == "ok":
        checks["migrations"] = check_migrations()
    down = any(state != "ok" for state in checks.values())
    checks["redis"] = check_redis()
    status = "down" if down else "ok" if checks["redis"] == "ok" else "degraded"
    answer = JsonResponse({"status": status, "checks": checks}, status=503 if down else 200)
    if down:
        answer["Retry-After"] = "5"
    return answer


def check_database() -> str:
    """Whether the database answers and takes writing."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_is_in_recovery()")
            (is_standby,) = cursor.fetchone()
    except DatabaseError:
        return "no answer"
    return "takes no writing" if is_standby else "ok"


def check_migrations() -> str:
    """Whether this code's migrations are applied; looked up until they are, then never again."""
    global _migrated
    if _migrated:
        return "ok"
    try:
        plan = MigrationExecutor(connection).loader
    except DatabaseError:
        return "no answer"
    _migrated = all(key in plan.applied_migrations for key in plan.graph.leaf_nodes())
    return "ok" if _migrated else "not applied"


def check_redis() -> str:
    try:
        redis.Redis.from_url(
            settings.REDIS_URL, socket_timeout=REDIS_S, socket_connect_timeout=REDIS_S
        ).ping()
    except redis.RedisError:
        return "no answer"
    return "ok"


PROBES = {"/livez": show_livez, "/readyz": show_readyz}
