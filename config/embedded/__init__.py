"""PostgreSQL and Redis of our own, for a machine that has none.

The programs come out of wheels (see docs/decisions/0001-embedded-servers.md). They listen on
loopback only, with passwords made here, and keep everything in the data folder.
"""

from config.embedded.account import EmbeddedFailed, find_free_port
from config.embedded.endpoints import Endpoints, read_endpoints
from config.embedded.postgres import Postgres
from config.embedded.redis import Redis
from config.embedded.servers import Servers

__all__ = [
    "EmbeddedFailed",
    "Endpoints",
    "Postgres",
    "Redis",
    "Servers",
    "find_free_port",
    "read_endpoints",
]
