#!/bin/sh
# PostgreSQL's two roles and the database, made once: one owns the tables, the other serves pages (docs/operate.md).
set -eu
psql --set=ON_ERROR_STOP=1 --username="${POSTGRES_USER:-postgres}" --dbname=postgres \
  --set=owner="$OWNER_PASSWORD" --set=web="$WEB_PASSWORD" <<'SQL'
CREATE ROLE trustapp_owner LOGIN PASSWORD :'owner';
CREATE ROLE trustapp_web LOGIN PASSWORD :'web';
CREATE DATABASE trustapp OWNER trustapp_owner;
SQL
