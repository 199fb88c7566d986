#!/usr/bin/env bash
# Stops the running serving, starts another and returns when it is ready. Exit codes: 3 not ready in time, 4 it died, 5 it
# cannot be started here.
# shellcheck disable=SC2154 # the parameters, which SSM gives
set -Eeuo pipefail
# shellcheck source=lib/node/commands/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

# fetch_model RUN_ID SUM: a user's model of a run, once. SUM is that of the list of the files' sums.
fetch_model() {
  local all=/var/lib/serving-compare/user-models from=s3://$SC_BUCKET/runs/$1/model/
  local folder=$all/$2
  TENSOR_MODEL=$folder/model.json
  if [[ -d $folder ]]; then return; fi
  # Those of earlier runs, and what is left of one that was cut off.
  rm -rf "$all"
  mkdir -p "$all/unfinished"
  aws s3 cp --only-show-errors --recursive "$from" "$all/unfinished" >&2 ||
    fail 5 "the model of the run could not be fetched from $from"
  (cd "$all/unfinished" && echo "$2  SHA256SUMS" | sha256sum --check --quiet && sha256sum --check --quiet SHA256SUMS) >&2 ||
    fail 5 "the model in $from is not the one that was sent"
  mv "$all/unfinished" "$folder"
}

begin
SERVING=$SSM_Serving ENGINE=$SSM_Engine TENSOR_MODEL=
if [[ -n ${SSM_Model-} ]]; then fetch_model "${SSM_Model%/*}" "${SSM_Model#*/}"; fi
mkdir -p /run/serving-compare
printf 'SERVING=%s\nENGINE=%s\nDELAY_MS=%s\nTENSOR_MODEL=%s\n' \
  "$SERVING" "$ENGINE" "$SSM_DelayMs" "$TENSOR_MODEL" >/run/serving-compare/serving.env.unfinished
mv -f /run/serving-compare/serving.env.unfinished /run/serving-compare/serving.env
export SERVING ENGINE TENSOR_MODEL
exec node "$HOME_DIR/lib/node/serving/start.ts"
