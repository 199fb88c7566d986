#!/usr/bin/env bash
# Boots systemd from a disk of disk.sh; called in the disk's mount namespace, in namespaces of its own.
#
#   boot.sh FOLDER CGROUP
set -Eeuo pipefail

folder=$1 cgroup=$2
root=$folder/root

if [[ ${3:-} != entered ]]; then
  echo 0 >"$cgroup/cgroup.procs"
  exec unshare --cgroup bash "$0" "$folder" "$cgroup" entered
fi

hostname test-node
mount -t proc proc "$root/proc"
# What concerns the kernel, and so this system, is read-only.
for path in sys sysrq-trigger; do
  [[ -e $root/proc/$path ]] || continue
  mount --bind "$root/proc/$path" "$root/proc/$path"
  mount -o remount,bind,ro "$root/proc/$path"
done
mount -t sysfs -o ro sysfs "$root/sys"
mount -t cgroup2 cgroup2 "$root/sys/fs/cgroup"
mount -t tmpfs -o mode=755 tmpfs "$root/run"
mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"
mount -t tmpfs -o mode=755 tmpfs "$root/dev"
mkdir "$root/dev/pts" "$root/dev/shm"
for device in null zero full random urandom tty; do
  : >"$root/dev/$device"
  mount --bind "/dev/$device" "$root/dev/$device"
done
mount -t tmpfs -o mode=1777 tmpfs "$root/dev/shm"
ln -s /proc/self/fd "$root/dev/fd"
ln -s /proc/self/fd/1 "$root/dev/stdout"
ln -s /proc/self/fd/2 "$root/dev/stderr"

# Of the units only those that need no hardware, kernel or login.
for unit in getty.target systemd-logind.service systemd-udevd.service systemd-udevd-control.socket \
  systemd-udevd-kernel.socket systemd-udev-trigger.service modprobe@.service systemd-modules-load.service \
  systemd-sysctl.service systemd-binfmt.service proc-sys-fs-binfmt_misc.automount kmod-static-nodes.service \
  sys-kernel-debug.mount sys-kernel-tracing.mount sys-kernel-config.mount sys-fs-fuse-connections.mount \
  dev-hugepages.mount dev-mqueue.mount systemd-random-seed.service systemd-remount-fs.service \
  systemd-update-utmp.service systemd-update-utmp-runlevel.service systemd-firstboot.service systemd-sysusers.service \
  systemd-machine-id-commit.service systemd-pstore.service systemd-user-sessions.service; do
  ln -sf /dev/null "$root/etc/systemd/system/$unit"
done
ln -sf /lib/systemd/system/multi-user.target "$root/etc/systemd/system/default.target"
[[ -s $root/etc/machine-id ]] || tr -d - </proc/sys/kernel/random/uuid >"$root/etc/machine-id"

exec setpriv --bounding-set -sys_module,-sys_time,-sys_rawio,-net_admin,-syslog,-mac_admin,-mac_override \
  chroot "$root" /usr/bin/env -i container=test \
  PATH=/opt/stubs:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
  /lib/systemd/systemd --log-target=console
