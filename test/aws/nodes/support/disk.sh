#!/usr/bin/env bash
# Holds the disk of one test machine: what it writes lies in memory, over this system's own files, which stay as they are.
# The project lies in it where a node has it, also over its own files, and a program of Node.
#
#   unshare --mount disk.sh FOLDER PROJECT NODE
#
# Prints "ready" and lives until its standard input closes. The disk is seen in its mount namespace only.
set -Eeuo pipefail

folder=$1 project=$2 node=$3
root=$folder/root

mount -t tmpfs -o mode=755 tmpfs "$folder"
mkdir "$folder"/{upper,work,root,project-upper,project-work}
mount -t overlay overlay -o "lowerdir=/,upperdir=$folder/upper,workdir=$folder/work" "$root"
mkdir -p "$root/opt/serving-compare" "$root/opt/stubs"
mount -t overlay overlay -o "lowerdir=$project,upperdir=$folder/project-upper,workdir=$folder/project-work" \
  "$root/opt/serving-compare"
rm -f "$root/usr/local/bin/node"
: >"$root/usr/local/bin/node"
mount --bind "$node" "$root/usr/local/bin/node"

# The units and the state of this system are not the machine's.
rm -rf "$root/etc/systemd/system" "$root/var/log/journal" "$root/var/lib/systemd" "$root/etc/serving-compare" \
  "$root/var/lib/serving-compare" "$root/var/log/serving-compare-bootstrap.log"
mkdir -p "$root/etc/systemd/system/multi-user.target.wants" "$root/var/lib/systemd" "$root/etc/serving-compare"
: >"$root/etc/fstab"

echo ready
cat >/dev/null
