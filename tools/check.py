"""Everything that can be said about the code without running its tests; `make check`."""

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = ROOT / ".venv" / "bin"
# The same whatever stands in the person's .env; nothing here needs a server.
SETTINGS = {
    "LASTCALL_ENV_FILE": os.devnull,
    "DJANGO_SETTINGS_MODULE": "config.settings",
    "DEBUG": "1",
    "SANDBOX": "1",
    "DATABASE_URL": "postgres://nobody@127.0.0.1:1/none",
    "REDIS_URL": "redis://127.0.0.1:1/0",
}
PRODUCTION = {
    "DEBUG": "0",
    "SANDBOX": "0",
    "SECRET_KEY": "x9" * 30 + "-_()" + "abcdefghijklmnop",
    "ALLOWED_HOSTS": "desk.example.com",
}
CHECKS = {
    "types": [BIN / "mypy"],
    "style": [BIN / "ruff", "check", "."],
    "format": [BIN / "ruff", "format", "--check", "."],
    "imports": [BIN / "lint-imports", "--no-cache"],
    "django": [BIN / "python", "manage.py", "check", "--fail-level", "WARNING"],
    "production": [BIN / "python", "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
    "migrations": [BIN / "python", "-W", "ignore::RuntimeWarning", "manage.py", "makemigrations",
                   "--check", "--dry-run"],
    "templates": [BIN / "python", "tools/compile_templates.py"],
}  # fmt: skip


def run_check(name):
    environment = {**os.environ, **SETTINGS, **(PRODUCTION if name == "production" else {})}
    started = time.monotonic()
    answer = subprocess.run(
        [str(part) for part in CHECKS[name]],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    return name, answer, time.monotonic() - started


def main():
    failed = []
    with ThreadPoolExecutor(max_workers=os.cpu_count() or 2) as pool:
        for name, answer, seconds in pool.map(run_check, CHECKS):
            print(f"{name:<11} {'ok' if answer.returncode == 0 else 'FAILED':<7} {seconds:5.1f} s")
            if answer.returncode:
                failed.append(name)
                print(answer.stdout + answer.stderr, flush=True)
    if failed:
        print(f"make check: {', '.join(failed)} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
