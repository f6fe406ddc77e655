#!/bin/sh
# Brings both databases of Temporal to the schema of this version; does nothing when they are there already.
set -eu

for store in temporal visibility; do
  database=temporal
  [ "$store" = temporal ] || database=temporal_visibility
  tool="temporal-sql-tool --plugin postgres12 --ep postgres -p 5432 -u temporal --db $database"
  # Writes version 0.0 on the first run and fails on every later one, which is no fault.
  $tool setup-schema -v 0.0 || echo "$database has a schema already"
  $tool update-schema -d "/etc/temporal/schema/postgresql/v12/$store/versioned"
done
