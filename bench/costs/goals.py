# SPDX-License-Identifier: Apache-2.0
"""What was promised, and whether it is kept."""

from dataclasses import dataclass

from .recorders import ATOP, BPF, NO_PSS, PROC
from .scenarios import ratio
from .start import AS_SHIPPED


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


class Seen:
    """What was measured with so many of a hundred processes busy."""

    def __init__(self, scenarios, busy_percent):
        self.by_size = {s.started: s for s in scenarios if s.busy_percent == busy_percent}

    def cost(self, started, name):
        scenario = self.by_size.get(started)
        return scenario.costs.get(name) if scenario else None

    def against_atop(self, started, name):
        ours, theirs = self.cost(started, name), self.cost(started, ATOP)
        return ratio(ours.cpu_ms, theirs.cpu_ms) if ours and theirs else None

    def against_floor(self, started, what):
        """The source of tasks alone: the floors are no more."""
        scenario = self.by_size.get(started)
        if scenario is None or what not in scenario.sources or what not in scenario.floors:
            return None
        return ratio(scenario.sources[what], scenario.floors[what])

    def steady_mb(self, started):
        if started not in self.by_size:
            return None
        costs = self.by_size[started].costs
        kib = [cost.steady_kib for name, cost in costs.items() if name != ATOP]
        return max(kib) * 1024 / 1e6 if kib else None

    def growth(self, name):
        """How far what a process more costs is apart, below and above 5,000."""
        steps = (1000, 5000, 20000)
        if any(self.cost(started, name) is None for started in steps):
            return None
        ms = [self.cost(started, name).cpu_ms.median for started in steps]
        there = [self.by_size[started].processes for started in steps]
        below = (ms[1] - ms[0]) / (there[1] - there[0])
        above = (ms[2] - ms[1]) / (there[2] - there[1])
        return max(below, above) / min(below, above) if min(below, above) > 0 else None


def ratios(seen, kind):
    """-> [(text, at most, measured)]. `kind` is the word for these processes."""
    rows = []
    for pss in ("", NO_PSS):
        rows += [
            (f"CPU per sample against atop -w, 5,000 {kind}: {BPF}{pss}", 1 / 20,
             seen.against_atop(5000, BPF + pss)),
            (f"the same: {PROC}{pss}", 1 / 3, seen.against_atop(5000, PROC + pss)),
            (f"CPU per sample against atop -w, 200 {kind}: {BPF}{pss}", 1 / 8,
             seen.against_atop(200, BPF + pss)),
        ]  # fmt: skip
    return rows + [
        (f"tasks from /proc against the bare loop, 5,000 {kind}", 0.6,
         seen.against_floor(5000, "proc")),
        (f"tasks from BPF against the empty iterator, 5,000 {kind}", 4,
         seen.against_floor(5000, "bpf")),
    ]  # fmt: skip


def bytes_against_atop(scenarios):
    found = [
        ratio(cost.log_bytes, scenario.costs[ATOP].log_bytes)
        for scenario in scenarios
        for name, cost in scenario.costs.items()
        if name != ATOP
    ]
    return max(found) if found else None


def goals(results):
    idle = Seen(results.scenarios, 0)
    start = results.starts.get(AS_SHIPPED)
    parsing = {name: us for name, us, _ in results.parsing}
    rows = [Goal(*row) for row in ratios(idle, "idle processes")]
    rows += [
        Goal("bytes per sample against atop's, the worst of all, busy ones too", 1.0,
             bytes_against_atop(results.scenarios)),
        Goal("steady RSS, 200 idle processes", 6, idle.steady_mb(200), " MB"),
        Goal("steady RSS, 5,000 idle processes", 16, idle.steady_mb(5000), " MB"),
    ]  # fmt: skip
    rows += [Goal(f"cost of an idle process more, above and below 5,000: {name}", 1.2,
                  idle.growth(name)) for name in (PROC, BPF)]  # fmt: skip
    return rows + [
        Goal("from the start to the first record, 200 idle processes", 50,
             start.median if start else None, " ms"),
        Goal("parsing all files of a process that ran", 0.5,
             parsing.get("all of a process"), " us"),
    ]  # fmt: skip


def busy_ratios(scenarios):
    """-> [(text, with idle processes, with busy ones)], where there were both"""
    idle, busy = (ratios(Seen(scenarios, percent), "processes") for percent in (0, 10))
    return [
        (text, without, with_busy)
        for (text, _, without), (_, _, with_busy) in zip(idle, busy)
        if without is not None and with_busy is not None
    ]
