"""Open a case, again and again, as an agent does with a caller. Arguments: seconds, most."""

from __future__ import annotations

import sys
import time

import django

from bench.children import Stopwatch, tell, wait_for_start


def main(seconds: float, most: int) -> None:
    django.setup()
    from accounts.models import User
    from bench.scene import Scene
    from cases.models import Policy

    policy = Policy.objects.select_related("brand").get()
    scene = Scene(brand=policy.brand, policy=policy, agent=User.objects.get(username="mara"))
    calls = [scene.make_caller(6_000 + number) for number in range(most)]
    scene.open_for(*calls.pop())  # everything is imported from here on
    wait_for_start()
    watch, spans = Stopwatch(), []
    while calls and watch.seconds < seconds:
        call = calls.pop()
        began = time.perf_counter()
        scene.open_for(*call)
        spans.append(time.perf_counter() - began)
    tell(spans=spans, count=len(spans), cpu=watch.cpu_seconds)


if __name__ == "__main__":
    main(float(sys.argv[1]), int(sys.argv[2]))
