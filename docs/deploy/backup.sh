#!/bin/sh
# One whole backup: backup.sh FOLDER
#
# The server is named by libpq's variables (PGHOST, PGPORT, PGUSER, PGPASSWORD); the role needs
# REPLICATION. MEDIA_ROOT is copied when it is set. EPOCH_FILE is never part of a backup: it is
# what tells a restored database from the live one. Set archive_command, too, where an hour between
# two backups is too much to lose.
set -eu
folder=$1/$(date -u +%Y%m%dT%H%M%SZ)
mkdir -p "$folder"
pg_basebackup --pgdata="$folder/postgres" --wal-method=stream --checkpoint=fast --no-password
pg_verifybackup --quiet "$folder/postgres"
# Files come first into the desk and then into the database, so that copying them afterwards misses
# none that the backup knows. They never change: what an earlier backup has could be linked.
if [ -n "${MEDIA_ROOT:-}" ] && [ -d "$MEDIA_ROOT" ]; then cp -a "$MEDIA_ROOT" "$folder/media"; fi
echo "$folder"
