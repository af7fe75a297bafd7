# SPDX-License-Identifier: Apache-2.0
"""Compares the exited processes of two logs. atop takes them from process accounting: one record
per process, written as it exits, its times in hundredths of a second and counters rounded to 13
bits. A process is the same in both by its pid and start.

Of a process that was there in an earlier sample both store what it did since; the samples being
at different moments, only those that began and ended within one interval of both are compared by
value.
"""

from dataclasses import dataclass
from typing import Callable

NEW_BIT = 0x80000000
# atop's start times are off by up to a second, see check_start_times in rules.py; an accounting
# record's are cut to seconds once more.
START_APART = 2
# Fewest exits that both must have seen whole, so that the comparison says something.
FEWEST = 20


def within(floor, rel=0.0):
    return lambda ours, theirs: abs(ours - theirs) <= max(floor, rel * theirs)


def same(ours, theirs):
    return ours == theirs


@dataclass(frozen=True)
class Member:
    path: str
    agrees: Callable
    how: str
    # Of all exits together; what single ones are off by chance cancels out.
    total_rel: float = 0.0


MEMBERS = [
    Member("gen.tgid", same, "identical"),
    Member("gen.ppid", same, "identical"),
    Member("gen.name", same, "identical"),
    Member("gen.state", same, "identical"),
    Member("gen.isproc", same, "identical"),
    Member("gen.nthr", same, "identical"),
    Member("gen.ruid", same, "identical"),
    Member("gen.rgid", same, "identical"),
    Member("gen.excode", same, "identical"),
    Member("gen.wasinactive", same, "identical"),
    Member("gen.btime", within(START_APART), f"within {START_APART} s"),
    Member("gen.elaps", within(5), "within 5 ticks: atop's ends at exit"),
    Member("cpu.utime", within(3, 0.15), "within 3 ticks or 15 %: atop's is not scaled"),
    Member("cpu.stime", within(3, 0.15), "within 3 ticks or 15 %: atop's is not scaled"),
    Member("cpu.curcpu", same, "identical"),
    Member("mem.minflt", within(0, 2**-12), "equal but for atop's 13 bits", total_rel=0.001),
    Member("mem.majflt", within(0, 2**-12), "equal but for atop's 13 bits"),
]


def value(entry, path):
    group, name = path.split(".")
    return entry[group][name]


def _by_pid(exits):
    found = {}
    for epoch, entry in exits:
        found.setdefault(entry["gen"]["pid"], []).append((epoch, entry))
    return found


def _partner(candidates, epoch, entry):
    """The same process in the other log: pid, start, and a sample taken at that time."""
    for other_epoch, other in candidates:
        apart = abs(other["gen"]["btime"] - entry["gen"]["btime"])
        if abs(other_epoch - epoch) <= 1 and apart <= START_APART:
            return other
    return None


def compare(report, ours, theirs, epochs):
    """`ours` and `theirs` as members.read() gives them, `epochs` those of the records that both
    have. Returns the number of exits compared by value; failures go to `report`, with label EXIT.
    """
    inner = set(epochs[2:-2])
    candidates = _by_pid(ours)
    pairs = []
    for epoch, entry in theirs:
        if epoch not in inner:
            continue
        name = f"pid {entry['gen']['pid']} ({entry['gen']['name']})"
        mine = _partner(candidates.get(entry["gen"]["pid"], []), epoch, entry)
        if mine is None:
            report.fail("EXIT", "-", name, f"theirs exited by {epoch}, not in our log")
        elif mine["gen"]["excode"] & entry["gen"]["excode"] & NEW_BIT:
            pairs.append((name, mine, entry))
    for member in MEMBERS:
        sums = [0, 0]
        for name, mine, entry in pairs:
            a, b = value(mine, member.path), value(entry, member.path)
            report.tally("EXIT", member.path).values += 1
            if not member.agrees(a, b):
                report.fail("EXIT", member.path, name, f"ours {a}, theirs {b}; {member.how}")
            if member.total_rel:
                sums[0] += a
                sums[1] += b
        if member.total_rel and abs(sums[0] - sums[1]) > member.total_rel * sums[1]:
            report.fail("EXIT", member.path, "all", f"ours {sums[0]}, theirs {sums[1]} in sum")
    if len(pairs) < FEWEST:
        report.fail("EXIT", "-", "", f"only {len(pairs)} exits seen by both", jitter=True)
    return len(pairs)
