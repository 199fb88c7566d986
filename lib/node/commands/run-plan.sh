#!/usr/bin/env bash
# Starts the runner of a plan, or resumes an unfinished run, and returns. The runner lives in a systemd unit, so
# that the end of this script, of the agent or of the operator's connection does not end it. Exit code 1: it did not
# start.
# shellcheck disable=SC2154 # the parameters, which SSM gives
set -Eeuo pipefail
# shellcheck source=lib/node/commands/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

begin
run_id=$SSM_RunId
unit=$(run_unit "$run_id")
folder=$(run_folder "$run_id")
request=$folder/request.env

# Two of these at once would both find that nothing runs.
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
# In double quotes, within which the characters that the document allows mean themselves.
wanted=$(printf 'SC_RUN_PAIRS="%s"\nSC_RUN_OPTIONS="%s"\nSC_RUN_END_NODES="%s"\n' \
  "$SSM_Pairs" "$SSM_Options" "$SSM_EndNodes")

if [[ -n $active ]]; then
  if [[ $(cat "$request" 2>/dev/null) != "$wanted" ]]; then
    fail 1 "the run $run_id is running with other parameters: cancel it first (CancelRun)"
  fi
else
  printf '%s\n' "$wanted" >"$request.unfinished"
  mv -f "$request.unfinished" "$request"
  rm -f "$folder/cancelled" "$folder/end-node"
  systemctl reset-failed "$unit" 2>/dev/null || true
  # Enabled, so that a node that restarts goes on with the run; the unit takes that back at its end.
  systemctl --quiet enable "$unit"
  systemctl start "$unit" || true
fi

# The runner's first act is its status; what comes later is told there. One that cannot run at all has ended before.
state=$(unit_state "$unit")
for ((tries = 0; tries < 40; tries++)); do
  if [[ $state == failed || $state == inactive || $folder/status.json -nt $request ]]; then break; fi
  sleep 0.25
  state=$(unit_state "$unit")
done
if [[ $state == failed ]]; then
  last_words "$unit" >&2
  fail 1 "the runner of $run_id ended at once; its last lines are above"
fi
printf '{"runId":"%s","unit":"%s","state":"%s"}\n' "$run_id" "$unit" "$state"
