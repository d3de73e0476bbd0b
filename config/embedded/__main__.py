"""PostgreSQL and Redis alone, in the foreground: `python -m config.embedded`.

For commands of manage.py while the desk itself is shut. Ctrl-C stops both.
"""

import signal
import sys
from pathlib import Path

from config import env
from config.embedded import EmbeddedFailed, Servers
from config.run.place import CannotRun, take_lock

ROOT = Path(__file__).resolve().parents[2]


def main() -> int:
    env.load_file(ROOT / ".env")
    data_dir = env.read_path("LASTCALL_DATA", default=ROOT / ".data")
    servers = Servers(data_dir=data_dir, say=print)
    signals = {signal.SIGINT, signal.SIGTERM}
    try:
        lock = take_lock(data_dir)
        signal.pthread_sigmask(signal.SIG_BLOCK, signals)  # kept for sigwait below
        endpoints = servers.start()
    except (CannotRun, EmbeddedFailed) as problem:
        print(problem, file=sys.stderr)
        return 1
    print(f"PostgreSQL on port {endpoints.postgres_port}, Redis on port {endpoints.redis_port}")
    print("Ctrl-C stops both", flush=True)
    try:
        signal.sigwait(signals)
    finally:
        servers.stop()
        del lock  # held until both are down
    return 0


if __name__ == "__main__":
    sys.exit(main())
