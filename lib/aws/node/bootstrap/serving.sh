#!/usr/bin/env bash
# Sets up a serving node. Runs only once: any change replaces the node.
set -Eeuo pipefail
here=$(dirname "${BASH_SOURCE[0]}")
# shellcheck source=lib/aws/node/bootstrap/common.sh
source "$here/common.sh"
# shellcheck source=lib/aws/node/bootstrap/steps.sh
source "$here/steps.sh"

NVME_DIR=/opt/dlami/nvme

check_driver() {
  nvidia-smi --query-gpu=name,driver_version,memory.total --format=csv,noheader
  # Without persistence mode the driver unloads when nothing uses it, which slows down the next start.
  nvidia-smi --persistence-mode=1 || echo 'persistence mode could not be set'
}

# Moves Docker's images to the NVMe disks of the instance, which are faster, larger and free of charge. The machine image mounts
# them at NVME_DIR.
configure_docker() {
  local config=/etc/docker/daemon.json drop_in=/etc/systemd/system/docker.service.d
  if [[ $SC_ACCELERATOR == gpu ]]; then nvidia-ctk runtime configure --runtime=docker; fi
  # The service that mounts them may not have finished.
  if systemctl cat dlami-nvme.service >/dev/null 2>&1; then
    systemctl start dlami-nvme.service || journalctl --unit dlami-nvme.service --no-pager --output cat --lines 3 || true
  fi
  # Docker reads its settings when it starts.
  systemctl stop docker.socket docker.service 2>/dev/null || true
  if ! mountpoint --quiet "$NVME_DIR"; then
    if [[ $SC_NVME == yes ]]; then
      echo "$SC_INSTANCE_TYPE has an NVMe disk, but nothing is mounted at $NVME_DIR, as dlami-nvme.service of the machine image does:" \
        'set servingAmi to another Deep Learning AMI, or servingInstanceType to a type without such a disk'
      return 1
    fi
    echo "$SC_INSTANCE_TYPE has no NVMe disk: images are kept on the root disk"
    return
  fi
  mkdir -p "${config%/*}" "$drop_in"
  # Since Docker 29 images are in /var/lib/containerd by default: https://docs.docker.com/engine/storage/containerd/
  "$NODE" --eval '
    const fs = require("node:fs");
    const [file, root] = process.argv.slice(1);
    const known = fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, "utf8")) : {};
    const features = { ...known.features, "containerd-snapshotter": false };
    fs.writeFileSync(file, JSON.stringify({ ...known, features, "data-root": root }, null, 2) + "\n");
  ' "$config" "$NVME_DIR/docker"
  # After a reboot Docker must not start before the disk is mounted.
  cat >"$drop_in/serving-compare.conf" <<UNIT
[Unit]
Wants=dlami-nvme.service
After=dlami-nvme.service
RequiresMountsFor=$NVME_DIR
AssertPathIsMountPoint=$NVME_DIR
UNIT
  systemctl daemon-reload
}

start_docker() {
  systemctl enable --now docker.service
  retry 5 docker info --format 'docker {{.ServerVersion}}, images in {{.DockerRootDir}}'
  if [[ $SC_ACCELERATOR == gpu ]] && ! docker info --format '{{json .Runtimes}}' | grep -q '"nvidia"'; then
    echo 'Docker has no NVIDIA runtime'
    return 1
  fi
}

prepare_containers() {
  "$NODE" "$HOME_DIR/bin/typescript.js" "$HOME_DIR/serving-configs/runtimes/aws-node/prepare.ts"
}

try_containers() {
  "$NODE" "$HOME_DIR/bin/serving-compare.js" node-smoke
}

install_serving_units() {
  mkdir -p "$STATE_DIR"
  install_units serving-compare-serving.service serving-compare-sampler.service
}

begin
step machine identify_machine
follow_log
step quiet quiet_machine
step node install_node
step units install_serving_units
if [[ $SC_RUNTIME == container ]]; then
  if [[ $SC_ACCELERATOR == gpu ]]; then step driver check_driver; fi
  step docker-data configure_docker
  step docker start_docker
  step models fetch_models
  step containers prepare_containers
  step smoke-test try_containers
else
  step model build_model
fi
step sampler start_sampler
finish
