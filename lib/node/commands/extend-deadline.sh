#!/usr/bin/env bash
# Moves the moment at which the node ends itself. Exit code 1 where that moment is not allowed.
# shellcheck disable=SC2154 # the parameters, which SSM gives
set -Eeuo pipefail
# shellcheck source=lib/node/commands/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

MAX_HOURS=72
# Nearer than this it could pass before the operator reads the answer.
MIN_SECONDS=60

begin
deadline=$SSM_DeadlineSeconds

now=$(date +%s)
if ((deadline < now + MIN_SECONDS)); then
  fail 1 "$(date -u -d "@$deadline" +%FT%TZ) is past or less than $MIN_SECONDS s ahead: destroy the stack to end the node now"
fi
if ((deadline > now + MAX_HOURS * 3600)); then
  fail 1 "$(date -u -d "@$deadline" +%FT%TZ) is more than $MAX_HOURS hours ahead: extend in steps"
fi

printf '%s\n' "$deadline" >/etc/serving-compare/deadline.unfinished
mv -f /etc/serving-compare/deadline.unfinished /etc/serving-compare/deadline
printf '{"deadlineSeconds":%d,"state":"%s"}\n' "$deadline" "$(unit_state serving-compare-deadline.timer)"
