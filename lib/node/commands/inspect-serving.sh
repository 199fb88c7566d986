#!/usr/bin/env bash
# Prints the state of the serving and what the node used between two moments, as one line of JSON.
set -Eeuo pipefail
# shellcheck source=lib/node/commands/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

begin 5 serving
from=$(parameter 5 FromMs '^([0-9]{13})?$')
to=$(parameter 5 ToMs '^([0-9]{13})?$')
if [[ -r /run/serving-compare/serving.env ]]; then
  SERVING=$(sed -n 's/^SERVING=//p' /run/serving-compare/serving.env)
  export SERVING
fi
exec node "$HOME_DIR/lib/node/inspect/main.ts" --from "$from" --to "$to"
