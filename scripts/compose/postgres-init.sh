#!/bin/sh
# Runs once, when the cluster is made: two logins, each with its own databases, neither a superuser. PostAura's may create
# roles, because its migrations make the narrow ones that every unit of work switches to.
set -eu

psql --set ON_ERROR_STOP=1 --username postgres \
  --set postaura_password="$POSTAURA_PASSWORD" --set temporal_password="$TEMPORAL_PASSWORD" <<'SQL'
create role postaura login createrole password :'postaura_password';
create database postaura owner postaura;
create role temporal login password :'temporal_password';
create database temporal owner temporal;
create database temporal_visibility owner temporal;
SQL
