"""Prepares the disk of a machine before its first boot."""

import os
import shutil
import uuid

# Units of the host that machines must not run, since they concern hardware, logins or the kernel.
MASKED = [
    "getty.target",
    "systemd-logind.service",
    "systemd-udevd.service",
    "systemd-udevd-control.socket",
    "systemd-udevd-kernel.socket",
    "systemd-udev-trigger.service",
    "modprobe@.service",
    "systemd-modules-load.service",
    "systemd-sysctl.service",
    "systemd-binfmt.service",
    "proc-sys-fs-binfmt_misc.automount",
    "proc-sys-fs-binfmt_misc.mount",
    "kmod-static-nodes.service",
    "sys-kernel-debug.mount",
    "sys-kernel-tracing.mount",
    "sys-kernel-config.mount",
    "sys-fs-fuse-connections.mount",
    "dev-hugepages.mount",
    "dev-mqueue.mount",
    "systemd-random-seed.service",
    "systemd-hwdb-update.service",
    "ldconfig.service",
    "systemd-update-utmp.service",
    "systemd-update-utmp-runlevel.service",
    "systemd-remount-fs.service",
    "systemd-firstboot.service",
    "systemd-sysusers.service",
    "systemd-machine-id-commit.service",
    "systemd-ask-password-wall.path",
    "systemd-ask-password-console.path",
    "systemd-pstore.service",
    "systemd-pcrmachine.service",
    "systemd-user-sessions.service",
    "first-boot-complete.target",
]

AGENT = "amazon-ssm-agent"

AGENT_UNIT = """[Unit]
Description=A stand-in for the SSM agent: commands reach the machine while it runs
[Service]
ExecStart=/usr/bin/amazon-ssm-agent infinity
KillMode=process
Restart=always
RestartSec=1
[Install]
WantedBy=multi-user.target
"""

CLOUD_UNIT = """[Unit]
Description=Execute user data, once in the life of the machine
ConditionPathExists=!/var/lib/cloud/instance/boot-finished
[Service]
Type=oneshot
RemainAfterExit=yes
KillMode=process
TimeoutSec=infinity
WorkingDirectory=/
ExecStart=/bin/sh /var/lib/cloud/run-user-data
StandardOutput=append:/var/log/cloud-init-output.log
StandardError=inherit
[Install]
WantedBy=multi-user.target
"""

RUN_USER_DATA = """touch /var/lib/cloud/instance/boot-finished
/var/lib/cloud/instance/scripts/part-001
code=$?
echo $code > /var/lib/cloud/instance/exit-code
exit $code
"""

# Where the AMI of a serving node mounts the NVMe disks of its instance type.
NVME = "/opt/dlami/nvme"


def docker_options(docker):
    """Returns the options for Docker's unit. Docker cannot change network settings, since those are the host's."""
    fixed = "--iptables=false --ip-forward=false --ip-masq=false"
    return f'DOCKER_OPTS="{fixed} {docker["options"]}"\n'


STUBS = "/opt/stubs"
# Where user data unpacks the bundle of this project.
PROJECT = "/opt/serving-compare"
TOOLS = "/opt/aws-emulator-bin"
# Where the package of Amazon Linux puts the Node that this project calls.
NODE = "/usr/bin/node-24"
SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


def write(root, path, text, mode=0o644):
    """Writes a file on the disk whose / is `root`."""
    target = root + path
    os.makedirs(os.path.dirname(target), exist_ok=True)
    if os.path.islink(target):
        os.unlink(target)
    with open(target, "w", encoding="utf8") as file:
        file.write(text)
    os.chmod(target, mode)


def quoted(value):
    """Quotes a value for DefaultEnvironment=, which expands specifiers and quotes."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
    return f'"{escaped}"'


def prepare(root, environment, hostname, address, user_data):
    """Turns a copy of the host's disk into the disk of a machine."""
    units = root + "/etc/systemd/system"
    # A mount on a link would end up at the link's target.
    if os.path.islink(root + NODE):
        os.unlink(root + NODE)
    # A machine does not run the units that are enabled on the host.
    for folder in ("/etc/systemd/system", "/etc/systemd/system.conf.d", "/var/lib/systemd"):
        shutil.rmtree(root + folder, ignore_errors=True)
    shutil.rmtree(root + "/var/lib/cloud", ignore_errors=True)
    for name in ("journal", "cloud-init-output.log"):
        path = f"{root}/var/log/{name}"
        if os.path.isdir(path):
            shutil.rmtree(path)
        elif os.path.exists(path):
            os.unlink(path)
    os.makedirs(units + "/multi-user.target.wants")
    os.makedirs(root + "/var/lib/systemd")
    os.symlink("/lib/systemd/system/multi-user.target", units + "/default.target")
    for unit in MASKED:
        os.symlink("/dev/null", f"{units}/{unit}")

    shutil.copy(root + "/usr/bin/sleep", f"{root}/usr/bin/{AGENT}")
    write(root, f"/lib/systemd/system/{AGENT}.service", AGENT_UNIT)
    enable(units, AGENT + ".service")
    if user_data is not None:
        write(root, "/lib/systemd/system/cloud-final.service", CLOUD_UNIT)
        enable(units, "cloud-final.service")
        write(root, "/var/lib/cloud/run-user-data", RUN_USER_DATA)
        write(root, "/var/lib/cloud/instance/scripts/part-001", user_data, 0o700)

    # With an empty machine id systemd would enable units, as on a first boot.
    write(root, "/etc/machine-id", uuid.uuid4().hex + "\n")
    write(root, "/etc/hostname", hostname + "\n")
    write(root, "/etc/hosts", f"127.0.0.1 localhost\n{address} {hostname}\n")
    write(root, "/etc/fstab", "")
    assignments = " ".join(quoted(f"{k}={v}") for k, v in sorted(environment.items()))
    write(
        root,
        "/etc/systemd/system.conf.d/50-aws-emulator.conf",
        f"[Manager]\nDefaultTimeoutStopSec=20s\nDefaultEnvironment={assignments}\n",
    )
    write(
        root,
        "/etc/systemd/journald.conf.d/50-aws-emulator.conf",
        "[Journal]\nStorage=volatile\nRuntimeMaxUse=32M\n",
    )


def enable(units, name):
    """Enables a unit for multi-user.target, like `systemctl enable`."""
    os.symlink(f"/lib/systemd/system/{name}", f"{units}/multi-user.target.wants/{name}")
