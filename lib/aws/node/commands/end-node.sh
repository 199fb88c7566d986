#!/usr/bin/env bash
# Copies the logs of the node to the results bucket, below the run, and powers off the node, which terminates it. It is powered
# off even if the logs cannot be copied, so that it costs no more.
set -Eeuo pipefail
# shellcheck source=lib/aws/node/commands/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

begin
bash "$HOME_DIR/lib/aws/node/commands/collect-logs.sh" >&2 || echo 'the logs could not be copied' >&2
# Delayed, so that the agent can send the answer before it is stopped.
systemd-run --quiet --on-active=5s --timer-property=AccuracySec=1s systemctl poweroff
printf '{"state":"ending"}\n'
