#!/usr/bin/env bash
# Sends one part of the load of a cell, as the job in the results bucket says, and puts result and raw samples beside it.
# Prints one line of JSON. Exit codes: 1 it gave no result, 3 the job came too late to begin with those of other nodes, 5 it
# cannot be run here.
set -Eeuo pipefail
# shellcheck source=lib/node/commands/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

begin 5 load
key=$(parameter 5 JobKey '^runs/[a-z0-9]([a-z0-9-]{0,47}[a-z0-9])?/pair-[1-9][0-9]?/jobs/[a-z0-9][A-Za-z0-9_.-]{0,199}/[1-4]/job[.]json$')
prefix=${key%job.json}
if [[ $prefix != runs/*/pair-$SC_PAIR/jobs/* ]]; then
  fail 5 "this node is of pair $SC_PAIR, and the job is $key"
fi

# Two loads at once would disturb each other.
mkdir -p /run/serving-compare
exec 9>/run/serving-compare/run-load.lock
flock --wait 10 9 || fail 1 'another load is at work on this node'

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
aws s3 cp --only-show-errors "s3://$SC_BUCKET/$key" "$folder/job.json" >&2 ||
  fail 1 "the job cannot be read: s3://$SC_BUCKET/$key"
node bin/serving-compare.js node-load --folder "$folder" >&2
for name in samples.csv.gz result.json; do
  aws s3 cp --only-show-errors "$folder/$name" "s3://$SC_BUCKET/$prefix$name" >&2 ||
    fail 1 "$name cannot be put to s3://$SC_BUCKET/$prefix"
done
printf '{"key":"%sresult.json"}\n' "$prefix"
