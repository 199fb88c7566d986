"""Runs one platform and answers for all of its processes.

usage: guard.py --signal process|group --grace SECONDS --log FILE --remove FOLDER [--leaves PATTERN]... -- COMMAND...

It is the reaper of every process below it, so that none gets away: neither one that starts a session of its own, nor one
whose parent has died. The platform is stopped by SIGTERM to this process or by the end of its standard input, which is
the end of whoever started it, however that came about: SIGTERM to the platform, then SIGKILL to what is left after the
grace. Then the folder is removed, and what has come since the start under names of the patterns: files and empty folders
that a platform leaves elsewhere when it is killed.

Exit code: 0 where it was told to stop, 1 where the platform ended by itself; its last lines are on stderr then.
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
COMPLAINTS = 5
COMPLAINT = re.compile("error|exception|failed", re.IGNORECASE)
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
    """Parents of all processes that are not zombies: what waits to be reaped does nothing more."""
    parents = {}
    for entry in os.scandir("/proc"):
        if not entry.name.isdigit():
            continue
        try:
            with open(f"/proc/{entry.name}/stat", encoding="utf8", errors="replace") as file:
                # The name of the program stands in parentheses and may hold anything.
                state, parent = file.read().rpartition(")")[2].split()[:2]
        except OSError:
            continue
        if state not in "ZX":
            parents[int(entry.name)] = int(parent)
    return parents


def descendants():
    """The living processes below this one, as far as they can be seen while they come and go."""
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
            # Kept: where it is thrown away, it takes the end of a process that has ended already, and reap() waits for it forever.
            self.popen = subprocess.Popen(
                arguments.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                # Only where this process is killed, which it cannot answer.
                preexec_fn=lambda: prctl(PR_SET_PDEATHSIG, signal.SIGTERM),
            )
        self.process = self.popen.pid

    def reap(self):
        """Takes the ends of all children, own and inherited. Returns whether any process is left below this one: whoever
        loses its parent becomes a child of this one at once, so that without a child there is nobody.
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
        """Returns when nothing is left; tells what had to be killed."""
        if not self.ended:
            send(self.process, signal.SIGTERM, self.arguments.signal == "group")
        deadline = time.monotonic() + self.arguments.grace
        orphans_told = False
        while self.reap() and time.monotonic() < deadline:
            # Whoever would have passed the signal on is gone.
            if self.ended and not orphans_told:
                orphans_told = True
                for process in descendants():
                    send(process, signal.SIGTERM)
            time.sleep(POLL_SECONDS)
        if self.reap():
            names = ", ".join(f"{name_of(process)} ({process})" for process in sorted(descendants()))
            print(f"killed what SIGTERM left: {names}", file=sys.stderr, flush=True)
        while self.reap():
            for process in descendants():
                send(process, signal.SIGKILL)
            time.sleep(POLL_SECONDS)


def matches(patterns):
    return {path for pattern in patterns for path in glob.glob(pattern)}


def remove_left(paths):
    for path in paths:
        try:
            (os.rmdir if os.path.isdir(path) and not os.path.islink(path) else os.unlink)(path)
        except OSError:
            pass  # It is in use, or somebody else's.


def print_last_lines(file):
    """The end of what the platform printed, and before it the complaints that lie further up."""
    with open(file, encoding="utf8", errors="replace") as log:
        lines = [line.rstrip() for line in log]
    earlier = [line for line in lines[:-LAST_LINES] if COMPLAINT.search(line)]
    print("\n".join([*earlier[-COMPLAINTS:], *lines[-LAST_LINES:]]), file=sys.stderr, flush=True)


def main():
    arguments = read_arguments()
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    if prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0:
        sys.exit("this system cannot make a process the reaper of its descendants (PR_SET_CHILD_SUBREAPER)")

    wake, waker = os.pipe()
    os.set_blocking(wake, False)
    os.set_blocking(waker, False)
    signal.set_wakeup_fd(waker)
    told = []
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *_: told.append(True))
    signal.signal(signal.SIGCHLD, lambda *_: None)

    there_before = matches(arguments.leaves)
    platform = Platform(arguments, prctl)
    with selectors.DefaultSelector() as selector:
        selector.register(wake, selectors.EVENT_READ)
        selector.register(sys.stdin.fileno(), selectors.EVENT_READ)
        while not told and not platform.ended:
            for key, _ in selector.select():
                if key.fd == wake:
                    os.read(wake, 4096)
                elif os.read(key.fd, 4096) == b"":
                    told.append(True)
            platform.reap()
    by_itself = platform.ended and not told
    platform.stop()
    if by_itself:
        print_last_lines(arguments.log)
    shutil.rmtree(arguments.remove, ignore_errors=True)
    remove_left(matches(arguments.leaves) - there_before)
    sys.exit(1 if by_itself else 0)


main()
