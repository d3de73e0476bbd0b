"""How the desk talks to PostgreSQL, from the environment."""

from __future__ import annotations

from typing import Any

from config import env


def read_options(*, default: str) -> dict[str, Any]:
    """Return Django's settings of the database; `default` is a URL. Raises env.InvalidVariable.

    A statement that hangs ends by itself, and so does a transaction that nobody goes on with.
    """
    database = env.read_database("DATABASE_URL", default=default)
    timeouts_ms = {
        "statement_timeout": env.read_int("DATABASE_STATEMENT_TIMEOUT_MS", default=30_000),
        "lock_timeout": env.read_int("DATABASE_LOCK_TIMEOUT_MS", default=5_000),
        "idle_in_transaction_session_timeout": env.read_int(
            "DATABASE_IDLE_TIMEOUT_MS", default=60_000
        ),
    }
    options = database["OPTIONS"]
    options.setdefault("connect_timeout", "5")
    options.setdefault("application_name", "lastcall")
    options["options"] = " ".join(f"-c {name}={value}" for name, value in timeouts_ms.items())
    # A statement asked so often on one connection is planned once. Zero where a pool forgets them.
    if after := env.read_int("DATABASE_PREPARE_AFTER", default=5):
        options |= {"server_side_binding": True, "prepare_threshold": after}
    # Zero for workers; the web server keeps its connections (the supervisor and DEPLOYMENT set it).
    database["CONN_MAX_AGE"] = env.read_int("DATABASE_MAX_AGE_S", default=0)
    database["CONN_HEALTH_CHECKS"] = True
    return database
