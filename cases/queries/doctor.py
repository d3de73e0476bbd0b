"""What a person who runs the desk should know before trusting it: settings, servers, doors, work.

Every finding says what it saw and what to do. Nothing is changed.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import redis
from celery import current_app
from django.conf import settings
from django.core import checks
from django.core.exceptions import ValidationError
from django.core.mail import get_connection
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from accounts.models import Brand
from cases.models import Case
from cases.queries.doctor_background import (
    examine_background,
    examine_epoch,
    examine_telling,
    examine_timeouts,
)
from cases.queries.findings import Finding, bad, ok, warn
from cases.queries.health import read_health
from cases.queries.history import verify_history
from config import clock
from notifications.inbound.health import list_doors

OLDEST_POSTGRES = 160000
MOST_DRIFT = timedelta(seconds=2)
LEAST_DISK_SHARE = 0.1
NEWEST_CASES = 200
TIMEOUT_S = 2.0
QUEUES = [queue.name for queue in settings.CELERY_TASK_QUEUES]
MOST_WAITING = 1000
DURABLE = {
    "fsync": {"on"},
    "full_page_writes": {"on"},
    "synchronous_commit": {"on", "local", "remote_write", "remote_apply"},
}


def examine(*, now: datetime) -> Iterator[Finding]:
    """Every finding, in the order in which a person would look. A check that fails is one too."""
    for check in CHECKS:
        try:
            yield from check(now)
        except DatabaseError as error:
            why = str(error).strip().splitlines()[0]
            yield bad("database", why, "Is PostgreSQL running, and DATABASE_URL right?")
            return


def examine_settings(now: datetime) -> Iterator[Finding]:
    """Django's own deployment checks, and whether this is a sandbox."""
    if settings.SANDBOX:
        yield warn(
            "sandbox", "This is a sandbox: its clock moves and no mail leaves.",
            "For real customers, set DEBUG=0 and SANDBOX=0.",
        )  # fmt: skip
    elif settings.DEBUG:
        yield bad("settings", "DEBUG is on: errors show secrets.", "Set DEBUG=0.")
    found = checks.run_checks(include_deployment_checks=not settings.DEBUG)
    for message in found:
        yield warn("settings", message.msg, message.hint or f"See the check {message.id}.")
    if not found:
        yield ok("settings", "Django's checks find nothing.")


def examine_database(now: datetime) -> Iterator[Finding]:
    """Version, durability (G1), rights (G16), migrations and the two clocks (G9)."""
    with connection.cursor() as cursor:
        version = connection.cursor().connection.info.server_version
        names = list(DURABLE)
        cursor.execute(
            "SELECT name, setting FROM pg_settings WHERE name = ANY(%s) ORDER BY name", [names]
        )
        values = dict(cursor.fetchall())
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        is_superuser = cursor.fetchone()[0]
    if version < OLDEST_POSTGRES:
        yield bad("database", f"PostgreSQL {version // 10000}.", "Upgrade to 16 or later.")
    else:
        yield ok("database", f"PostgreSQL {version // 10000}.")
    for name, value in values.items():
        if value not in DURABLE[name]:
            yield bad(
                "durability", f"{name} is {value}: a crash loses mail that was acknowledged.",
                f"Set {name} = on in postgresql.conf and reload.",
            )  # fmt: skip
    if is_superuser and not settings.SANDBOX:
        yield warn(
            "rights", "The desk's database role is a superuser, whom no trigger stops.",
            "Give it a role of its own: CREATE ROLE lastcall LOGIN, owner of its database.",
        )  # fmt: skip
    drift = abs(clock.find_drift())
    if drift > MOST_DRIFT:
        yield bad(
            "clock", f"This machine and the database differ by {drift.total_seconds():.0f} s.",
            "Run NTP on both; deadlines are kept by this clock.",
        )  # fmt: skip
    else:
        yield ok("clock", f"Within {drift.total_seconds():.1f} s of the database's.")
    plan = MigrationExecutor(connection).loader
    missing = [key for key in plan.graph.leaf_nodes() if key not in plan.applied_migrations]
    if missing:
        yield bad(
            "migrations", f"{len(missing)} are not applied, such as {'.'.join(missing[0])}.",
            "Run manage.py migrate before the new processes start.",
        )  # fmt: skip
    else:
        yield ok("migrations", "All are applied.")


def examine_redis(now: datetime) -> Iterator[Finding]:
    """The wake-ups: without them everything only takes longer (G19)."""
    remedy = "Start Redis, or see REDIS_URL. Until then the sweeps alone carry the work."
    try:
        client = redis.Redis.from_url(
            settings.REDIS_URL, socket_timeout=TIMEOUT_S, socket_connect_timeout=TIMEOUT_S
        )
        policy = str(client.config_get("maxmemory-policy").get("maxmemory-policy", "unknown"))
    except redis.ResponseError:
        policy = "unknown"  # a managed Redis that hides its configuration
    except redis.RedisError as error:
        yield bad("redis", f"No answer: {error}.", remedy)
        return
    if policy not in ("noeviction", "unknown"):
        yield warn("redis", f"maxmemory-policy is {policy}.", "Set it to noeviction.")
    else:
        yield ok("redis", "It answers.")
    waiting = {name: client.llen(name) for name in QUEUES}
    longest = max(waiting, key=lambda name: waiting[name])
    if waiting[longest] > MOST_WAITING:
        yield warn(
            "queues", f"{waiting[longest]} wake-ups wait in {longest}.",
            "Start more workers, or find what keeps them busy.",
        )  # fmt: skip
    workers = current_app.control.inspect(timeout=TIMEOUT_S).ping() or {}
    if workers:
        yield ok("workers", f"{len(workers)} answer.")
    else:
        yield bad("workers", "None answers.", "Start: celery -A config worker, and celery beat.")


def examine_mail(now: datetime) -> Iterator[Finding]:
    """The way out, and every door in."""
    try:
        backend = get_connection(timeout=TIMEOUT_S)
        backend.open()
        backend.close()
        yield ok("mail out", "The server takes a connection.")
    except Exception as error:  # whatever a mail backend raises is the finding
        yield bad("mail out", f"{type(error).__name__}: {error}", "See EMAIL_URL.")
    doors = list_doors()
    if not doors:
        yield warn("mail in", "No door has ever opened.", "Start manage.py receive_smtp.")
    for door in doors:
        if door.is_open:
            yield ok("mail in", f"The {door.label} is open.")
        else:
            yield bad(
                "mail in", f"The {door.label} is shut. {door.last_error}".strip(),
                "Start it again, or retire it on the health page.",
            )  # fmt: skip


def examine_brands(now: datetime) -> Iterator[Finding]:
    """Each brand can take a call: a published policy, and providers that exist."""
    brands = Brand.objects.prefetch_related("policies__versions")
    for brand in brands:
        if not any(v.published_at for p in brand.policies.all() for v in p.versions.all()):
            yield warn(
                f"brand {brand}", "No policy is published: no case can be opened.",
                "Publish one in the admin, under Policies.",
            )  # fmt: skip
        try:
            brand.clean()
        except ValidationError as error:
            yield bad(f"brand {brand}", " ".join(error.messages), "Correct it in the admin.")
    if not brands:
        yield warn("brands", "There is none yet.", "Add your company in the admin, under Brands.")


def examine_disk(now: datetime) -> Iterator[Finding]:
    """Room for attachments, here."""
    place = next(p for p in (settings.MEDIA_ROOT, *settings.MEDIA_ROOT.parents) if p.exists())
    usage = shutil.disk_usage(place)
    share = usage.free / usage.total
    if share < LEAST_DISK_SHARE:
        yield bad("disk", f"{share:.0%} is free for attachments.", "Make room, or move MEDIA_ROOT.")
    else:
        yield ok("disk", f"{share:.0%} is free for attachments.")


def examine_work(now: datetime) -> Iterator[Finding]:
    """What should have happened by now and has not (G23)."""
    health = read_health(now=now)
    for problem in health.problems:
        yield bad("work", problem + ".", "See the page Health, and the logs of that process.")
    if health.ok:
        yield ok("work", health.text + ".")


def examine_history(now: datetime) -> Iterator[Finding]:
    """The chains of the cases that moved last (G16); all are read by `verify_history`."""
    newest = Case.objects.order_by("-state_since", "-pk")[:NEWEST_CASES]
    broken = list(verify_history(newest))
    for found in broken:
        yield bad(
            "history", str(found), "Somebody wrote past the desk. See manage.py verify_history."
        )
    if not broken:
        yield ok("history", f"The last {NEWEST_CASES} cases to move tell what was written.")


CHECKS: tuple[Callable[[datetime], Iterator[Finding]], ...] = (
    examine_settings,
    examine_database,
    examine_timeouts,
    examine_epoch,
    examine_redis,
    examine_background,
    examine_mail,
    examine_brands,
    examine_disk,
    examine_work,
    examine_telling,
    examine_history,
)
