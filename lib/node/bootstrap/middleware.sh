#!/usr/bin/env bash
# Sets up a middleware node, once: a change of anything gives a new node.
set -Eeuo pipefail
here=$(dirname "${BASH_SOURCE[0]}")
# shellcheck source=lib/node/bootstrap/common.sh
source "$here/common.sh"
# shellcheck source=lib/node/bootstrap/steps.sh
source "$here/steps.sh"

# k6 is an external program under its own licence (AGPL): the node fetches it, the bundle does not contain it.
install_k6() {
  local archive=$TOOLS_DIR/${SC_K6_URL##*/} expected=$SC_K6_SHA256 says
  fetch "$SC_K6_URL" "$archive"
  if [[ -z $expected ]]; then
    # The list of the same release; a wrong download is noticed, a forged release is not.
    fetch "${SC_K6_URL%/*}/k6-v$SC_K6_VERSION-checksums.txt" "$TOOLS_DIR/k6-checksums.txt"
    expected=$(awk -v name="${SC_K6_URL##*/}" '$2 == name || $2 == "*" name { print $1 }' "$TOOLS_DIR/k6-checksums.txt")
    echo "no SHA-256 of k6 is configured, the release says ${expected:-nothing}"
  fi
  if [[ $(sha256sum "$archive" | cut -d ' ' -f 1) != "$expected" ]]; then
    echo "${archive##*/} has the SHA-256 $(sha256sum "$archive" | cut -d ' ' -f 1), expected $expected"
    return 1
  fi
  tar --extract --gzip --file "$archive" --directory /usr/local/bin --strip-components 1 --no-same-owner --wildcards '*/k6'
  says=$(k6 version)
  echo "$says"
  if [[ $says != *"v$SC_K6_VERSION"* ]]; then
    echo "this k6 is not $SC_K6_VERSION"
    return 1
  fi
}

# The ONNX file from which the correct answers are computed; the serving node makes the same one.
prepare_model() {
  if [[ $SC_RUNTIME != container ]]; then
    build_model
    return
  fi
  fetch_models
  if [[ -z $SC_MODELS_URL ]]; then
    node "$HOME_DIR/serving-configs/models/build.ts" --weights "$SC_WEIGHTS" --only onnx/nchw.onnx \
      --cache "$STATE_DIR/cache" --output "$MODELS_DIR"
  fi
}

# Limits that would otherwise be what is measured.
tune_network() {
  local file=/etc/sysctl.d/90-serving-compare.conf
  cat >"$file" <<'CONF'
# Of serving-compare.
# Connections that wait for the middleware to take them: a step of hundreds of users opens that many at once.
net.core.somaxconn = 4096
# Ports for connections to the serving. Where a serving closes after each answer, each stays taken for a minute: with the
# usual 28,000 ports 470 requests a second would be the limit, whatever the serving can do.
net.ipv4.ip_local_port_range = 10240 65535
# Lets outgoing connections use a port again that only waits, which timestamps make safe.
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
