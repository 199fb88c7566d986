#!/usr/bin/env bash
# Stops what serves, starts one serving and returns when it is ready. Exit codes: 3 not ready in time, 4 it died, 5 it
# cannot be started here.
# shellcheck disable=SC2154 # the parameters, which SSM gives
set -Eeuo pipefail
# shellcheck source=lib/node/commands/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

begin
SERVING=$SSM_Serving ENGINE=$SSM_Engine
mkdir -p /run/serving-compare
printf 'SERVING=%s\nENGINE=%s\nDELAY_MS=%s\n' "$SERVING" "$ENGINE" "$SSM_DelayMs" >/run/serving-compare/serving.env.unfinished
mv -f /run/serving-compare/serving.env.unfinished /run/serving-compare/serving.env
export SERVING ENGINE
exec node "$HOME_DIR/lib/node/serving/start.ts"
