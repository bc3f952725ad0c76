"""Run one command and write what the operating system charged it: launch.py REPORT COMMAND…

Linux counts the memory of whoever starts a command into the command's peak. So it is started from
here, a process of a few megabytes, and not from the bench.
"""

import json
import os
import sys
import time


def main() -> int:
    """Return 0 once the command has ended, however it did: its exit code is in the report."""
    report, *command = sys.argv[1:]
    started = time.perf_counter()
    pid = os.posix_spawnp(command[0], command, os.environ)
    _, status, usage = os.wait4(pid, 0)
    wall = time.perf_counter() - started
    with open(report, "w", encoding="utf-8") as file:
        figures = {"wall": wall, "user": usage.ru_utime, "system": usage.ru_stime, "peak": usage.ru_maxrss}
        json.dump({**figures, "code": os.waitstatus_to_exitcode(status)}, file)
    return 0


if __name__ == "__main__":
    sys.exit(main())
