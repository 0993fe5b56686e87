#!/bin/sh
# PostgreSQL's two roles and the database: one role owns the tables, the other serves pages (docs/operate.md). Run again, it
# makes what is missing, and both passwords are what is said now.
# PostgreSQL writes statements that fail into its log, with names and mail addresses in them: here it leaves them out.
set -eu
psql --quiet --set=ON_ERROR_STOP=1 --username="${POSTGRES_USER:-postgres}" --dbname=postgres \
  --set=owner="$OWNER_PASSWORD" --set=web="$WEB_PASSWORD" <<'SQL'
SELECT 'CREATE ROLE trustapp_owner' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'trustapp_owner') \gexec
SELECT 'CREATE ROLE trustapp_web' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'trustapp_web') \gexec
ALTER ROLE trustapp_owner LOGIN PASSWORD :'owner';
ALTER ROLE trustapp_web LOGIN PASSWORD :'web';
SELECT 'CREATE DATABASE trustapp OWNER trustapp_owner'
  WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'trustapp') \gexec
ALTER DATABASE trustapp SET log_min_error_statement = 'panic';
ALTER DATABASE trustapp SET log_error_verbosity = 'terse';
SQL
# In a container the superuser was given a password, which nobody needs: without one it is reached from inside only.
if [ -n "${POSTGRES_PASSWORD:-}" ]; then
  psql --set=ON_ERROR_STOP=1 --username="${POSTGRES_USER:-postgres}" --dbname=postgres \
    --command='ALTER ROLE CURRENT_USER PASSWORD NULL'
fi
echo "The roles trustapp_owner and trustapp_web and the database trustapp are there."
