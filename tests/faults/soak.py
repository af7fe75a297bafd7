#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""proctaped at its shortest interval, 100 ms, under a storm of processes. Its memory is
flat within 5 % after the first of them, it opens no more files than at the beginning, and it misses
no sample, but those for which it waited for a CPU that others had. Needs what faults.py needs.

What the largest sample so far needed is kept, within limits: where the machine stood still, and a
sample got all processes that ended meanwhile, memory may be larger by as much afterwards.

    soak.py [--minutes N] [--rate N]
"""

import argparse
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

from faults import Check, Daemon, Shim, eventually, records_of

INTERVAL = 0.1
KIB_PER_TASK = 3  # of a sample, in all that is kept of it
STORM = pathlib.Path(__file__).with_name("storm.py")
CONFIGURATION = """\
[log]
max_size = "4GiB"
min_free = "off"
[tasks]
exits = "auto"
"""


class Watch:
    """What is seen of the daemon, once a second."""

    def __init__(self, pid):
        self.proc = pathlib.Path(f"/proc/{pid}")
        self.resident = []  # KiB
        self.files = []

    def look(self):
        status = (self.proc / "status").read_text()
        self.resident.append(int(status.partition("VmRSS:")[2].split()[0]))
        self.files.append(len(os.listdir(self.proc / "fd")))

    def cpu_seconds(self):
        """Running, and waiting for a CPU: (s, s)."""
        running, waiting, _ = (self.proc / "schedstat").read_text().split()
        return int(running) / 1e9, int(waiting) / 1e9


def quarters(values):
    """The first and the last one, without what came before all is warm."""
    begin = max(len(values) // 10, 15)
    quarter = (len(values) - begin) // 4
    return values[begin : begin + quarter], values[-quarter:]


def largest_at_first(tasks):
    """Of the samples until the middle of the first quarter, where its median is."""
    begin = max(len(tasks) // 10, round(15 / INTERVAL))
    return max(tasks[: begin + (len(tasks) - begin) // 8])


def tenths(values):
    size = max(len(values) // 10, 1)
    return [round(statistics.median(values[at : at + size])) for at in range(0, len(values), size)]


def record(directory, place, minutes, rate):
    """Returns what was watched, the seconds that it took, and the messages."""
    storm = subprocess.Popen(
        ["nice", sys.executable, STORM, "--rate", str(rate), "--files", place]
    )
    Shim(place / "faults")
    daemon = Daemon(directory, place / "faults", "100ms", CONFIGURATION)
    try:
        if not eventually(lambda: any(directory.glob("atop_*")) or not daemon.alive()):
            sys.exit("it records nothing")
        if not daemon.alive():
            sys.exit("\n".join(daemon.messages()))
        begin = time.monotonic()
        watch = Watch(daemon.pid)
        while time.monotonic() < begin + 60 * minutes:
            watch.look()
            time.sleep(1)
        costs = watch.cpu_seconds()
        took = time.monotonic() - begin
        status = daemon.stop()
        return watch, costs, took, status, daemon.messages()
    finally:
        daemon.close()
        storm.kill()
        storm.wait()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--rate", type=int, default=200, help="processes that begin each second")
    arguments = parser.parse_args()
    place = pathlib.Path(tempfile.mkdtemp(prefix="proctape_soak."))
    directory = place / "log"
    directory.mkdir()
    try:
        watch, costs, took, status, messages = record(
            directory, place, arguments.minutes, arguments.rate
        )
        logs = sorted(directory.glob("atop_*"), key=lambda log: log.stat().st_mtime)
        checks = [Check(log) for log in logs]
        tasks = [record.tasks for log in logs for record in records_of(log)]
    finally:
        shutil.rmtree(place)

    records = sum(check.records for check in checks)
    # One at the beginning, one at each multiple of the interval, one at the end.
    missed = int(took / INTERVAL) - records
    running, waiting = costs
    first, last = quarters(watch.resident)
    before, after = statistics.median(first), statistics.median(last)
    files_before, files_after = map(min, quarters(watch.files))
    largest = max(tasks)
    at_first = largest_at_first(tasks)
    of_stalls = KIB_PER_TASK * (largest - at_first)
    print(f"{took:.0f} s, {records} records of {sum(c.size for c in checks) / records:.0f} bytes")
    print(f"resident: {before:.0f} KiB at first, {after:.0f} at last ({after / before - 1:+.1%}), "
          f"most {max(watch.resident)}; the largest samples have {at_first} tasks at first, "
          f"{largest} in all")
    print("resident, by tenths of the time:", *tenths(watch.resident))
    print(f"open files: {files_before} at first, {files_after} at last")
    print(f"samples missed: {max(missed, 0)}; {running / took:.1%} of a CPU, "
          f"waited {waiting:.1f} s for one")

    wrong = [f"not whole: {check}" for check in checks if not check.is_whole()]
    if status != 0:
        wrong.append(f"exit status {status}")
    if abs(after - before) > 0.05 * before + of_stalls:
        wrong.append("its memory is not flat")
    if files_after > files_before:
        wrong.append("open files grow")
    # What a sample had left of its interval must be filled by waiting for a sample to be missed.
    if missed > 0 and missed * (INTERVAL - running / records) > waiting:
        wrong.append(f"{missed} samples are missing for which it had the time")
    wrong += [line for line in messages if line.startswith(("error", "critical"))]
    print("\n".join(f"FAILED: {reason}" for reason in wrong) or "ok")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
