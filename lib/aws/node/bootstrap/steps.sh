# shellcheck shell=bash
# Bootstrap steps that both roles share.

# fetch URL FILE: downloads from https:// or s3://, completely or not at all.
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
      echo "\"$url\" is not an address of the form https://… or s3://…"
      return 1
      ;;
  esac
  mv -f "$file.unfinished" "$file"
}

# metadata PATH: a value of the instance metadata service.
metadata() {
  curl --silent --show-error --fail --max-time 2 -H "X-aws-ec2-metadata-token: $METADATA_TOKEN" \
    "$METADATA/latest/meta-data/$1"
}

# Stores facts about the instance in the node's environment; nothing else asks the metadata service for them.
identify_machine() {
  METADATA=${AWS_EC2_METADATA_SERVICE_ENDPOINT:-http://169.254.169.254}
  METADATA=${METADATA%/}
  METADATA_TOKEN=$(retry 3 curl --silent --show-error --fail --max-time 2 -X PUT \
    -H 'X-aws-ec2-metadata-token-ttl-seconds: 300' "$METADATA/latest/api/token")
  local fact value
  for fact in SC_ADDRESS=local-ipv4 SC_INSTANCE_ID=instance-id SC_INSTANCE_TYPE=instance-type \
    SC_AVAILABILITY_ZONE=placement/availability-zone SC_AMI_ID=ami-id SC_LIFECYCLE=instance-life-cycle; do
    value=$(metadata "${fact#*=}")
    set_node_env "${fact%%=*}" "$value"
  done
  echo "$SC_INSTANCE_ID ($SC_INSTANCE_TYPE, $SC_AVAILABILITY_ZONE, $SC_AMI_ID, $SC_LIFECYCLE) at $SC_ADDRESS"
}

# Disables services that install or index software, since they use CPU and network at any time, even during a measurement.
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

# Name of the package in Amazon Linux 2023 that has $NODE; its release depends on the image of the node.
NODE_PACKAGE=nodejs24

install_node() {
  # The commit is in the bundle and not in the user data, so that a commit without changes to the bundle replaces no nodes.
  set_node_env SC_COMMIT "$(cat "$HOME_DIR/commit" 2>/dev/null || true)"
  # Only Amazon's own repository: the image has others, such as NVIDIA's, and one that does not answer would fail this.
  retry 4 dnf install --assumeyes --quiet --disablerepo='*' --enablerepo=amazonlinux --setopt=install_weak_deps=False \
    "$NODE_PACKAGE"
  "$NODE" --version
}

# Builds the model with random weights. The simulated servers serve it, and the middleware node computes the correct answers
# from it.
build_model() {
  "$NODE" "$HOME_DIR/bin/typescript.js" "$HOME_DIR/serving-configs/runtimes/aws-node/build-model.ts"
}

MODELS_DIR=$STATE_DIR/models

# Fetches the operator's models, which come as one archive.
fetch_models() {
  local archive=$STATE_DIR/models.tar.gz
  if [[ -z $SC_MODELS_URL ]]; then
    echo "models are built from the weights $SC_WEIGHTS"
    return
  fi
  fetch "$SC_MODELS_URL" "$archive"
  mkdir -p "$MODELS_DIR"
  tar --extract --gzip --file "$archive" --directory "$MODELS_DIR" --no-same-owner
  rm "$archive"
}

# install_units FILE…: installs systemd units of lib/aws/node/systemd.
install_units() {
  local unit
  for unit in "$@"; do install -m 0644 "$HOME_DIR/lib/aws/node/systemd/$unit" "/etc/systemd/system/$unit"; done
  systemctl daemon-reload
}

start_sampler() {
  systemctl enable --now serving-compare-sampler.service
  local tries=0
  until [[ -s $STATE_DIR/samples.jsonl ]]; do
    tries=$((tries + 1))
    if ((tries > 150)); then
      echo "the sampler wrote nothing"
      journalctl --unit serving-compare-sampler.service --no-pager --output cat --lines 5 || true
      return 1
    fi
    sleep 0.1
  done
}
