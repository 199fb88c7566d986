"""A thread that starts all processes.

There are two reasons for a single thread. The kernel kills a child with `--pdeathsig` when the
*thread* that started it ends, so that thread must live as long as the emulator. And a fork while
another thread writes a script can fail with "Text file busy".
"""

import queue
import subprocess
import threading


class Spawner:
    """Runs functions one by one in its thread."""

    def __init__(self):
        self._work = queue.Queue()
        threading.Thread(target=self._loop, daemon=True).start()

    def _loop(self):
        while True:
            function, done, box = self._work.get()
            try:
                box["result"] = function()
            except BaseException as error:
                box["error"] = error
            done.set()

    def call(self, function):
        """Runs a function; returns its result or raises its error."""
        done, box = threading.Event(), {}
        self._work.put((function, done, box))
        done.wait()
        if "error" in box:
            raise box["error"]
        return box["result"]

    def popen(self, *args, **kwargs):
        """Starts a process."""
        return self.call(lambda: subprocess.Popen(*args, **kwargs))

    def run(self, command, timeout=30, **kwargs):
        """Runs a command to its end and returns (exit code, standard output, standard error)."""
        process = self.popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
            **kwargs,
        )
        try:
            out, err = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            process.kill()
            out, err = process.communicate()
        return process.returncode, out, err


SPAWNER = Spawner()
