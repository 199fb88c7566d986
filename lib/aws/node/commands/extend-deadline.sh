#!/usr/bin/env bash
# Changes the time at which the node ends itself.
# shellcheck disable=SC2154 # SSM sets the parameters
set -Eeuo pipefail
# shellcheck source=lib/aws/node/commands/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

begin
printf '%s\n' "$SSM_DeadlineSeconds" >/etc/serving-compare/deadline.unfinished
mv -f /etc/serving-compare/deadline.unfinished /etc/serving-compare/deadline
printf '{"deadlineSeconds":%d}\n' "$SSM_DeadlineSeconds"
