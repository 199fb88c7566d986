#!/usr/bin/env bash
# Kills or pauses the busiest process of the serving at a given time, and prints when that happened as one line of JSON.
# shellcheck disable=SC2154 # SSM sets the parameters
set -Eeuo pipefail
# shellcheck source=lib/aws/node/commands/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

begin
ENGINE=$(sed -n 's/^ENGINE=//p' /run/serving-compare/serving.env)
export ENGINE FAULT=$SSM_Fault AT_MS=$SSM_AtMs FOR_MS=$SSM_ForMs
exec "$NODE" "$HOME_DIR/bin/serving-compare.js" node-disturb
