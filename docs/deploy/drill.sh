#!/bin/sh
# Is a restored backup whole? drill.sh, with DATABASE_URL and MEDIA_ROOT of the restored desk.
#
# Reads only. Exits with 1 at the first thing that is missing. Run it in the checkout, on a machine
# with no way to your mail server, before any worker is started.
set -eu
python=${PYTHON:-.venv/bin/python}
"$python" manage.py migrate --check >/dev/null || { echo "migrations are missing: is this the right release?"; exit 1; }
echo "migrations: all are applied"
"$python" manage.py verify_history
"$python" manage.py find_lost_files
