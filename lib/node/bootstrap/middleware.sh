#!/usr/bin/env bash
# Sets up a middleware node. Running it again is safe and fast: what is there stays.
set -Eeuo pipefail
here=$(dirname "${BASH_SOURCE[0]}")
# shellcheck source=lib/node/bootstrap/common.sh
source "$here/common.sh"
# shellcheck source=lib/node/bootstrap/steps.sh
source "$here/steps.sh"

# check_sha256 FILE HEX
check_sha256() {
  local found
  found=$(sha256sum "$1" | cut -d ' ' -f 1)
  if [[ $found != "$2" ]]; then
    echo "${1##*/} has the SHA-256 $found, expected is $2"
    return 1
  fi
}

# k6 is an external program under its own licence (AGPL): the node fetches it, the bundle does not contain it.
install_k6() {
  local version=${SC_K6_VERSION:-} url=${SC_K6_URL:-} expected=${SC_K6_SHA256:-} folder archive
  if [[ -z $version || -z $url ]]; then
    echo 'no k6 is configured: plans run with the embedded load generator'
    return
  fi
  version=v${version#v}
  folder=$TOOLS_DIR/k6-$version
  if [[ -x $folder/k6 && $(cat "$folder/source" 2>/dev/null) == "$url $expected" ]]; then
    echo "k6 $version is there"
  else
    archive=$TOOLS_DIR/${url##*/}
    fetch "$url" "$archive"
    if [[ -z $expected ]]; then
      # The list of the same release; a wrong download is noticed, a forged release is not.
      fetch "${url%/*}/k6-$version-checksums.txt" "$TOOLS_DIR/k6-checksums.txt"
      expected=$(awk -v name="${url##*/}" '$2 == name || $2 == "*" name { print $1 }' "$TOOLS_DIR/k6-checksums.txt")
      if [[ ! $expected =~ ^[0-9a-f]{64}$ ]]; then
        echo "the checksums of the release k6 $version do not name ${url##*/}: configure k6's SHA-256"
        return 1
      fi
      echo "no SHA-256 of k6 is configured, the release says $expected"
    fi
    check_sha256 "$archive" "$expected"
    rm -rf "$folder.unfinished"
    mkdir -p "$folder.unfinished"
    tar --extract --gzip --file "$archive" --directory "$folder.unfinished" --strip-components 1 --no-same-owner
    rm -rf "$folder" "$archive"
    printf '%s %s' "$url" "${SC_K6_SHA256:-}" >"$folder.unfinished/source"
    mv "$folder.unfinished" "$folder"
  fi
  # The version is asked for before the link is set, so that a k6 on the path is one that runs.
  local says
  says=$("$folder/k6" version)
  echo "$says"
  if [[ $says != *"$version"* ]]; then
    echo "this k6 is not $version"
    return 1
  fi
  ln --symbolic --force --no-dereference "$folder/k6" /usr/local/bin/k6
}

check_data_set() {
  local count
  count=$(find "$HOME_DIR/k6/images" -maxdepth 1 -name '*.jpg' -size +0 | wc -l)
  echo "$count images"
  if ((count == 0)); then
    echo "there is no image in $HOME_DIR/k6/images: the bundle is not whole"
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
  local file=/etc/sysctl.d/90-serving-compare.conf unfinished=$STATE_DIR/sysctl.unfinished
  cat >"$unfinished" <<'CONF'
# Of serving-compare.
# Connections that wait for the middleware to take them: a step of hundreds of users opens that many at once.
net.core.somaxconn = 4096
# Ports for connections to the serving. Where a serving closes after each answer, each stays taken for a minute: with the
# usual 28,000 ports 470 requests a second would be the limit, whatever the serving can do.
net.ipv4.ip_local_port_range = 10240 65535
# Lets outgoing connections use a port again that only waits, which timestamps make safe.
net.ipv4.tcp_tw_reuse = 1
CONF
  if cmp --silent "$unfinished" "$file"; then
    rm "$unfinished"
    echo "$file is there"
    return
  fi
  install -D -m 0644 "$unfinished" "$file"
  rm "$unfinished"
  sysctl --quiet --load "$file"
}

install_middleware_units() {
  mkdir -p "$STATE_DIR/runs"
  install_units serving-compare-run@.service serving-compare-sampler.service
}

begin middleware
step machine identify_machine
follow_log
step quiet quiet_machine
step node install_node
step k6 install_k6
step data-set check_data_set
step model prepare_model
step network tune_network
step units install_middleware_units
step sampler start_sampler
finish middleware
