#!/bin/sh
# PostgreSQL's two roles and the database, made once: one owns the tables, the other serves pages (docs/operate.md).
# PostgreSQL writes statements that fail into its log, with names and mail addresses in them: here it leaves them out.
set -eu
psql --set=ON_ERROR_STOP=1 --username="${POSTGRES_USER:-postgres}" --dbname=postgres \
  --set=owner="$OWNER_PASSWORD" --set=web="$WEB_PASSWORD" <<'SQL'
CREATE ROLE trustapp_owner LOGIN PASSWORD :'owner';
CREATE ROLE trustapp_web LOGIN PASSWORD :'web';
CREATE DATABASE trustapp OWNER trustapp_owner;
ALTER DATABASE trustapp SET log_min_error_statement = 'panic';
ALTER DATABASE trustapp SET log_error_verbosity = 'terse';
SQL
# In a container the superuser was given a password, which nobody needs: without one it is reached from inside only.
if [ -n "${POSTGRES_PASSWORD:-}" ]; then
  psql --set=ON_ERROR_STOP=1 --username="${POSTGRES_USER:-postgres}" --dbname=postgres \
    --command='ALTER ROLE CURRENT_USER PASSWORD NULL'
fi
