#!/bin/bash
# The first process of a machine: mounts what the kernel would provide, then becomes systemd.
#
#   boot.sh enter|boot FOLDER CGROUP HOSTNAME
set -eu
step=$1 folder=$2 cgroup=$3 hostname=$4
root=$folder/root

if [ "$step" = enter ]; then
  echo 0 >"$cgroup/cgroup.procs"
  exec unshare --cgroup bash "$0" boot "$folder" "$cgroup" "$hostname"
fi

hostname "$hostname"

# Kernel settings are read-only, since they belong to the host.
mount -t proc proc "$root/proc"
for path in sys sysrq-trigger irq bus; do
  if [ -e "$root/proc/$path" ]; then
    mount --bind "$root/proc/$path" "$root/proc/$path"
    mount -o remount,bind,ro "$root/proc/$path"
  fi
done
mount -t sysfs -o ro sysfs "$root/sys"
mount -t cgroup2 cgroup2 "$root/sys/fs/cgroup"

mount -t tmpfs -o mode=755 tmpfs "$root/run"
mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"

# Only harmless devices of the host.
mount -t tmpfs -o mode=755 tmpfs "$root/dev"
mkdir "$root/dev/pts" "$root/dev/shm"
for device in null zero full random urandom tty; do
  : >"$root/dev/$device"
  mount --bind "/dev/$device" "$root/dev/$device"
done
mount -t devpts -o newinstance,ptmxmode=0666,mode=620 devpts "$root/dev/pts"
mount -t tmpfs -o mode=1777 tmpfs "$root/dev/shm"
ln -s pts/ptmx "$root/dev/ptmx"
ln -s /proc/self/fd "$root/dev/fd"
ln -s /proc/self/fd/0 "$root/dev/stdin"
ln -s /proc/self/fd/1 "$root/dev/stdout"
ln -s /proc/self/fd/2 "$root/dev/stderr"

# Mounts paths of the host: a line `FROM TO MODE` each. The mode is ro, rw, or `over` for a copy that the machine may change.
while read -r from to mode; do
  if [ -d "$from" ]; then
    mkdir -p "$root$to"
  else
    mkdir -p "$(dirname "$root$to")"
    [ -e "$root$to" ] || : >"$root$to"
  fi
  if [ "$mode" = over ]; then
    mkdir -p "$folder/over/upper" "$folder/over/work"
    mount -t overlay overlay -o "lowerdir=$from,upperdir=$folder/over/upper,workdir=$folder/over/work" "$root$to"
  else
    mount --bind "$from" "$root$to"
    mount -o "remount,bind,$mode" "$root$to"
  fi
done <"$folder/binds"

# Drops the capabilities for modules, clock and network settings, since those belong to the host.
exec setpriv --bounding-set "$(cat "$folder/dropped-capabilities")" \
  chroot "$root" /usr/bin/env -i \
  container=aws-emulator PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
  /lib/systemd/systemd --log-target=console
