#!/bin/bash
# Holds the disk of one machine in a mount namespace of its own, and boots the machine from it.
#
#   keeper.sh FOLDER CGROUP HOSTNAME
#
# Each line on standard input boots the machine once. Lines on standard output:
#   mounted       the disk is there, at FOLDER/root
#   ended CODE    the machine ended: 130 powered off, 129 rebooted, anything else cut off
# When this process ends, so does the machine, and its disk is gone.
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
