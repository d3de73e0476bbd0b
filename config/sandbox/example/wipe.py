"""Forget everything: every row of the desk, its mail and its customers. The sandbox alone."""

from __future__ import annotations

from django.apps import apps
from django.conf import settings
from django.db import connection, transaction

APPS = ("sandbox", "cases", "notifications", "accounts", "sessions", "admin", "account", "mfa")


class NotASandbox(Exception):
    """Only a sandbox can be wiped."""


def wipe_everything() -> None:
    """Empty the tables, the append-only history too. Raises NotASandbox elsewhere."""
    if not settings.SANDBOX:
        raise NotASandbox("Only a sandbox can be wiped: SANDBOX is off.")
    existing = set(connection.introspection.table_names())
    tables = sorted(
        {
            model._meta.db_table
            for config in apps.get_app_configs()
            if config.label in APPS
            for model in config.get_models(include_auto_created=True)
        }
        & existing
    )
    quote = connection.ops.quote_name
    with transaction.atomic(), connection.cursor() as cursor:
        # The history refuses to be emptied; here, and here alone, it is told to stand aside.
        for table in tables:
            cursor.execute(f"ALTER TABLE {quote(table)} DISABLE TRIGGER USER")
        names = ", ".join(quote(table) for table in tables)
        cursor.execute(f"TRUNCATE {names} RESTART IDENTITY CASCADE")
        for table in tables:
            cursor.execute(f"ALTER TABLE {quote(table)} ENABLE TRIGGER USER")
