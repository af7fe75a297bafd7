# SPDX-License-Identifier: Apache-2.0
"""Processes that are measured, and those that they have to record."""

import os
import pathlib
import re
import signal
import subprocess
import time
from dataclasses import dataclass

LOOK_EVERY = 0.01  # s
# After a record was written: the recorder still cleans up.
SETTLE = 0.05  # s


class Failed(Exception):
    pass


@dataclass
class Usage:
    """Of a process since its start."""

    run_ns: int
    user_ticks: int
    system_ticks: int


def usage(pid):
    run_ns = 0
    for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
        run_ns += int((task / "schedstat").read_text().split()[0])
    # Behind the name, which may hold anything: utime and stime are the 12th and 13th.
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return Usage(run_ns, int(fields[11]), int(fields[12]))


def memory_kib(pid, key):
    """VmRSS or VmHWM"""
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(re.search(rf"^{key}:\s+(\d+) kB$", status, re.MULTILINE).group(1))


def count_processes():
    return sum(name.isdigit() for name in os.listdir("/proc"))


@dataclass
class Recorded:
    """What a recording has cost. Lists have an element for each sample."""

    cpu_ms: list
    log_bytes: list
    user_share: float  # of the CPU time of all
    steady_kib: int
    peak_kib: int


class Recording:
    """A recorder at work on a log in `directory`."""

    def __init__(self, command, directory):
        self.name = os.path.basename(command[0])
        self.directory = directory
        self.size = 0
        self.process = subprocess.Popen(command, stderr=subprocess.PIPE)

    @property
    def pid(self):
        return self.process.pid

    def log_size(self):
        return sum(path.stat().st_size for path in self.directory.iterdir())

    def await_growth(self, seconds=60, look_every=LOOK_EVERY):
        """Waits until the log has grown by a record."""
        give_up = time.monotonic() + seconds
        while self.log_size() == self.size:
            if self.process.poll() is not None:
                complaint = self.process.stderr.read().decode(errors="replace").strip()
                raise Failed(f"{self.name} ended early: {complaint}")
            if time.monotonic() > give_up:
                raise Failed(f"{self.name} writes nothing")
            time.sleep(look_every)

    def await_record(self):
        """Waits until the log has grown by a record, and a moment more."""
        self.await_growth()
        time.sleep(SETTLE)
        self.size = self.log_size()

    def measure(self, samples):
        """Of the samples after the first, which is the one since boot."""
        self.await_record()
        before, size_before = usage(self.pid), self.size
        first, cpu_ms, log_bytes = before, [], []
        for _ in range(samples):
            self.await_record()
            now = usage(self.pid)
            cpu_ms.append((now.run_ns - before.run_ns) / 1e6)
            log_bytes.append(self.size - size_before)
            before, size_before = now, self.size
        user, system = now.user_ticks - first.user_ticks, now.system_ticks - first.system_ticks
        return Recorded(
            cpu_ms,
            log_bytes,
            user / (user + system) if user + system else 0,
            memory_kib(self.pid, "VmRSS"),
            memory_kib(self.pid, "VmHWM"),
        )

    def stop(self):
        # atop takes this as the request for a last sample and an orderly end.
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGUSR2)
        try:
            self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stderr.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


class Population:
    """So many processes, for as long as the block lasts."""

    def __init__(self, build, count, busy_percent=0):
        program = build / "bench" / "proctape_population"
        self.command = [str(program), str(count), str(busy_percent)]

    def __enter__(self):
        self.process = subprocess.Popen(self.command, stdout=subprocess.PIPE, text=True)
        try:
            if self.process.stdout.readline() != "ready\n":
                raise Failed("the processes could not be started")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()
        self.process.stdout.close()
