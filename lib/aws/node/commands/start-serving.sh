#!/usr/bin/env bash
# Stops the running serving, starts another and returns when it is ready. Exit codes: 3 it was not ready in time, 4 it died,
# 5 it cannot be started here.
# shellcheck disable=SC2154 # SSM sets the parameters
set -Eeuo pipefail
# shellcheck source=lib/aws/node/commands/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

# fetch_model RUN_ID SHA256: fetches the user's model of a run, once. SHA256 is the checksum of its file SHA256SUMS.
fetch_model() {
  local models=/var/lib/serving-compare/user-models source=s3://$SC_BUCKET/runs/$1/model/
  local folder=$models/$2
  MODEL=$folder/model.json
  if [[ -d $folder ]]; then return; fi
  # Remove the models of earlier runs, and the rest of an interrupted download.
  rm -rf "$models"
  mkdir -p "$models/unfinished"
  aws s3 cp --only-show-errors --recursive "$source" "$models/unfinished" >&2 ||
    fail 5 "the model of the run could not be fetched from $source"
  (cd "$models/unfinished" && echo "$2  SHA256SUMS" | sha256sum --check --quiet && sha256sum --check --quiet SHA256SUMS) >&2 ||
    fail 5 "the model in $source is not the one that was sent"
  mv "$models/unfinished" "$folder"
}

begin
SERVING=$SSM_Serving ENGINE=$SSM_Engine SETTINGS=${SSM_Settings-} MODEL=
if [[ -n ${SSM_Model-} ]]; then fetch_model "${SSM_Model%/*}" "${SSM_Model#*/}"; fi
mkdir -p /run/serving-compare
printf 'SERVING=%s\nENGINE=%s\nDELAY_MS=%s\nDELAY_PER_INPUT_MS=%s\nSETTINGS=%s\nMODEL=%s\n' \
  "$SERVING" "$ENGINE" "$SSM_DelayMs" "${SSM_DelayPerInputMs-}" "$SETTINGS" "$MODEL" >/run/serving-compare/serving.env.unfinished
mv -f /run/serving-compare/serving.env.unfinished /run/serving-compare/serving.env
export SERVING ENGINE SETTINGS MODEL
exec "$NODE" "$HOME_DIR/bin/typescript.js" "$HOME_DIR/lib/aws/node/serving/start.ts"
