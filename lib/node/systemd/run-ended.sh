#!/usr/bin/env bash
# Called by systemd each time a runner has ended. A run that is over must not begin again with the next boot; one that was
# killed, or stopped because the node goes down, must.
set -Eeuo pipefail

run_id=$1
code=${EXIT_CODE:-} status=${EXIT_STATUS:-}
if [[ $code == exited && ($status == 0 || $status == 1 || $status == 2) ]] ||
  [[ -e /var/lib/serving-compare/runs/$run_id/cancelled ]]; then
  systemctl --quiet disable "serving-compare-run@$run_id.service"
fi
# The runner leaves this file when results and logs are in the bucket and the node should end.
if [[ -e /var/lib/serving-compare/runs/$run_id/end-node ]]; then
  systemctl --no-block poweroff
fi
