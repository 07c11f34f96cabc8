#!/bin/sh
# Starts Valkey with the settings the product counts on. The password reaches it on its standard input: a command line
# can be read by everybody on the machine.
#
# Every task is written down (appendonly) and none is thrown away when memory is short (noeviction). Should all be lost
# nevertheless, nothing is: what has to be done is in the database, and the next round of each task finds it.
#
# Reads: VALKEY_PASSWORD; VALKEY_SERVER, VALKEY_PORT, VALKEY_FOLDER (valkey-server, 6379, /data).
set -eu

case ${VALKEY_PASSWORD:-} in
'' | change-me*)
    echo "VALKEY_PASSWORD is empty or still the placeholder of .env.example. Put in one of your own (docs/deploy.md)." >&2
    exit 1
    ;;
esac

exec "${VALKEY_SERVER:-valkey-server}" - <<CONF
port ${VALKEY_PORT:-6379}
dir ${VALKEY_FOLDER:-/data}
requirepass ${VALKEY_PASSWORD}
appendonly yes
appendfsync everysec
save ""
maxmemory 256mb
maxmemory-policy noeviction
CONF
