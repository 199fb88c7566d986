"""Cleans up after an emulator that was killed, so that no machine outlives it.

    python guard.py CGROUP FOLDER

The emulator holds the other end of this process's standard input. When that closes, for whatever
reason, the guard ends everything in the control group and removes the group and the folder.
"""

import os
import shutil
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import cgroups  # noqa: E402  (beside this file, without the package and so without moto)


def main():
    """Waits for the end of the emulator, however it comes."""
    group, folder = sys.argv[1:3]
    while sys.stdin.buffer.read(1):
        pass
    cgroups.kill(group)
    cgroups.remove(group)
    shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
