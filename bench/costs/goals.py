# SPDX-License-Identifier: Apache-2.0
"""What was promised, and whether it is kept."""

from dataclasses import dataclass

from .recorders import ATOP, BPF, NO_PSS, PROC
from .scenarios import ratio


@dataclass
class Goal:
    text: str
    most: float
    measured: float  # None: not measured in this run
    unit: str = ""

    @property
    def verdict(self):
        if self.measured is None:
            return "not measured"
        return "met" if self.measured <= self.most else "**not met**"


def goals(scenarios):
    idle = {scenario.started: scenario for scenario in scenarios if scenario.idle}

    def cost(started, name):
        scenario = idle.get(started)
        return scenario.costs.get(name) if scenario else None

    def against_atop(started, name):
        ours, theirs = cost(started, name), cost(started, ATOP)
        return ratio(ours.cpu_ms, theirs.cpu_ms) if ours and theirs else None

    def against_floor(what):
        """The source of tasks alone: the floors are no more."""
        if 5000 not in idle or what not in idle[5000].sources or what not in idle[5000].floors:
            return None
        return ratio(idle[5000].sources[what], idle[5000].floors[what])

    def steady_mb(started):
        kib = [cost.steady_kib for name, cost in idle[started].costs.items()
               if name != ATOP] if started in idle else []  # fmt: skip
        return max(kib) * 1024 / 1e6 if kib else None

    def bytes_against_atop():
        ratios = [
            ratio(cost.log_bytes, scenario.costs[ATOP].log_bytes)
            for scenario in scenarios
            for name, cost in scenario.costs.items()
            if name != ATOP
        ]
        return max(ratios) if ratios else None

    def growth(name):
        """How far what a process more costs is apart, below and above 5,000."""
        steps = (1000, 5000, 20000)
        if any(cost(started, name) is None for started in steps):
            return None
        ms = [cost(started, name).cpu_ms.median for started in steps]
        there = [idle[started].processes for started in steps]
        below = (ms[1] - ms[0]) / (there[1] - there[0])
        above = (ms[2] - ms[1]) / (there[2] - there[1])
        return max(below, above) / min(below, above) if min(below, above) > 0 else None

    rows = []
    for pss in ("", NO_PSS):
        rows += [
            Goal(f"CPU per sample against atop -w, 5,000 processes: {BPF}{pss}", 1 / 20,
                 against_atop(5000, BPF + pss)),
            Goal(f"the same: {PROC}{pss}", 1 / 3, against_atop(5000, PROC + pss)),
            Goal(f"CPU per sample against atop -w, 200 processes: {BPF}{pss}", 1 / 8,
                 against_atop(200, BPF + pss)),
        ]  # fmt: skip
    rows += [
        Goal("tasks from /proc against the bare loop, 5,000 processes", 0.6, against_floor("proc")),
        Goal("tasks from BPF against the empty iterator, 5,000 processes", 4,
             against_floor("bpf")),
        Goal("bytes per sample against atop's, the worst of all", 1.0, bytes_against_atop()),
        Goal("steady RSS, 200 processes", 6, steady_mb(200), " MB"),
        Goal("steady RSS, 5,000 processes", 16, steady_mb(5000), " MB"),
    ]
    for name in (PROC, BPF):
        rows.append(Goal(f"cost of a process more, above and below 5,000: {name}", 1.2,
                         growth(name)))  # fmt: skip
    return rows
