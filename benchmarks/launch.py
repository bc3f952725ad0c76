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
    reading, writing = os.pipe()
    started = time.perf_counter()
    pid = os.posix_spawnp(command[0], command, os.environ, file_actions=[(os.POSIX_SPAWN_DUP2, writing, 2)])
    os.close(writing)
    first = passed_on(reading, started)
    _, status, usage = os.wait4(pid, 0)
    wall = time.perf_counter() - started
    with open(report, "w", encoding="utf-8") as file:
        figures = {"wall": wall, "first": first, "user": usage.ru_utime, "system": usage.ru_stime}
        figures |= {"peak": usage.ru_maxrss}
        json.dump({**figures, "code": os.waitstatus_to_exitcode(status)}, file)
    return 0


def passed_on(reading: int, started: float) -> float:
    """Pass on what is said on standard error; return after how many seconds that began, 0 for nothing."""
    first = 0.0
    while said := os.read(reading, 65536):
        first = first or time.perf_counter() - started
        os.write(2, said)
    return first


if __name__ == "__main__":
    sys.exit(main())
