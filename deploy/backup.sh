#!/bin/sh
# Makes one backup: a folder named after the minute it began (2026-11-21T0200), with the database, the files, and
# their sums. It appears under its name only when it is whole; backups that are no longer needed are then removed.
# The keys in .env are not part of it, on purpose: who finds a backup must not be able to read who petitioned.
#
# Reads: PGHOST, PGDATABASE, PGUSER (the owner), PGPASSWORD; MEDIA_ROOT; BACKUP_ROOT;
# KEEP_DAYS, KEEP_WEEKS, KEEP_MONTHS: for how many days, weeks and months the last backup of each is kept (7, 5, 12).
set -eu
umask 077
: "${PGDATABASE:?}" "${MEDIA_ROOT:?}" "${BACKUP_ROOT:?}"

exec 9>"$BACKUP_ROOT/.lock"
flock --nonblock 9 || { echo "Another backup is still running." >&2; exit 1; }

name=$(date +%Y-%m-%dT%H%M)
work="$BACKUP_ROOT/.unfinished"
if [ -e "$BACKUP_ROOT/$name" ]; then echo "There is a backup $name already." >&2; exit 1; fi
rm -rf "$work"
mkdir "$work"

# The database first: every file that a row of it names is there already when the files are read after it.
pg_dump --no-password --format=custom --lock-wait-timeout=60000 --file="$work/database.dump"
# 1: a file changed while it was read. Files of the product never change; what can is one that is only being uploaded.
tar --create --file="$work/media.tar" --directory="$MEDIA_ROOT" . || [ $? -eq 1 ]

pg_restore --list "$work/database.dump" >"$work/contents.txt"
tar --list --file="$work/media.tar" >/dev/null
(cd "$work" && sha256sum database.dump media.tar >SHA256SUMS)
sync "$work"/*
mv "$work" "$BACKUP_ROOT/$name"

# Newest first; a backup is kept if it is the newest of one of the last days, weeks or months that have one.
days=0 weeks=0 months=0 day='' week='' month='' kept=0
for path in $(printf '%s\n' "$BACKUP_ROOT"/20??-??-??T???? | sort -r); do
    this=${path##*/} keep=
    this_day=${this%T*} this_month=${this%-*} this_week=$(date --date="${this%T*}" +%G-%V)
    if [ "$this_day" != "$day" ] && [ "$days" -lt "${KEEP_DAYS:-7}" ]; then keep=1 days=$((days + 1)); fi
    if [ "$this_week" != "$week" ] && [ "$weeks" -lt "${KEEP_WEEKS:-5}" ]; then keep=1 weeks=$((weeks + 1)); fi
    if [ "$this_month" != "$month" ] && [ "$months" -lt "${KEEP_MONTHS:-12}" ]; then keep=1 months=$((months + 1)); fi
    day=$this_day week=$this_week month=$this_month
    if [ -n "$keep" ]; then kept=$((kept + 1)); else rm -rf "$path"; fi
done

size=$(du -sh "$BACKUP_ROOT/$name" | cut -f1)
echo "Backup $name made, $size; $kept kept."
