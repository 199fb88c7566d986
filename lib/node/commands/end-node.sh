#!/usr/bin/env bash
# Copies the logs of the node to the results bucket, below the run, and ends the node, which terminates it. Logs that cannot
# be copied are no reason to pay for the node any longer.
set -Eeuo pipefail
# shellcheck source=lib/node/commands/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

begin
bash "$HOME_DIR/lib/node/commands/collect-logs.sh" >&2 || echo 'the logs could not be copied' >&2
# Later than now, so that the answer is on its way before the agent is stopped.
systemd-run --quiet --on-active=5s --timer-property=AccuracySec=1s systemctl poweroff
printf '{"state":"ending"}\n'
