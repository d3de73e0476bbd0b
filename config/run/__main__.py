"""The entry of `make run`."""

import os
import sys

from config.run.supervisor import Supervisor

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

if __name__ == "__main__":
    sys.exit(Supervisor().run())
