#!/usr/bin/env bash
# Prints the state of the serving and the node's resource use in a window, as one line of JSON.
# shellcheck disable=SC2154 # SSM sets the parameters
set -Eeuo pipefail
# shellcheck source=lib/aws/node/commands/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

begin
if [[ -r /run/serving-compare/serving.env ]]; then
  SERVING=$(sed -n 's/^SERVING=//p' /run/serving-compare/serving.env)
  export SERVING
fi
exec "$NODE" "$HOME_DIR/bin/typescript.js" "$HOME_DIR/lib/aws/node/inspect/main.ts" --from "$SSM_FromMs" --to "$SSM_ToMs" --parts "$SSM_Parts"
