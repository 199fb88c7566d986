# shellcheck shell=bash
# Steps that both roles share.

# fetch URL FILE: https or s3, whole or not at all.
fetch() {
  local url=$1 file=$2
  rm -f "$file.unfinished"
  case $url in
    s3://*) retry 4 aws s3 cp --only-show-errors "$url" "$file.unfinished" ;;
    https://*)
      retry 4 curl --silent --show-error --fail --location --proto '=https' --connect-timeout 20 --max-time 600 \
        --output "$file.unfinished" "$url"
      ;;
    *)
      echo "\"$url\" is no address of the form https://… or s3://…"
      return 1
      ;;
  esac
  mv -f "$file.unfinished" "$file"
}

metadata() {
  curl --silent --show-error --fail --max-time 2 -H "X-aws-ec2-metadata-token: $METADATA_TOKEN" \
    "$METADATA/latest/meta-data/$1"
}

# Address and facts of the instance, once: nothing else asks the metadata service for them.
identify_machine() {
  if [[ -n ${SC_ADDRESS:-} && -n ${SC_INSTANCE_ID:-} ]]; then
    echo "known: $SC_INSTANCE_ID at $SC_ADDRESS"
    return
  fi
  METADATA=${AWS_EC2_METADATA_SERVICE_ENDPOINT:-http://169.254.169.254}
  METADATA=${METADATA%/}
  local address=${SC_ADDRESS:-} instance=${SC_INSTANCE_ID:-} type=unknown zone=unknown ami=unknown lifecycle=unknown
  if METADATA_TOKEN=$(retry 3 curl --silent --show-error --fail --max-time 2 -X PUT \
    -H 'X-aws-ec2-metadata-token-ttl-seconds: 300' "$METADATA/latest/api/token"); then
    address=${address:-$(metadata local-ipv4)}
    instance=${instance:-$(metadata instance-id)}
    type=$(metadata instance-type || echo unknown)
    zone=$(metadata placement/availability-zone || echo unknown)
    ami=$(metadata ami-id || echo unknown)
    lifecycle=$(metadata instance-life-cycle || echo unknown)
  else
    echo "no metadata service at $METADATA: the address of the default route is taken"
    address=${address:-$(ip -4 -o route get 192.0.2.1 | sed -n 's/.* src \([0-9.]*\).*/\1/p')}
    instance=${instance:-unknown}
  fi
  if [[ ! $address =~ ^[0-9]+(\.[0-9]+){3}$ ]]; then
    echo "this machine's address was not found (\"$address\")"
    return 1
  fi
  set_node_env SC_ADDRESS "$address"
  set_node_env SC_INSTANCE_ID "$instance"
  set_node_env SC_INSTANCE_TYPE "$type"
  set_node_env SC_AVAILABILITY_ZONE "$zone"
  set_node_env SC_AMI_ID "$ami"
  set_node_env SC_LIFECYCLE "$lifecycle"
  echo "$instance ($type, $zone, $ami, $lifecycle) at $address"
}

# Packages that install or index software by themselves take CPU and network at any moment, also in a measured one.
quiet_machine() {
  local unit
  for unit in dnf-automatic.timer dnf-automatic-install.timer dnf-automatic-download.timer dnf-makecache.timer \
    packagekit.service apt-daily.timer apt-daily-upgrade.timer unattended-upgrades.service update-motd.timer \
    man-db.timer man-db-cache-update.timer plocate-updatedb.timer fstrim.timer; do
    if systemctl list-unit-files --no-legend "$unit" 2>/dev/null | grep -q .; then
      systemctl disable --now "$unit"
      echo "off: $unit"
    fi
  done
}

# As the repository of Amazon Linux 2023 calls it; which release of it the nodes see depends on their image.
NODE_PACKAGE=nodejs24

install_node() {
  if command -v node >/dev/null && rpm --query --quiet "$NODE_PACKAGE" 2>/dev/null; then
    echo "$NODE_PACKAGE is there"
  else
    retry 4 dnf install --assumeyes --quiet --setopt=install_weak_deps=False "$NODE_PACKAGE"
  fi
  if ! command -v node >/dev/null; then
    echo "the package $NODE_PACKAGE brought no program \"node\""
    return 1
  fi
  node --version
  # Some builds of Node cannot read TypeScript.
  if [[ $(node --print 'Boolean(process.features.typescript)') == false ]]; then
    set_node_env NODE_OPTIONS "--import=file://$HOME_DIR/node_modules/tsx/dist/loader.mjs"
    echo "this build of Node reads no TypeScript: tsx does"
  fi
}

# Our model with random weights: what the simulated server computes with, and the correct answers on the other node.
build_model() {
  node "$HOME_DIR/serving-configs/runtimes/node/build-model.ts"
}

MODELS_DIR=$STATE_DIR/models

# Models of the operator come as one archive with a list of its files' checksums inside.
fetch_models() {
  local url=${SC_MODELS_URL:-} archive=$STATE_DIR/models.tar.gz unfinished=$MODELS_DIR.unfinished
  if [[ -z $url ]]; then
    echo "models are built from the weights $SC_WEIGHTS"
    return
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

# install_units FILE…: from lib/node/systemd; systemd reads them anew only where one changed.
install_units() {
  local unit changed=0
  for unit in "$@"; do
    if ! cmp --silent "$HOME_DIR/lib/node/systemd/$unit" "/etc/systemd/system/$unit"; then
      install -m 0644 "$HOME_DIR/lib/node/systemd/$unit" "/etc/systemd/system/$unit"
      echo "installed: $unit"
      changed=1
    fi
  done
  if ((changed)); then systemctl daemon-reload; fi
}

start_sampler() {
  systemctl enable --now serving-compare-sampler.service
  local tries=0
  until [[ -s $STATE_DIR/samples.jsonl ]]; do
    tries=$((tries + 1))
    if ((tries > 150)) || [[ $(systemctl is-active serving-compare-sampler.service) == failed ]]; then
      echo "the sampler wrote nothing"
      journalctl --unit serving-compare-sampler.service --no-pager --output cat --lines 5 || true
      return 1
    fi
    sleep 0.1
  done
}
