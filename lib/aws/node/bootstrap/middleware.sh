#!/usr/bin/env bash
# Sets up a middleware node. Runs only once: any change replaces the node.
set -Eeuo pipefail
here=$(dirname "${BASH_SOURCE[0]}")
# shellcheck source=lib/aws/node/bootstrap/common.sh
source "$here/common.sh"
# shellcheck source=lib/aws/node/bootstrap/steps.sh
source "$here/steps.sh"

# k6 has its own licence (AGPL), so the node downloads it and the bundle does not contain it.
install_k6() {
  local archive=$TOOLS_DIR/${SC_K6_URL##*/} expected=$SC_K6_SHA256 actual version
  fetch "$SC_K6_URL" "$archive"
  if [[ -z $expected ]]; then
    # The checksums of the release itself reveal a broken download, but not a forged release.
    fetch "${SC_K6_URL%/*}/k6-v$SC_K6_VERSION-checksums.txt" "$TOOLS_DIR/k6-checksums.txt"
    expected=$(awk -v name="${SC_K6_URL##*/}" '$2 == name || $2 == "*" name { print $1 }' "$TOOLS_DIR/k6-checksums.txt")
    echo "no SHA-256 of k6 is configured, the release says ${expected:-nothing}"
  fi
  actual=$(sha256sum "$archive" | cut -d ' ' -f 1)
  if [[ $actual != "$expected" ]]; then
    echo "${archive##*/} has the SHA-256 $actual, expected $expected"
    return 1
  fi
  tar --extract --gzip --file "$archive" --directory /usr/local/bin --strip-components 1 --no-same-owner --wildcards '*/k6'
  version=$(k6 version)
  echo "$version"
  if [[ $version != *"v$SC_K6_VERSION"* ]]; then
    echo "this k6 is not $SC_K6_VERSION"
    return 1
  fi
}

# Builds the ONNX file from which the correct answers are computed; the serving node builds the same one.
prepare_model() {
  if [[ $SC_RUNTIME != container ]]; then
    build_model
    return
  fi
  fetch_models
  if [[ -z $SC_MODELS_URL ]]; then
    "$NODE" "$HOME_DIR/bin/typescript.js" "$HOME_DIR/serving-configs/models/build.ts" --weights "$SC_WEIGHTS" --only onnx/nchw.onnx \
      --cache "$STATE_DIR/cache" --output "$MODELS_DIR"
  fi
}

# Raises limits of the system that would otherwise limit what is measured.
tune_network() {
  local file=/etc/sysctl.d/90-serving-compare.conf
  cat >"$file" <<'CONF'
# Written by serving-compare.
# The most connections that wait to be accepted: a level of hundreds of virtual users opens that many at once.
net.core.somaxconn = 4096
# Local ports of connections to the serving. If a serving closes its connections, each port stays occupied for a minute, and
# the default of 28,000 ports would limit the rate to 470 requests/s.
net.ipv4.ip_local_port_range = 10240 65535
# Lets new connections reuse a port in TIME-WAIT, which TCP timestamps make safe.
net.ipv4.tcp_tw_reuse = 1
CONF
  sysctl --quiet --load "$file"
}

install_middleware_units() {
  mkdir -p "$STATE_DIR/runs"
  install_units serving-compare-run@.service serving-compare-sampler.service
}

begin
step machine identify_machine
follow_log
step quiet quiet_machine
step node install_node
step k6 install_k6
step model prepare_model
step network tune_network
step units install_middleware_units
step sampler start_sampler
finish
