"""Cleans up after an emulator that was killed, so that no machine outlives it.

    python guard.py CGROUP FOLDER

The emulator holds the other end of this process's standard input. When that closes, the guard kills
everything in the control group and removes the group and the folder.
"""

import os
import shutil
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import cgroups  # noqa: E402  (imported as a file, since the package would import moto)


def main():
    """Waits for the end of the emulator, and cleans up."""
    group, folder = sys.argv[1:3]
    while sys.stdin.buffer.read(1):
        pass
    cgroups.kill(group)
    cgroups.remove(group)
    shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
