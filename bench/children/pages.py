"""An agent's browser: the desk's pages, one after another, in one worker. Argument: seconds.

Tells the seconds that each page took, by its name, from the request to the finished answer.
"""

from __future__ import annotations

import sys
import time
from collections import defaultdict
from itertools import count
from urllib.parse import quote_plus

import django
from django.test import Client

from bench.children import Stopwatch, tell, wait_for_start

WARM_UP = 3  # rounds that do not count
LEAST = 3  # rounds that do, however slow the machine


def main(seconds: float) -> None:
    django.setup()
    from accounts.models import User

    client = Client(HTTP_HOST="localhost")
    client.force_login(User.objects.get(username="mara"), backend=find_backend())
    pages = list_pages()
    for _ in range(WARM_UP):
        for address in pages.values():
            open_page(client, address)
    wait_for_start()
    watch, spans = Stopwatch(), defaultdict(list)
    for turn in count():
        if watch.seconds >= seconds and turn >= LEAST:
            break
        for name, address in pages.items():
            began = time.perf_counter()
            open_page(client, address)
            spans[name].append(time.perf_counter() - began)
    tell(spans=spans, cpu=watch.cpu_seconds, count=sum(map(len, spans.values())))


def find_backend() -> str:
    from django.conf import settings

    return str(settings.AUTHENTICATION_BACKENDS[0])


def open_page(client: Client, address: str) -> None:
    answer = client.get(address, secure=True)
    assert answer.status_code == 200, f"{address}: {answer.status_code}"


def list_pages() -> dict[str, str]:
    """Address by name: what an agent opens all day. Numbers and names lie in the middle."""
    from cases.models import Case

    case = Case.objects.select_related("customer__brand", "contact").order_by("id")
    some = case[min(case.count() // 2, 5_000)]
    assert some.contact is not None
    busy = case.order_by("-last_sequence")[0]
    return {
        "queue": "/desk/queue/",
        "queue, on the calendar": "/desk/queue/?tab=calendar",
        "queue, of one brand, by due date": (
            f"/desk/queue/?tab=customer&brand={some.brand_id}&sort=due"
        ),
        "case, 50 messages": f"/desk/case/{busy.number}/",
        "search, a name": f"/desk/search/?q={quote_plus(some.customer.name)}",
        "search, a phone": f"/desk/search/?q={some.contact.phone[-7:]}",
        "search, an address": f"/desk/search/?q={some.contact.email}",
        "search, a word of a mail": "/desk/search/?q=voucher77",
    }


if __name__ == "__main__":
    main(float(sys.argv[1]))
