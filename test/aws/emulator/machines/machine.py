"""A machine: its disk, its boots, its end, and commands inside it."""

import contextlib
import os
import signal
import subprocess
import threading
import time

from ..settings import Server
from . import cgroups, environment, files
from .spawner import SPAWNER

HERE = os.path.dirname(os.path.abspath(__file__))

# Exit codes that keeper.sh reports if systemd powered off or rebooted the machine.
POWERED_OFF, REBOOTED = 130, 129


class Machine:
    """Boots on `start`. Calls `on_end(machine, how)` in a thread when a boot has ended.

    `how` is "poweroff", "reboot" or "lost" (a power cut or a crash).
    """

    def __init__(self, instance, user_data, on_end):
        self.instance, self.user_data, self.on_end = instance, user_data, on_end
        self.folder = os.path.join(Server.state, instance.id)
        self.root = None
        self.group = os.path.join(Machines.group, instance.id)
        self.boot_group = os.path.join(self.group, "machine")
        self.running, self.gone, self.seen_online = False, False, False
        self.launched = time.time()
        self.kept_files = {}
        self._mounted = threading.Event()
        self._keeper = None
        self._lock = threading.RLock()

    def start(self):
        """Creates the disk and boots."""
        os.makedirs(self.folder)
        keeper_group = os.path.join(self.group, "keeper")
        cgroups.make(keeper_group)
        with open(os.path.join(self.folder + ".log"), "wb") as log:
            self._keeper = SPAWNER.popen(
                [
                    *("setpriv", "--pdeathsig", "KILL"),
                    *("bash", "-c", 'echo 0 >"$0"; exec "$@"'),
                    os.path.join(keeper_group, "cgroup.procs"),
                    *("unshare", "--mount", "bash", os.path.join(HERE, "keeper.sh")),
                    *(self.folder, self.boot_group, self.hostname),
                ],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                start_new_session=True,
            )
        threading.Thread(target=self._listen, daemon=True).start()
        if not self._mounted.wait(30) or self.gone:
            raise RuntimeError(
                f"The disk of {self.instance.id} cannot be made: {self._complaint()}"
            )
        # The disk is mounted only in the keeper's mount namespace.
        outside = f"/proc/{self._keeper.pid}/root{self.folder}"
        self.root = outside + "/root"
        with open(outside + "/binds", "w", encoding="utf8") as file:
            file.writelines(" ".join(bind) + "\n" for bind in environment.binds())
            if environment.docker():
                file.write(f"{self._make_disk()} {files.NVME} rw\n")
        with open(outside + "/dropped-capabilities", "w", encoding="ascii") as file:
            file.write(environment.dropped_capabilities())
        if environment.docker():
            files.write(self.root, "/etc/default/docker", files.docker_options(environment.docker()))
        files.prepare(
            self.root,
            environment.of_machine(self.instance),
            self.hostname,
            self.instance.private_ip,
            self.user_data,
        )
        wrapper = environment.aws_wrapper()
        if wrapper:
            files.write(self.root, f"{files.TOOLS}/aws", wrapper, 0o755)
        self.boot()

    def _make_disk(self):
        """Creates a folder of the host for the NVMe disk, since the machine's own disk is in memory."""
        disk = os.path.join(environment.docker()["disks"], self.instance.id)
        os.makedirs(disk)
        return disk

    def _complaint(self):
        with open(self.folder + ".log", encoding="utf8", errors="replace") as file:
            return file.read().strip()

    @property
    def hostname(self):
        """The host name as EC2 chooses it: ip-10-0-0-4."""
        return "ip-" + (self.instance.private_ip or "127.0.0.1").replace(".", "-")

    def boot(self):
        """Boots from the current disk."""
        with self._lock:
            if self.gone or self.running:
                return
            cgroups.remove(self.boot_group)
            cgroups.make(self.boot_group)
            self.running = True
            self._keeper.stdin.write("boot\n")
            self._keeper.stdin.flush()

    def _listen(self):
        for line in self._keeper.stdout:
            word, _, code = line.strip().partition(" ")
            if word == "mounted":
                self._mounted.set()
            elif word == "ended":
                # Commands were started from outside, so systemd does not end them.
                cgroups.kill(self.boot_group)
                self.running = False
                how = {POWERED_OFF: "poweroff", REBOOTED: "reboot"}.get(int(code), "lost")
                if not self.gone:
                    self.on_end(self, how)
        self.gone = True
        self.running = False
        self._mounted.set()

    def is_online(self):
        """Tells whether the machine's agent runs."""
        if not self.running:
            return False
        group = os.path.join(self.boot_group, "system.slice", f"{files.AGENT}.service")
        for pid in cgroups.processes(group):
            try:
                with open(f"/proc/{pid}/comm", encoding="utf8") as file:
                    if file.read().startswith(files.AGENT[:15]):
                        self.seen_online = True
                        return True
            except OSError:
                continue
        return False

    def first_process(self):
        """Returns the process id of the machine's systemd on the host; None if it does not run."""
        scope = os.path.join(self.boot_group, "init.scope")
        return min(cgroups.processes(scope), default=None)

    def enter(self, command, group=None):
        """Returns a command line that runs a command inside, in a control group of the machine."""
        pid = self.first_process()
        if pid is None:
            raise RuntimeError(f"{self.instance.id} is not up")
        procs = os.path.join(self.boot_group, group or "init.scope", "cgroup.procs")
        return [
            *("bash", "-c", 'echo 0 >"$0"; exec "$@"', procs),
            *("nsenter", "--target", str(pid), "--mount", "--uts", "--ipc", "--cgroup", "--pid"),
            f"--root=/proc/{pid}/root",
            *("setpriv", "--bounding-set", environment.dropped_capabilities()),
            *command,
        ]

    def run(self, command, timeout=30):
        """Runs a shell command inside without the agent, for tests."""
        variables = {**environment.of_machine(self.instance), "HOME": "/root"}
        assignments = [f"{key}={value}" for key, value in variables.items()]
        inside = ["env", "-C", "/", "-i", *assignments, "/bin/bash", "-c", command]
        code, out, err = SPAWNER.run(self.enter(inside), timeout=timeout)
        return {"code": code, "stdout": out, "stderr": err}

    def start_script(self, path, text, variables, out, err):
        """Starts a script as the agent does, in its own process group, and returns the process."""
        agent_group = f"system.slice/{files.AGENT}.service"

        def start():
            files.write(self.root, path, text, 0o700)
            assignments = [f"{key}={value}" for key, value in variables.items()]
            inside = ["env", "-C", "/usr/bin", "-i", *assignments, "sh", "-c", path]
            return subprocess.Popen(
                self.enter(inside, agent_group),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                start_new_session=True,
            )

        return SPAWNER.call(start)

    def read(self, path):
        """Returns the text of a file inside; None if it does not exist."""
        if self.gone:
            return self.kept_files.get(path)
        try:
            with open(self._path(path), encoding="utf8", errors="replace") as file:
                return file.read()
        except OSError:
            return None

    def _path(self, path):
        pid = self.first_process()
        inside = f"/proc/{pid}/root" if pid else self.root
        return inside + os.path.abspath(path)

    def cut_power(self):
        """Kills all processes at once; the disk is kept."""
        cgroups.kill(self.boot_group)

    def destroy(self):
        """Ends the machine and deletes its disk. The output of its user data can still be read."""
        with self._lock:
            if self.gone:
                return
            for path in ("/var/log/cloud-init-output.log", "/var/lib/cloud/instance/exit-code"):
                self.kept_files[path] = self.read(path)
            self.gone = True
        cgroups.kill(self.group)
        if self._keeper is not None:
            self._keeper.wait()
        self.running = False
        cgroups.remove(self.group)
        for leftover in (self.folder, self.folder + ".log"):
            with contextlib.suppress(OSError):
                os.rmdir(leftover) if os.path.isdir(leftover) else os.unlink(leftover)


class Machines:
    """All machines of this emulator, by instance id."""

    group = ""
    by_id = {}

    @classmethod
    def of(cls, instance_id):
        """Returns the machine of an instance, even if it is gone; None if it never had one."""
        return cls.by_id.get(instance_id)

    @classmethod
    def destroy_all(cls):
        """Ends all machines at once."""
        threads = [threading.Thread(target=m.destroy) for m in list(cls.by_id.values())]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()


def kill_group(process):
    """Kills a process and its process group."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
