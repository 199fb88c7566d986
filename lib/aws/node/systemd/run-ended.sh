#!/usr/bin/env bash
# systemd calls this each time a runner has ended. A run that is over or cancelled must not start again at the next boot; a run
# whose runner was killed, or stopped because the node shuts down, must.
set -Eeuo pipefail

run_id=$1
code=${EXIT_CODE:-} status=${EXIT_STATUS:-}
if [[ $code == exited && ($status == 0 || $status == 1 || $status == 2) ]] ||
  [[ -e /var/lib/serving-compare/runs/$run_id/cancelled ]]; then
  systemctl --quiet disable "serving-compare-run@$run_id.service"
fi
# The runner creates this file if the node should end, once results and logs are in the bucket.
if [[ -e /var/lib/serving-compare/runs/$run_id/end-node ]]; then
  systemctl --no-block poweroff
fi
