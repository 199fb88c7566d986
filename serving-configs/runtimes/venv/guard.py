"""Runs one platform and makes sure that none of its processes outlives it.

usage: guard.py --signal process|group --grace SECONDS --log FILE --remove FOLDER [--leaves PATTERN]... -- COMMAND...

The guard is the reaper of all processes below it, even of those that start their own session or whose parent has died. It
stops the platform at SIGTERM, or when its standard input closes because its parent has ended: it sends SIGTERM to the platform,
and SIGKILL to every process that is left after the grace period. Then it removes the folder, and all files and empty folders
that match a pattern and did not exist at the start, because a platform may leave them elsewhere when it is killed.

Exit code: 0 if it was asked to stop; 1 if the platform ended by itself, with its last lines on stderr.
"""

import argparse
import ctypes
import glob
import os
import re
import selectors
import shutil
import signal
import subprocess
import sys
import time

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36
LAST_LINES = 20
LAST_ERRORS = 5
ERROR = re.compile("error|exception|failed", re.IGNORECASE)
POLL_SECONDS = 0.02


def read_arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--signal", choices=("process", "group"), required=True)
    parser.add_argument("--grace", type=float, required=True)
    parser.add_argument("--log", required=True)
    parser.add_argument("--remove", required=True)
    parser.add_argument("--leaves", action="append", default=[])
    parser.add_argument("command", nargs=argparse.REMAINDER)
    arguments = parser.parse_args()
    if arguments.command[:1] == ["--"]:
        del arguments.command[0]
    return arguments


def parent_by_process():
    """The parent of each process that is not a zombie."""
    parents = {}
    for entry in os.scandir("/proc"):
        if not entry.name.isdigit():
            continue
        try:
            with open(f"/proc/{entry.name}/stat", encoding="utf8", errors="replace") as file:
                # The name of the program is in parentheses and may contain any character.
                state, parent = file.read().rpartition(")")[2].split()[:2]
        except OSError:
            continue
        if state not in "ZX":
            parents[int(entry.name)] = int(parent)
    return parents


def descendants():
    """The running processes below this one, at about this moment."""
    parents = parent_by_process()
    found = {os.getpid()}
    grown = True
    while grown:
        below = {process for process, parent in parents.items() if parent in found}
        grown = not below <= found
        found |= below
    found.discard(os.getpid())
    return found


def name_of(process):
    try:
        with open(f"/proc/{process}/comm", encoding="utf8") as file:
            return file.read().strip()
    except OSError:
        return "?"


def send(process, number, to_group=False):
    try:
        (os.killpg if to_group else os.kill)(process, number)
    except ProcessLookupError:
        pass


class Platform:
    def __init__(self, arguments, prctl):
        self.arguments = arguments
        self.ended = False
        with open(arguments.log, "ab") as log:
            # Kept in a field: if it were garbage-collected, it could reap the process itself, and reap() would wait forever.
            self.popen = subprocess.Popen(
                arguments.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                # In case this process is killed, which it cannot handle.
                preexec_fn=lambda: prctl(PR_SET_PDEATHSIG, signal.SIGTERM),
            )
        self.process = self.popen.pid

    def reap(self):
        """Reaps all children, including adopted ones. Returns whether any process is left below this one: processes that
        lose their parent become children of this one, so no process is left if there is no child.
        """
        while True:
            try:
                process, _ = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return False
            if process == 0:
                return True
            if process == self.process:
                self.ended = True

    def stop(self):
        """Ends all processes and prints which ones had to be killed."""
        if not self.ended:
            send(self.process, signal.SIGTERM, self.arguments.signal == "group")
        deadline = time.monotonic() + self.arguments.grace
        signalled_orphans = False
        while self.reap() and time.monotonic() < deadline:
            # The process that would have forwarded the signal has ended.
            if self.ended and not signalled_orphans:
                signalled_orphans = True
                for process in descendants():
                    send(process, signal.SIGTERM)
            time.sleep(POLL_SECONDS)
        if self.reap():
            names = ", ".join(f"{name_of(process)} ({process})" for process in sorted(descendants()))
            print(f"killed after SIGTERM had no effect: {names}", file=sys.stderr, flush=True)
        while self.reap():
            for process in descendants():
                send(process, signal.SIGKILL)
            time.sleep(POLL_SECONDS)


def matches(patterns):
    return {path for pattern in patterns for path in glob.glob(pattern)}


def remove_leftovers(paths):
    for path in paths:
        try:
            (os.rmdir if os.path.isdir(path) and not os.path.islink(path) else os.unlink)(path)
        except OSError:
            pass  # It is in use, or belongs to another user.


def print_last_lines(file):
    """Prints the last lines of the platform's output, preceded by the last error messages further up."""
    with open(file, encoding="utf8", errors="replace") as log:
        lines = [line.rstrip() for line in log]
    errors = [line for line in lines[:-LAST_LINES] if ERROR.search(line)]
    print("\n".join([*errors[-LAST_ERRORS:], *lines[-LAST_LINES:]]), file=sys.stderr, flush=True)


def main():
    arguments = read_arguments()
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    if prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0:
        sys.exit("this system cannot make a process the reaper of its descendants (PR_SET_CHILD_SUBREAPER)")

    wake, waker = os.pipe()
    os.set_blocking(wake, False)
    os.set_blocking(waker, False)
    signal.set_wakeup_fd(waker)
    stop_requests = []
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *_: stop_requests.append(True))
    signal.signal(signal.SIGCHLD, lambda *_: None)

    existing = matches(arguments.leaves)
    platform = Platform(arguments, prctl)
    with selectors.DefaultSelector() as selector:
        selector.register(wake, selectors.EVENT_READ)
        selector.register(sys.stdin.fileno(), selectors.EVENT_READ)
        while not stop_requests and not platform.ended:
            for key, _ in selector.select():
                if key.fd == wake:
                    os.read(wake, 4096)
                elif os.read(key.fd, 4096) == b"":
                    stop_requests.append(True)
            platform.reap()
    by_itself = platform.ended and not stop_requests
    platform.stop()
    if by_itself:
        print_last_lines(arguments.log)
    shutil.rmtree(arguments.remove, ignore_errors=True)
    remove_leftovers(matches(arguments.leaves) - existing)
    sys.exit(1 if by_itself else 0)


main()
