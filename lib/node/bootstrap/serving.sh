#!/usr/bin/env bash
# Sets up a serving node. Running it again is safe and fast: what is there stays.
set -Eeuo pipefail
here=$(dirname "${BASH_SOURCE[0]}")
# shellcheck source=lib/node/bootstrap/common.sh
source "$here/common.sh"
# shellcheck source=lib/node/bootstrap/steps.sh
source "$here/steps.sh"

MODELS_DIR=$STATE_DIR/models

check_driver() {
  nvidia-smi --query-gpu=name,driver_version,memory.total --format=csv,noheader
  # Without it the driver unloads when nothing uses it, and the first start afterwards pays for that.
  nvidia-smi --persistence-mode=1 || echo 'persistence mode could not be set'
}

check_docker() {
  systemctl enable --now docker.service
  retry 5 docker info --format 'docker {{.ServerVersion}}'
  nvidia-ctk --version
}

# Prints one line "SERVING IMAGE" for each serving of this deployment.
images() {
  node --import tsx "$HOME_DIR/serving-configs/node/list-images.ts"
}

pull_images() {
  local list serving image
  list=$(images)
  while read -r serving image; do
    if docker image inspect "$image" >/dev/null 2>&1; then
      echo "$serving: $image is there"
    else
      retry 4 docker pull --quiet "$image"
    fi
  done <<<"$list"
}

check_gpu_in_container() {
  local image
  image=$(images | head -n 1 | cut -d ' ' -f 2)
  docker run --rm --pull never --gpus all --entrypoint nvidia-smi "$image" --list-gpus
}

# Models come as one archive with a list of its files' checksums inside.
fetch_models() {
  local url=${SC_MODELS_URL:-} archive=$STATE_DIR/models.tar.gz unfinished=$MODELS_DIR.unfinished
  if [[ -z $url ]]; then
    echo 'no models are configured: name their folder in "models"'
    return 1
  fi
  if [[ $(cat "$MODELS_DIR/.source" 2>/dev/null) == "$url" ]]; then
    echo "$url is there"
    return
  fi
  fetch "$url" "$archive"
  rm -rf "$unfinished"
  mkdir -p "$unfinished"
  tar --extract --gzip --file "$archive" --directory "$unfinished" --no-same-owner
  if [[ ! -f $unfinished/SHA256SUMS ]]; then
    echo 'the models cannot be checked: their archive has no SHA256SUMS'
    return 1
  fi
  (cd "$unfinished" && sha256sum --check --strict --quiet SHA256SUMS)
  printf '%s' "$url" >"$unfinished/.source"
  rm -rf "$MODELS_DIR" "$archive"
  mv "$unfinished" "$MODELS_DIR"
}

install_serving_units() {
  mkdir -p "$STATE_DIR"
  install_units serving-compare-serving.service serving-compare-sampler.service
}

begin serving
step machine identify_machine
step quiet quiet_machine
step node install_node
if [[ $SC_RUNTIME == container ]]; then
  step driver check_driver
  step docker check_docker
  step images pull_images
  step gpu-in-container check_gpu_in_container
  step models fetch_models
else
  step model build_model
fi
step units install_serving_units
step sampler start_sampler
log 'serving node is ready'
