#!/bin/sh
# Makes the two roles and the database: the owner, who may change tables, and the application, which may only sign in
# (what it may do inside the tables is granted by `manage.py migrate`, see bodies/privileges.py).
#
# The postgres image runs this once, when its data folder is empty. It may be run again at any time, also by hand as
# the superuser of a server of one's own: it makes what is missing and sets the passwords to those of the environment.
#
# Reads: DATABASE_OWNER_PASSWORD, DATABASE_APP_PASSWORD; POSTGRES_USER (the superuser, whom to sign in as);
# DATABASE_OWNER, DATABASE_APP, DATABASE_NAME (owner, app, lang_nghe); libpq's own PGHOST, PGPORT, PGPASSWORD.

# In brackets, because the image reads this file into its own shell where a copy has lost its x permission.
(
set -eu

for name in DATABASE_OWNER_PASSWORD DATABASE_APP_PASSWORD; do
    case $(printenv "$name") in
    '' | change-me*)
        echo "$name is empty or still the placeholder of .env.example. Put in a password of your own (docs/deploy.md)." >&2
        exit 1
        ;;
    esac
done

export DATABASE_OWNER="${DATABASE_OWNER:-owner}" DATABASE_APP="${DATABASE_APP:-app}" DATABASE_NAME="${DATABASE_NAME:-lang_nghe}"

# Passwords come through the environment and never onto a command line, which everybody on the machine can read.
psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --username "${POSTGRES_USER:-postgres}" --dbname postgres <<'SQL'
\getenv owner DATABASE_OWNER
\getenv owner_password DATABASE_OWNER_PASSWORD
\getenv app DATABASE_APP
\getenv app_password DATABASE_APP_PASSWORD
\getenv database DATABASE_NAME
\getenv image_password POSTGRES_PASSWORD

SELECT format('CREATE ROLE %I', name) FROM unnest(ARRAY[:'owner', :'app']) AS name
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) \gexec
ALTER ROLE :"owner" LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD :'owner_password';
ALTER ROLE :"app" LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD :'app_password';
-- A process that hangs in the middle of a piece of work must not hold up everybody else for longer than this.
ALTER ROLE :"app" SET idle_in_transaction_session_timeout = '60s';

-- The order of letters and upper and lower case come with PostgreSQL itself, so a new machine cannot change them.
SELECT format(
    'CREATE DATABASE %I OWNER %I TEMPLATE template0 ENCODING ''UTF8'' LOCALE ''C'' LOCALE_PROVIDER builtin'
    ' BUILTIN_LOCALE ''PG_UNICODE_FAST''', :'database', :'owner')
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'database') \gexec
REVOKE ALL ON DATABASE :"database" FROM PUBLIC;
GRANT CONNECT, TEMPORARY ON DATABASE :"database" TO :"app";

-- The image wants a password for its superuser. Without one he can only come in from inside the container.
\if :{?image_password}
ALTER ROLE CURRENT_USER PASSWORD NULL;
\endif
SQL
)
