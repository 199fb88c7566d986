#!/usr/bin/env bash
# Stops the running serving, if any.
set -Eeuo pipefail
# shellcheck source=lib/aws/node/commands/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

begin
unit=serving-compare-serving.service
systemctl stop "$unit"
# Clears the state "failed" of a serving that had died.
systemctl reset-failed "$unit" 2>/dev/null || true
printf '{"state":"%s"}\n' "$(unit_state "$unit")"
