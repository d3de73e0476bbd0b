"""Play every kind of case by the desk's own actions, in a migrated, empty database.

Tells the last row of each table that is to be cloned; the one long talk comes after it.
"""

from __future__ import annotations

import django

from bench.children import tell

MESSAGES = 50  # in the long talk


def main() -> None:
    django.setup()
    from django.db import connection

    import bench.provider  # noqa: F401 - registers the adapter that the scene's brand names
    from bench.build import CLONED
    from bench.scene import make_scene
    from bench.templates import play_long_talk, play_past
    from config import clock

    now = clock.now()
    scene = make_scene(moment=now)
    play_past(scene, now=now)
    last = {}
    with connection.cursor() as cursor:
        for table in CLONED:
            cursor.execute(f"SELECT coalesce(max(id), 0) FROM {table}")  # noqa: S608 - own names
            last[table] = cursor.fetchone()[0]
    play_long_talk(scene, messages=MESSAGES, now=now)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    tell(last=last)


if __name__ == "__main__":
    main()
