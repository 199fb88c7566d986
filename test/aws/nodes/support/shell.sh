#!/usr/bin/env bash
# Runs a command on a disk of disk.sh, without a systemd. Called in the disk's mount namespace, in one more of its own and
# in its own process id namespace.
#
#   shell.sh FOLDER NAME=VALUE… -- COMMAND…
set -Eeuo pipefail

root=$1/root
shift
variables=()
while [[ $1 != -- ]]; do
  variables+=("$1")
  shift
done
shift
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
exec chroot "$root" /usr/bin/env -i "${variables[@]}" "$@"
