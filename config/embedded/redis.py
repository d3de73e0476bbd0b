"""One embedded Redis. It carries wake-ups alone, so nothing of it is kept on disk."""

from __future__ import annotations

import signal
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from config.embedded.account import Account, EmbeddedFailed, find_redis
from config.embedded.endpoints import Endpoints

START_S = 15.0
STOP_S = 5.0


@dataclass(kw_only=True)
class Redis:
    """A redis-server whose working folder is `folder`."""

    folder: Path
    account: Account
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    @property
    def log(self) -> Path:
        return self.folder / "redis.log"

    def start(self, endpoints: Endpoints) -> None:
        """Start it and wait until it answers; EmbeddedFailed with the end of its log otherwise."""
        self.stop_leftover(endpoints)
        home = self.account.make_folder(self.folder / "redis")
        # By standard input: a password among the arguments could be read in the process list.
        settings = [
            f"port {endpoints.redis_port}", "bind 127.0.0.1", "daemonize no", "databases 64",
            f"requirepass {endpoints.redis_password}", f'dir "{home}"', 'save ""', "appendonly no",
            "maxmemory 256mb", "maxmemory-policy noeviction",
        ]  # fmt: skip
        with self.log.open("ab") as log:
            self.process = self.account.start(
                [str(find_redis(self.account)), "-"],
                log=log, death_signal=signal.SIGTERM, stdin="\n".join(settings).encode(),
            )  # fmt: skip
        self._wait_until_ready(endpoints)

    def stop(self) -> None:
        """Stop it; what it carried is made again from PostgreSQL."""
        if self.process is None:
            return
        process, self.process = self.process, None
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(STOP_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(STOP_S)

    def stop_leftover(self, endpoints: Endpoints) -> None:
        """Stop a server that a dead supervisor left: only ours takes our password."""
        try:
            with _connect(endpoints) as client:
                client.shutdown(nosave=True)
        except redis.RedisError:
            return
        time.sleep(0.1)

    def _wait_until_ready(self, endpoints: Endpoints) -> None:
        assert self.process is not None
        limit = time.monotonic() + START_S
        while True:
            if self.process.poll() is not None:
                raise EmbeddedFailed(f"Redis did not start:\n{self.read_log_end()}")
            try:
                with _connect(endpoints) as client:
                    client.ping()
                return
            except redis.RedisError:
                if time.monotonic() > limit:
                    self.stop()
                    text = f"Redis does not answer after {START_S:.0f} s"
                    raise EmbeddedFailed(f"{text}:\n{self.read_log_end()}") from None
                time.sleep(0.03)

    def read_log_end(self, lines: int = 15) -> str:
        """Return the last lines of the server's log."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])


def _connect(endpoints: Endpoints) -> redis.Redis:
    return redis.Redis(
        host="127.0.0.1", port=endpoints.redis_port, password=endpoints.redis_password,
        socket_timeout=2, socket_connect_timeout=2, retry=Retry(NoBackoff(), 0),
    )  # fmt: skip
