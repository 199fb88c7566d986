#!/usr/bin/env bash
# Starts the serving that runs, or ran last, anew and returns when it is ready. Exit codes as those of start-serving.sh.
set -Eeuo pipefail
# shellcheck source=lib/node/commands/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

begin 5 serving
if [[ ! -r /run/serving-compare/serving.env ]]; then
  fail 5 'nothing was started since this node booted: send StartServing'
fi
SSM_Serving=$(sed -n 's/^SERVING=//p' /run/serving-compare/serving.env)
SSM_Engine=$(sed -n 's/^ENGINE=//p' /run/serving-compare/serving.env)
SSM_DelayMs=$(sed -n 's/^DELAY_MS=//p' /run/serving-compare/serving.env)
export SSM_Serving SSM_Engine SSM_DelayMs
exec "$HOME_DIR/lib/node/commands/start-serving.sh"
