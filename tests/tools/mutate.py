"""Take each promise's mechanism out and see its test red: `make mutations [PROMISE=G7]`.

tests/mutations.toml says what is taken out and which test must notice. All happens in a copy of
the working tree, one test at a time; the caller's files are only read. First every named test must
pass as the code stands. Then an assertion must fail: an error while collecting or preparing is no
catch, and neither is a test that did not run. Exits with 1 while a mutation is not caught.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from xml.etree import ElementTree

from tests.tools.mutations import ROOT, Mutation, read_mutations

SHARED = (".venv", "node_modules", ".data/test-template")  # the copy links to them
MOST_S = 400.0  # for one test
ASSERTIONS = ("assert", "AssertionError", "Failed: ")  # the last is pytest.raises and pytest.fail


@contextmanager
def copy_tree() -> Iterator[Path]:
    """A copy of what git knows or would take, with links to what is large and not changed."""
    (ROOT / SHARED[-1]).mkdir(parents=True, exist_ok=True)
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listing, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    with tempfile.TemporaryDirectory(prefix="lastcall-mutations-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # PostgreSQL may run as another user
        for file in filter(None, names.split("\0")):
            if (ROOT / file).is_file() and file not in SHARED:
                (folder / file).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / file, folder / file)
        for link in SHARED:
            (folder / link).parent.mkdir(parents=True, exist_ok=True)
            (folder / link).symlink_to((ROOT / link).resolve())
        yield folder


@contextmanager
def start_servers() -> Iterator[dict[str, str]]:
    """An environment with one PostgreSQL and Redis for all runs: the caller's or throwaway ones."""
    if os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL"):
        yield dict(os.environ)
        return
    from config.embedded import Servers

    servers = Servers.make_throwaway(ROOT / SHARED[-1])
    try:
        found = servers.start()
        yield {**os.environ, "DATABASE_URL": found.database_url, "REDIS_URL": found.redis_url}
    finally:
        servers.remove()


def run_tests(tests: Sequence[str], folder: Path, env: dict[str, str], *database: str) -> int:
    """Run them below `folder`, their report in report.xml; returns pytest's exit code.

    `database` are pytest-django's options for it.
    """
    command = [".venv/bin/python", "-m", "pytest", "-q", "-x", *database, "--junitxml=report.xml"]
    (folder / "report.xml").unlink(missing_ok=True)
    with (folder / "output.txt").open("w") as output:
        run = subprocess.Popen(
            [*command, *tests], cwd=folder, env=env, stdout=output, stderr=output
        )
        try:
            return run.wait(MOST_S + 20 * len(tests))
        except BaseException:  # too long, or Ctrl-C: the test ends what it started
            run.send_signal(signal.SIGINT)
            run.wait(60)
            raise


def read_failure(folder: Path) -> tuple[str, str]:
    """The failed assertion's first line and all its words; empty when none failed."""
    report = folder / "report.xml"
    for failure in ElementTree.parse(report).iter("failure") if report.exists() else ():
        message = failure.get("message", "")
        if message.startswith(ASSERTIONS):
            return message.splitlines()[0], f"{message}\n{failure.text}"
    return "", ""


def try_mutation(mutation: Mutation, folder: Path, env: dict[str, str]) -> tuple[bool, str]:
    """Say whether the test caught it, and what it said."""
    # A changed migration gets a database of its own, which goes with it.
    database = [] if "/migrations/" in mutation.file else ["--reuse-db"]
    text = mutation.apply(folder)
    try:
        code = run_tests([mutation.test], folder, env, *database)
    except subprocess.TimeoutExpired:
        return False, "it did not end"
    finally:
        mutation.write(folder, text)
    line, words = read_failure(folder)
    if not line:
        output = (folder / "output.txt").read_text("utf-8", "replace").splitlines()
        told = [one for one in output if one.startswith(("FAILED tests", "ERROR tests"))]
        words = " ".join(told or output[-1:])
        return False, f"no assertion failed (pytest's code is {code}): {words}"
    said = " ".join(mutation.says.split()) in " ".join(words.split())
    return said, line if said else f"it says something else: {line}"


def main(arguments: Sequence[str]) -> int:
    wanted = [m for m in read_mutations() if not arguments or m.promise in arguments]
    missed = 0 if wanted else 1
    with copy_tree() as folder, start_servers() as env:
        tests = list(dict.fromkeys(m.test for m in wanted))
        if wanted and run_tests(tests, folder, env, "--reuse-db", "--create-db"):
            print((folder / "output.txt").read_text("utf-8", "replace"))
            return 1
        for mutation in wanted:
            began = time.monotonic()
            caught, words = try_mutation(mutation, folder, env)
            missed += not caught
            state = "red" if caught else "NOT CAUGHT"
            print(f"{mutation.promise:<4} {state:<10} {time.monotonic() - began:4.0f} s", end="  ")
            print(mutation.out, mutation.test, words[:300], sep=f"\n{'':23}", flush=True)
    print(f"{len(wanted)} mutations, {missed} not caught")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
