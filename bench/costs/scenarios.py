# SPDX-License-Identifier: Apache-2.0
"""All recorders, one after the other and again, on the same processes."""

import pathlib
import subprocess
import tempfile
import time
from dataclasses import dataclass, field

from . import recorders as names
from .processes import Failed, Population, Recording, count_processes
from .spread import Spread, spread

# Where in the second a recording is started, so that proctaped's first sample, taken at once, is
# over before the next whole second.
START_IN_SECOND = 0.05


@dataclass
class Cost:
    """Of one recorder in one scenario, per sample."""

    cpu_ms: Spread
    user_share: float
    log_bytes: Spread
    steady_kib: float
    peak_kib: float


@dataclass
class Scenario:
    started: int  # processes
    busy_percent: int
    processes: int = 0  # with those that were there before
    costs: dict = field(default_factory=dict)  # by recorder
    floors: dict = field(default_factory=dict)  # "proc", "bpf": ms, a Spread
    sources: dict = field(default_factory=dict)  # of tasks, alone: "proc", "bpf": ms, a Spread

    @property
    def name(self):
        return f"{self.started}, {self.busy_percent} % busy" if self.busy_percent else str(self.started)

    @property
    def idle(self):
        return self.busy_percent == 0


def record(recorder, interval, samples):
    time.sleep((START_IN_SECOND - time.time()) % 1.0)
    with tempfile.TemporaryDirectory(prefix="proctape-bench-") as name:
        directory = pathlib.Path(name)
        # Enough to be still running, and seen in /proc, after the last measured sample.
        command = recorder.command(directory, interval, samples + 5)
        with Recording(command, directory / "log") as recording:
            return recording.measure(samples)


def rounds_of(build, program, what, rounds):
    """CPU time of each round, in ms; none if this machine cannot."""
    run = subprocess.run(
        [str(build / "bench" / program), what, str(rounds), "300"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if run.returncode != 0:
        return []
    return [float(line.split()[0]) / 1000 for line in run.stdout.splitlines()]


def summed_up(recorded):
    return Cost(
        spread(ms for one in recorded for ms in one.cpu_ms),
        sum(one.user_share for one in recorded) / len(recorded),
        spread(size for one in recorded for size in one.log_bytes),
        max(one.steady_kib for one in recorded),
        max(one.peak_kib for one in recorded),
    )


def run(build, recorders, started, busy_percent, samples, rounds, say):
    """-> Scenario"""
    scenario = Scenario(started, busy_percent)
    # atop alone needs more than a second for 20,000.
    interval = 1 if started <= 5000 else 3
    if started > 5000:
        rounds = min(rounds, 2)
    recorded = {recorder.name: [] for recorder in recorders}
    floors = {"proc": [], "bpf": []}
    sources = {"proc": [], "bpf": []}
    with Population(build, started, busy_percent):
        time.sleep(1)
        scenario.processes = count_processes()
        for number in range(rounds):
            for what in floors:
                floors[what] += rounds_of(build, "proctape_floor", what, 3)
                sources[what] += rounds_of(build, "proctape_task_source", what, 5)
            for recorder in recorders:
                say(f"{scenario.name}: round {number + 1} of {rounds}, {recorder.name}")
                recorded[recorder.name].append(record(recorder, interval, samples))
    scenario.floors = {what: spread(times) for what, times in floors.items() if times}
    scenario.sources = {what: spread(times) for what, times in sources.items() if times}
    scenario.costs = {name: summed_up(all_of_it) for name, all_of_it in recorded.items()}
    return scenario


def recorders_for(started, busy_percent, recorders):
    """Without PSS only where the goals are."""
    with_all = busy_percent == 0 and started in (200, 5000)
    return [r for r in recorders if with_all or not r.name.endswith(names.NO_PSS)]


def ratio(ours, theirs):
    if theirs.median <= 0:
        raise Failed("nothing to compare with")
    return ours.median / theirs.median
