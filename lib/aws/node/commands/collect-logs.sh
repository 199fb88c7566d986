#!/usr/bin/env bash
# Copies the logs of the node to the results bucket, below the run.
# shellcheck disable=SC2154 # SSM sets the parameters
set -Eeuo pipefail
# shellcheck source=lib/aws/node/commands/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

begin
run_id=$SSM_RunId
run=$(run_folder "$run_id")

prefix=runs/$run_id/pair-$SC_PAIR/logs/$SC_ROLE/
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# keep NAME COMMAND…: stores the compressed output of a command. If it fails, the output says so and the collection goes on.
keep() {
  local name=$1
  shift
  { "$@" 2>&1 || echo "($1 ended with exit code $?)"; } | gzip -n >"$folder/$name.gz"
}

keep journal.txt journalctl --no-pager --output short-iso-precise --lines 200000 --unit 'serving-compare-*'
keep units.txt systemctl status --no-pager --full --lines 0 'serving-compare-*'
keep dmesg.txt sh -c 'dmesg | tail -n 2000'
for file in /var/log/serving-compare-bootstrap.log /var/log/cloud-init.log /var/log/cloud-init-output.log \
  /var/lib/serving-compare/samples.jsonl "$run/request.env" "$run/status.json"; do
  if [[ -r $file ]]; then keep "${file##*/}" cat "$file"; fi
done
if command -v nvidia-smi >/dev/null; then keep nvidia-smi.txt nvidia-smi -q; fi
if [[ $SC_ROLE == serving && $SC_RUNTIME == container ]]; then
  keep docker.txt sh -c 'docker version; docker images --digests; docker ps --all'
fi

aws s3 cp --only-show-errors --recursive "$folder" "s3://$SC_BUCKET/$prefix" >&2 ||
  fail 1 "the logs could not be copied to s3://$SC_BUCKET/$prefix"
printf '{"bucket":"%s","prefix":"%s","files":%d}\n' "$SC_BUCKET" "$prefix" "$(find "$folder" -type f | wc -l)"
