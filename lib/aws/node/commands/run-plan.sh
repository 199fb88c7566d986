#!/usr/bin/env bash
# Starts the runner of a plan, or resumes an unfinished run, and returns. The runner is a systemd unit, so it outlives this
# script, the agent and the operator's connection. Exit code 1: it did not start.
# shellcheck disable=SC2154 # SSM sets the parameters
set -Eeuo pipefail
# shellcheck source=lib/aws/node/commands/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

begin
run_id=$SSM_RunId
unit=$(run_unit "$run_id")
folder=$(run_folder "$run_id")
request=$folder/request.env

# Without a lock, two of these at once would both find that no run is active.
mkdir -p /run/serving-compare
exec 9>/run/serving-compare/run-plan.lock
flock --wait 30 9 || fail 1 'another RunPlan is running on this node: send the command again later'

active=$(systemctl list-units --plain --no-legend --state active,activating,reloading,deactivating \
  'serving-compare-run@*.service' | awk '{ print $1 }')
for other in $active; do
  if [[ $other != "$unit" ]]; then
    other=${other#serving-compare-run@}
    fail 1 "the run ${other%.service} is running on this node: wait until it ends, or cancel it (CancelRun)"
  fi
done

mkdir -p "$folder"
# The characters that the document allows have no special meaning in double quotes.
requested=$(printf 'SC_RUN_PAIRS="%s"\nSC_RUN_OPTIONS="%s"\nSC_RUN_END_NODES="%s"\n' \
  "$SSM_Pairs" "$SSM_Options" "$SSM_EndNodes")

if [[ -n $active ]]; then
  if [[ $(cat "$request" 2>/dev/null) != "$requested" ]]; then
    fail 1 "the run $run_id is running with other parameters: cancel it first (CancelRun)"
  fi
else
  printf '%s\n' "$requested" >"$request.unfinished"
  mv -f "$request.unfinished" "$request"
  rm -f "$folder/cancelled" "$folder/end-node"
  systemctl reset-failed "$unit" 2>/dev/null || true
  # Enabled, so that the run continues after a reboot; run-ended.sh disables it when the run is over.
  systemctl --quiet enable "$unit"
  systemctl start "$unit" || true
fi

# Wait for the runner's first status, which tells everything from then on, or for the end of a runner that cannot run.
state=$(unit_state "$unit")
for ((tries = 0; tries < 40; tries++)); do
  if [[ $state == failed || $state == inactive || $folder/status.json -nt $request ]]; then break; fi
  sleep 0.25
  state=$(unit_state "$unit")
done
if [[ $state == failed ]]; then
  last_lines "$unit" >&2
  fail 1 "the runner of $run_id ended at once; its last lines are above"
fi
printf '{"runId":"%s","unit":"%s","state":"%s"}\n' "$run_id" "$unit" "$state"
