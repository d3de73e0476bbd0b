"""Serves the few files that the pages need out of the installed npm packages, and no others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.contrib.staticfiles.utils import matches_patterns
from django.core.checks import CheckMessage, Error
from django.core.files.storage import FileSystemStorage

# Address below /static/ → file below node_modules/. What a style sheet names must be here too.
FILES = {
    "vendor/tabler/tabler.min.css": "@tabler/core/dist/css/tabler.min.css",
    "vendor/tabler/tabler.min.css.map": "@tabler/core/dist/css/tabler.min.css.map",
    "vendor/tabler/tabler.min.js": "@tabler/core/dist/js/tabler.min.js",
    "vendor/tabler/tabler.min.js.map": "@tabler/core/dist/js/tabler.min.js.map",
    "vendor/icons/tabler-icons.min.css": "@tabler/icons-webfont/dist/tabler-icons.min.css",
    "vendor/icons/fonts/tabler-icons.woff2": "@tabler/icons-webfont/dist/fonts/tabler-icons.woff2",
    "vendor/icons/fonts/tabler-icons.woff": "@tabler/icons-webfont/dist/fonts/tabler-icons.woff",
    "vendor/icons/fonts/tabler-icons.ttf": "@tabler/icons-webfont/dist/fonts/tabler-icons.ttf",
    "vendor/htmx/htmx.min.js": "htmx.org/dist/htmx.min.js",
    "vendor/echarts/echarts.min.js": "echarts/dist/echarts.min.js",
    "vendor/inter/inter.css": "@fontsource-variable/inter/index.css",
}
FILES |= {
    f"vendor/inter/files/inter-{script}-wght-normal.woff2": (
        f"@fontsource-variable/inter/files/inter-{script}-wght-normal.woff2"
    )
    for script in (
        "cyrillic", "cyrillic-ext", "greek", "greek-ext", "latin", "latin-ext", "vietnamese",
    )
}  # fmt: skip


class PackageFinder(BaseFinder):
    """Finds the files listed in FILES."""

    def __init__(self, app_names: Any = None, *args: Any, **kwargs: Any) -> None:
        self.root = Path(settings.BASE_DIR) / "node_modules"
        self.storage = _RenamingStorage(location=self.root)
        super().__init__(*args, **kwargs)

    def check(self, **kwargs: Any) -> list[CheckMessage]:
        missing = [source for source in FILES.values() if not (self.root / source).is_file()]
        if not missing:
            return []
        text = f"{len(missing)} front-end files are not installed, {missing[0]} among them."
        return [Error(text, hint="Run make setup.", id="lastcall.E001")]

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        source = FILES.get(path)
        if source is None or not (self.root / source).is_file():
            return []  # what Django's own finders say for "not here"
        found = str(self.root / source)
        return [found] if find_all or kwargs.get("all") else found

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, Any]]:
        for path in FILES:
            if not matches_patterns(path, list(ignore_patterns or ())):
                yield path, self.storage


class _RenamingStorage(FileSystemStorage):
    """Opens the package's file under the name that the pages use."""

    prefix = ""

    def path(self, name: str) -> str:
        return super().path(FILES.get(name, name))
