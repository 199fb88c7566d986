#!/usr/bin/env bash
# Sets up a serving node, once: a change of anything gives a new node.
set -Eeuo pipefail
here=$(dirname "${BASH_SOURCE[0]}")
# shellcheck source=lib/node/bootstrap/common.sh
source "$here/common.sh"
# shellcheck source=lib/node/bootstrap/steps.sh
source "$here/steps.sh"

NVME_DIR=/opt/dlami/nvme

check_driver() {
  nvidia-smi --query-gpu=name,driver_version,memory.total --format=csv,noheader
  # Without it the driver unloads when nothing uses it, and the first start afterwards pays for that.
  nvidia-smi --persistence-mode=1 || echo 'persistence mode could not be set'
}

# The image of this node mounts the NVMe disks of its instance type there: faster, larger and free of charge.
configure_docker() {
  local config=/etc/docker/daemon.json drop_in=/etc/systemd/system/docker.service.d
  if [[ $SC_ACCELERATOR == gpu ]]; then nvidia-ctk runtime configure --runtime=docker; fi
  # What mounts them may still be at work.
  if systemctl cat dlami-nvme.service >/dev/null 2>&1; then systemctl start dlami-nvme.service || true; fi
  # It reads its settings when it starts.
  systemctl stop docker.socket docker.service 2>/dev/null || true
  if ! mountpoint --quiet "$NVME_DIR"; then
    echo "no disk at $NVME_DIR: images are kept on the root disk"
    return
  fi
  mkdir -p "${config%/*}" "$drop_in"
  # From Docker 29 on, images otherwise lie in /var/lib/containerd: https://docs.docker.com/engine/storage/containerd/
  node --eval '
    const fs = require("node:fs");
    const [file, root] = process.argv.slice(1);
    const known = fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, "utf8")) : {};
    const features = { ...known.features, "containerd-snapshotter": false };
    fs.writeFileSync(file, JSON.stringify({ ...known, features, "data-root": root }, null, 2) + "\n");
  ' "$config" "$NVME_DIR/docker"
  # After a reboot Docker must not find the empty folder below the disk.
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
  node "$HOME_DIR/serving-configs/runtimes/node/prepare.ts"
}

try_containers() {
  node "$HOME_DIR/bin/serving-compare.js" node-smoke
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
