"""What stands behind each adapter in its contract: the provider, told to work or to fail."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol
from urllib.request import Request, urlopen

from django.conf import settings

from accounts.models import Item, ManualTask, SandboxOrder
from accounts.provisioning import manual
from config import clock
from tests import factories
from tests.accounts.provisioning.provider import SECRET


class World(Protocol):
    """A provider as a contract test sees it."""

    config: dict[str, Any]

    def work(self) -> None:
        """From now on orders are carried out, at once."""

    def fail(self) -> None:
        """From now on orders fail."""

    def count_effects(self, key: str) -> int:
        """How often the order with this key was really carried out."""

    def finish(self, key: str) -> None:
        """Whatever an order of this key still waits for happens."""


class SandboxWorld:
    """The imaginary provider keeps a book of its own."""

    def __init__(self) -> None:
        self.config: dict[str, Any] = {"adapter": "sandbox"}

    def work(self) -> None:
        self.config.pop("fail_verbs", None)

    def fail(self) -> None:
        self.config["fail_verbs"] = ["deactivate", "reactivate", "terminate"]

    def count_effects(self, key: str) -> int:
        return SandboxOrder.objects.filter(key=key, done_at__isnull=False).count()

    def finish(self, key: str) -> None:
        pass


class ManualWorld:
    """Somebody at the desk, who ticks what they did."""

    def __init__(self) -> None:
        self.config: dict[str, Any] = {"adapter": "manual"}
        self.user = factories.make_user()

    def work(self) -> None:
        pass

    def fail(self) -> None:
        pass

    def count_effects(self, key: str) -> int:
        return ManualTask.objects.filter(key=key, done_at__isnull=False).count()

    def finish(self, key: str) -> None:
        manual.tick(key=key, user=self.user, note="in the old console", now=clock.now())


class WebhookWorld:
    """A real HTTP server in a process of its own."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.accounts.provisioning.provider"],
            cwd=settings.BASE_DIR,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        self.address = f"http://127.0.0.1:{self.process.stdout.readline().strip()}"
        self.config: dict[str, Any] = {
            "adapter": "webhook",
            "url": f"{self.address}/orders",
            "secret": "TEST",
            "timeout_s": 5,
        }

    def tell(self, **state: Any) -> None:
        """Change the server's ways: mode, delay_s."""
        body = json.dumps(state).encode()
        with urlopen(Request(f"{self.address}/control", data=body), timeout=5):
            pass

    def look(self) -> dict[str, Any]:
        with urlopen(f"{self.address}/seen", timeout=5) as answer:  # this machine's
            return json.load(answer)

    def work(self) -> None:
        self.tell(mode="done")

    def fail(self) -> None:
        self.tell(mode="error")

    def count_effects(self, key: str) -> int:
        return len(self.look()["effects"].get(key, []))

    def finish(self, key: str) -> None:
        self.tell(mode="done")

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.communicate(timeout=10)


@contextmanager
def run_webhook_world(settings: Any) -> Iterator[WebhookWorld]:
    """The server, known to this desk; `settings` is pytest-django's, which forgets it again."""
    settings.PROVISIONING_SECRETS = {"TEST": SECRET}
    settings.PROVISIONING_ALLOW_PRIVATE = ["127.0.0.1"]
    world = WebhookWorld()
    try:
        yield world
    finally:
        world.stop()


def make_item(world: World) -> Item:
    """An item of a brand that uses this world's adapter, loaded as the desk loads it."""
    brand = factories.make_brand()
    made = factories.make_item(customer=factories.make_customer(brand=brand))
    item = Item.objects.select_related("customer__brand").get(pk=made.pk)
    item.customer.brand.provisioning = world.config
    return item
