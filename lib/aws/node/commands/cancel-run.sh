#!/usr/bin/env bash
# Ends a run and keeps all finished measurements. Exit code 1: this node has no such run.
# shellcheck disable=SC2154 # SSM sets the parameters
set -Eeuo pipefail
# shellcheck source=lib/aws/node/commands/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

begin
run_id=$SSM_RunId

unit=$(run_unit "$run_id")
folder=$(run_folder "$run_id")
if [[ ! -d $folder ]]; then
  known=$(find "$(run_folder .)" -mindepth 1 -maxdepth 1 -type d -printf '%f ' 2>/dev/null || true)
  fail 1 "this node has no run $run_id; it has: ${known:-none}"
fi
# A run that has ended is left as it is.
before=$(unit_state "$unit")
if [[ $before != inactive ]] || systemctl --quiet is-enabled "$unit" 2>/dev/null; then
  # The marker comes first: it tells the runner and its unit that the run must not be resumed.
  date +%s >"$folder/cancelled"
  systemctl --quiet disable "$unit"
  systemctl stop "$unit"
  systemctl reset-failed "$unit" 2>/dev/null || true
fi
printf '{"runId":"%s","unit":"%s","before":"%s","state":"%s"}\n' "$run_id" "$unit" "$before" "$(unit_state "$unit")"
