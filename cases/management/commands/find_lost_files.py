"""`manage.py find_lost_files`: is every file of a restored backup there?"""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand

from cases.models import Upload
from notifications.models import Attachment, StoredFile


class Command(BaseCommand):
    help = "Names files that the database knows and the storage has not. Exits with 1 then."

    def handle(self, **options: Any) -> None:
        looked_at = lost = 0
        for model, field in ((Attachment, "file"), (Upload, "file"), (StoredFile, "content")):
            for row in model._default_manager.exclude(**{field: ""}).iterator():
                stored = getattr(row, field)
                looked_at += 1
                if not stored.storage.exists(stored.name):
                    lost += 1
                    self.stdout.write(f"lost: {stored.name} of {model.__name__} {row.pk}")
        self.stdout.write(f"files: {looked_at - lost} of {looked_at} are there")
        if lost:
            sys.exit(1)
