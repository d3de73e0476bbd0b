"""The front-end packages' files: few, found, and complete."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders

from config.frontend import FILES, PackageFinder

ROOT = Path(__file__).resolve().parents[2]


def test_every_listed_file_is_installed():
    assert PackageFinder().check() == []


def test_a_page_finds_them_and_nothing_else_of_the_packages():
    found = finders.find("vendor/tabler/tabler.min.css")
    assert Path(found).name == "tabler.min.css"
    assert finders.find("vendor/tabler/tabler.css") is None
    assert finders.find("@tabler/core/package.json") is None


def test_listing_gives_the_listed_files():
    listed = {path: storage.path(path) for path, storage in PackageFinder().list([])}
    assert set(listed) == set(FILES)
    assert all(Path(path).is_file() for path in listed.values())


@pytest.mark.slow
def test_production_finds_whatever_a_style_sheet_names(tmp_path):
    """collectstatic renames every file by its content and fails on a reference to none."""
    environment = {**os.environ, "DEBUG": "0", "SANDBOX": "0", "STATIC_ROOT": str(tmp_path)}
    environment["ALLOWED_HOSTS"] = "desk.example.com"
    command = [sys.executable, "manage.py", "collectstatic", "--noinput", "-v0"]
    answer = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert answer.returncode == 0, answer.stderr[-2000:]
    assert (tmp_path / "staticfiles.json").exists()
