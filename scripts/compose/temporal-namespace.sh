#!/bin/sh
# The namespace with a week of history and the four search attributes, made once.
set -eu

namespace=postaura
attempt=0
until temporal operator cluster health >/dev/null 2>&1; do
  attempt=$((attempt + 1))
  [ "$attempt" -lt 60 ] || { echo 'Temporal did not become healthy within two minutes'; exit 1; }
  sleep 2
done

temporal operator namespace describe -n "$namespace" >/dev/null 2>&1 ||
  temporal operator namespace create -n "$namespace" --retention 7d

attributes=$(temporal operator search-attribute list -n "$namespace")
for pair in WorkspaceId=Keyword CampaignId=Keyword PostId=Keyword Network=KeywordList; do
  name=${pair%=*}
  echo "$attributes" | grep -qw "$name" ||
    temporal operator search-attribute create -n "$namespace" --name "$name" --type "${pair#*=}"
done
