#!/usr/bin/env bash
# Stops what serves, starts one serving and returns when it is ready. Exit codes: 3 not ready in time, 4 it died, 5 it
# cannot be started here.
set -Eeuo pipefail
# shellcheck source=lib/node/commands/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

begin 5 serving
SERVING=$(parameter 5 Serving '^[a-z][a-z0-9_]{0,39}$')
ENGINE=$(parameter 5 Engine '^(onnx|noop|delay)$')
DELAY_MS=$(parameter 5 DelayMs '^([1-9][0-9]{0,3})?$')
if [[ $ENGINE == delay && -z $DELAY_MS ]]; then
  fail 5 'the engine delay needs DelayMs'
fi
if [[ $ENGINE != delay && -n $DELAY_MS ]]; then
  fail 5 "the engine $ENGINE takes no DelayMs"
fi
if [[ ",$SC_SERVINGS," != *",$SERVING,"* ]]; then
  fail 5 "the serving \"$SERVING\" is none of this deployment's: $SC_SERVINGS"
fi

mkdir -p /run/serving-compare
printf 'SERVING=%s\nENGINE=%s\nDELAY_MS=%s\n' "$SERVING" "$ENGINE" "$DELAY_MS" >/run/serving-compare/serving.env.unfinished
mv -f /run/serving-compare/serving.env.unfinished /run/serving-compare/serving.env
export SERVING ENGINE
exec node "$HOME_DIR/lib/node/serving/start.ts"
