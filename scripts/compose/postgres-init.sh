#!/bin/sh
# Runs once, when the cluster is made: logins for PostAura and for Temporal, none a superuser. PostAura's owner may create roles,
# because its migrations make the narrow ones that every unit of work switches to; the running product has a login of its own,
# which owns nothing and gets from the migrations alone that it may become those roles.
set -eu

psql --set ON_ERROR_STOP=1 --username postgres \
  --set postaura_password="$POSTAURA_PASSWORD" --set postaura_run_password="$POSTAURA_RUN_PASSWORD" \
  --set temporal_password="$TEMPORAL_PASSWORD" <<'SQL'
create role postaura login createrole password :'postaura_password';
create role postaura_run login noinherit password :'postaura_run_password';
create database postaura owner postaura;
create role temporal login password :'temporal_password';
create database temporal owner temporal;
create database temporal_visibility owner temporal;
SQL
