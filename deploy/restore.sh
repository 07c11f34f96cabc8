#!/bin/sh
# Puts one backup back: restore.sh 2026-11-21T0200 [--over]. Without --over it only fills what is empty; with it, what
# is there is removed first. The database is put back whole or not at all. Stop web, worker and beat before.
# Afterwards `manage.py migrate` gives the application its rights again (docker compose up -d does that by itself).
#
# Reads: PGHOST, PGDATABASE, PGUSER (the owner), PGPASSWORD; MEDIA_ROOT; BACKUP_ROOT.
set -eu
: "${PGDATABASE:?}" "${MEDIA_ROOT:?}" "${BACKUP_ROOT:?}"

trouble() {
    echo "$1" >&2
    exit 1
}
sql() { psql --no-psqlrc --no-password --quiet --set ON_ERROR_STOP=1 "$@"; }

if [ -z "${1:-}" ] || [ ! -f "$BACKUP_ROOT/$1/SHA256SUMS" ]; then
    echo "Say which backup. There are:" >&2
    ls "$BACKUP_ROOT" >&2
    exit 2
fi
backup="$BACKUP_ROOT/$1"
(cd "$backup" && sha256sum --quiet --check SHA256SUMS) || trouble "This backup is damaged. Take another one."

if [ "${2:-}" != --over ]; then
    tables=$(sql --tuples-only --no-align --command "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")
    [ "$tables" -eq 0 ] || trouble "The database is not empty ($tables tables). To replace what is there add --over."
    [ -z "$(ls -A "$MEDIA_ROOT")" ] || trouble "There are files in $MEDIA_ROOT. To replace what is there add --over."
fi

# COMMIT is only sent after the last line of the backup, so a break anywhere before leaves everything as it was.
{
    echo "BEGIN; SET LOCAL lock_timeout = '10s'; SET client_min_messages = warning; DROP SCHEMA public CASCADE; CREATE SCHEMA public;"
    if pg_restore --no-owner --no-privileges --file=- "$backup/database.dump"; then
        echo "COMMIT; SET client_min_messages = error; ANALYZE;"
    else
        echo "DO 'BEGIN RAISE ''The backup could not be read to its end.''; END';"
    fi
} | sql --output=/dev/null ||
    trouble "The database is as it was. (Did it wait for a lock? Stop web, worker and beat, and try again.)"

find "$MEDIA_ROOT" -mindepth 1 -delete
tar --extract --file="$backup/media.tar" --directory="$MEDIA_ROOT" --same-permissions --numeric-owner
echo "Backup $1 is back. Now: docker compose up -d"
