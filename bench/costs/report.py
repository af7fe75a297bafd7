# SPDX-License-Identifier: Apache-2.0
"""Everything measured, as a Markdown page that is also readable as it is."""

from .recorders import ATOP
from .scenarios import ratio

INTRODUCTION = """# What recording costs

Made by `./dev bench`; the numbers are of one run on one machine. Compare ratios, not milliseconds:
all recorders ran in turn, on the same processes, in the same run.
"""

GOALS = """The goals are for processes that are idle, unless a row says otherwise. What is compared with the
bare loop and the empty iterator are the sources of tasks, alone.
"""

BUSY = """There are no goals for these: the same ratios, in the same run, when one process in ten runs for a
moment a few times a second. More of it has to be read then, and written; the bare loop and the
empty iterator do what they always do.
"""

START = """From the start of proctaped until its first record is in the log, on the wall clock, with 200 idle
processes, and all files in the page cache. The first row is config/proctape.toml as it is; the others
leave out a part of it.
"""

EXPLANATION = """CPU time is what the scheduler has counted for all threads of a recorder, from one record of its log
to the next; the first sample, the one since boot, is left out. Given are the median of all samples
of all rounds, and in parentheses the least and the most. "Busy" processes run for a moment a few
times a second. "Alone" are the sources of tasks, without PSS. The bare loop opens, reads and closes `stat`, `status`, `io` and `cmdline` of each
process; the empty iterator is a BPF program that is called for each task and returns. atop reads no
PSS unless it is asked to, proctaped does within a budget of 0.05 % of a CPU; so it is measured without, too.
"""


def table(heading, rows):
    rows = [[str(cell) for cell in row] for row in rows]
    widths = [max(len(row[i]) for row in [heading, *rows]) for i in range(len(heading))]

    # Numbers to the right.
    signs = [">" if i > 0 and all(row[i][:1].isdigit() or not row[i] for row in rows) else "<"
             for i in range(len(heading))]  # fmt: skip

    def line(cells):
        return "| " + " | ".join(
            f"{cell:{sign}{width}}" for cell, sign, width in zip(cells, signs, widths)
        ) + " |"

    rule = "|" + "|".join(
        "-" * (width + 1) + ":" if sign == ">" else ":" + "-" * (width + 1)
        for sign, width in zip(signs, widths)
    ) + "|"
    return "\n".join([line(heading), rule, *(line(row) for row in rows)]) + "\n"


SCENARIO_HEADING = [
    "processes", "recorder", "CPU ms per sample", "user / system", "us per process",
    "to atop", "to bare loop", "to empty iterator", "bytes per sample", "to atop's",
    "RSS MB steady / peak",
]  # fmt: skip


def times(ours, theirs):
    return f"{ratio(ours, theirs):.3f}" if theirs else ""


def scenario_rows(scenario):
    rows = []
    theirs = scenario.costs[ATOP]
    for name, cost in scenario.costs.items():
        user = cost.cpu_ms.median * cost.user_share
        rows.append([
            scenario.name, name, f"{cost.cpu_ms:.1f}",
            f"{user:.1f} / {cost.cpu_ms.median - user:.1f}",
            f"{cost.cpu_ms.median * 1000 / scenario.processes:.1f}",
            "" if name == ATOP else times(cost.cpu_ms, theirs.cpu_ms),
            times(cost.cpu_ms, scenario.floors.get("proc")),
            times(cost.cpu_ms, scenario.floors.get("bpf")),
            f"{cost.log_bytes.median:.0f}",
            "" if name == ATOP else times(cost.log_bytes, theirs.log_bytes),
            f"{cost.steady_kib * 1024 / 1e6:.1f} / {cost.peak_kib * 1024 / 1e6:.1f}",
        ])  # fmt: skip
    parts = [("tasks from /proc, alone", scenario.sources, "proc"),
             ("tasks from BPF, alone", scenario.sources, "bpf"),
             ("bare loop", scenario.floors, "proc"),
             ("empty BPF iterator", scenario.floors, "bpf")]  # fmt: skip
    for label, measured, what in parts:
        if what not in measured:
            continue
        ms = measured[what]
        to_loop, to_iterator = (
            times(ms, scenario.floors.get(floor)) if measured is scenario.sources else ""
            for floor in ("proc", "bpf")
        )
        rows.append([scenario.name, label, f"{ms:.2f}", "",
                     f"{ms.median * 1000 / scenario.processes:.2f}", "", to_loop, to_iterator,
                     "", "", ""])  # fmt: skip
    return rows


def page(results):
    parts = [INTRODUCTION]
    parts += [table(["", "of this run"], results.machine)]
    for name, why in results.refused.items():
        parts.append(f"Left out: {name}: {why}.\n")
    if results.remark:
        parts.append(results.remark + "\n")
    parts += ["## Goals\n", GOALS]
    parts.append(table(
        ["goal", "at most", "measured", ""],
        [[g.text, f"{g.most:.3g}{g.unit}",
          "" if g.measured is None else f"{g.measured:.3g}{g.unit}", g.verdict]
         for g in results.goals],
    ))  # fmt: skip
    if results.busy_ratios:
        parts += ["### With 10 % busy\n", BUSY]
        parts.append(table(["ratio", "all idle", "10 % busy"],
                           [[what, f"{idle:.3g}", f"{busy:.3g}"]
                            for what, idle, busy in results.busy_ratios]))  # fmt: skip
    parts += ["## Processes\n", EXPLANATION]
    parts.append(table(SCENARIO_HEADING, [r for s in results.scenarios for r in scenario_rows(s)]))
    if results.calls:
        there, calls = results.calls
        parts.append(f"System calls per process and sample, with {there} processes, all of a "
                     "recorder's included (strace):\n")  # fmt: skip
        parts.append(table(["recorder", "calls"], [[n, f"{c:.2f}"] for n, c in calls.items()]))
    if results.starts:
        parts += ["## The start\n", START]
        parts.append(table(["configuration", "ms"],
                           [[n, f"{ms:.1f}"] for n, ms in results.starts.items()]))  # fmt: skip
    if results.sources:
        parts.append("## The system's sources\n\nCPU time of each reading; what is not on this "
                     "host is asked once a minute.\n")  # fmt: skip
        parts.append(table(["source", "us", "most"],
                           [[n, f"{m:.0f}", f"{x:.0f}"] for n, m, x in results.sources]))  # fmt: skip
    if results.large_hosts:
        parts.append("## Large hosts\n\nMade of ordinary files, without a process: parsing, "
                     "encoding and writing as on the real one, reading not.\n")  # fmt: skip
        parts.append(table(["CPUs", "disks", "format", "CPU ms per sample", "bytes per sample"],
                           [[c, d, f, f"{ms:.2f}", f"{size.median:.0f}"]
                            for c, d, f, ms, size in results.large_hosts]))  # fmt: skip
    if results.exits:
        parts.append("## Processes that end\n\nWhat each costs the daemon, writing included.\n")
        parts.append(table(["source", "exits per second", "CPU us per exit"],
                           [[s, f"{r:.0f}", f"{us:.1f}"] for s, r, us in results.exits]))  # fmt: skip
    if results.parsing:
        parts.append("## Parsing alone\n\nThe files of one process, as the kernel hands them out. "
                     "Of one that did not run `schedstat` alone is read, mostly.\n")  # fmt: skip
        parts.append(table(["file", "CPU us", "bytes"],
                           [[n, f"{us:.3f}", f"{size:.0f}"]
                            for n, us, size in results.parsing]))  # fmt: skip
    if results.micro:
        parts.append("## Encoding and compressing alone\n\n`ours` is what proctaped does, and "
                     "`zlib_6` what atop does; the others are there to compare.\n")  # fmt: skip
        parts.append(table(["benchmark", "CPU us", "bytes"],
                           [[n, f"{us:.0f}", f"{size:.0f}"] for n, us, size in results.micro]))  # fmt: skip
    return "\n".join(parts)
