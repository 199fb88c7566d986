#!/bin/bash
# Keeps the disk of a machine in its own mount namespace, and boots the machine from it.
#
#   keeper.sh FOLDER CGROUP HOSTNAME
#
# Each line on standard input boots the machine. Lines on standard output:
#   mounted       the disk is mounted at FOLDER/root
#   ended CODE    the machine ended: 130 powered off, 129 rebooted, anything else lost
# When this process ends, the machine ends, too, and its disk is deleted.
set -eu
here=$(dirname "$0")
folder=$1 cgroup=$2 hostname=$3

mount -t tmpfs -o mode=755 tmpfs "$folder"
mkdir "$folder/upper" "$folder/work" "$folder/root"
mount -t overlay overlay \
  -o "lowerdir=/,upperdir=$folder/upper,workdir=$folder/work" "$folder/root"
echo mounted

while read -r _; do
  code=0
  setpriv --pdeathsig KILL \
    unshare --mount --pid --uts --ipc --fork --kill-child \
    bash "$here/boot.sh" enter "$folder" "$cgroup" "$hostname" \
    </dev/null >>"$folder/console.log" 2>&1 || code=$?
  echo "boot ended: $code" >>"$folder/console.log"
  echo "ended $code"
done
