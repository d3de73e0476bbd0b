"""Write the lock files: the newest allowed versions, for every Python from 3.11 on, with hashes.

No file names a registry: whoever installs uses their own.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OPTIONS = ["--universal", "--python-version", "3.11", "--generate-hashes", "--no-header"]
OPTIONS += ["--no-emit-index-url", "--no-annotate", "--fork-strategy", "fewest", "--quiet"]
FILES = {
    "requirements": [],
    "requirements-dev": ["--constraints", "requirements.lock"],
    # Their programs alone are used, so what their Python modules ask for is left out.
    "requirements-embedded": ["--no-deps"],
    "requirements-node": ["--no-deps"],
}


def main():
    with tempfile.TemporaryDirectory() as scratch:
        subprocess.run([sys.executable, "-m", "venv", scratch], check=True)
        pip = [f"{scratch}/bin/python", "-m", "pip", "install", "--quiet", "uv"]
        subprocess.run(pip, check=True)
        for name, more in FILES.items():
            print(f"locking {name}")
            command = [f"{scratch}/bin/uv", "pip", "compile", *OPTIONS, *more, "--upgrade"]
            files = [f"{name}.in", "--output-file", f"{name}.lock"]
            subprocess.run([*command, *files], cwd=ROOT, check=True)
    npm = ["npm", "install", "--package-lock-only", "--loglevel=error"]
    subprocess.run(npm, cwd=ROOT, check=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
