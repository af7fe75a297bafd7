# SPDX-License-Identifier: Apache-2.0
"""What the roles of workload.cc must show in a log, so that a comparison that agrees cannot agree
about nothing. One row per fact; amounts are what is left of them on a machine that is busy with
much else."""

from dataclasses import dataclass
from typing import Callable


@dataclass(frozen=True)
class Expected:
    task: str
    label: str
    column: str
    what: str
    # Gets the column's values of all records but the first, as bytes.
    holds: Callable[[list], bool]


def always(value):
    return lambda values: all(v == value for v in values)


def numbers_at_least(least):
    return lambda values: all(int(v) >= least for v in values)


def total_at_least(least):
    return lambda values: sum(int(v) for v in values) >= least


def lengths_between(least, most):
    return lambda values: all(least <= len(v) <= most for v in values)


def begins(text):
    return lambda values: all(v.startswith(text) for v in values)


def has(text):
    return lambda values: all(text in v for v in values)


EXPECTED = [
    Expected("wl-cpu", "PRC", "utime", "burns 60 ticks a second", total_at_least(50)),
    Expected("wl-nice", "PRC", "nice", "is niced", always(b"10")),
    Expected("wl-nice", "PRC", "prio", "is niced", always(b"130")),
    Expected("wl-nice", "PRC", "utime", "burns 20 ticks a second", total_at_least(10)),
    Expected("wl-system", "PRC", "stime", "burns 15 ticks a second", total_at_least(10)),
    Expected("wl-realtime", "PRC", "policy", "is FIFO", always(b"1")),
    Expected("wl-realtime", "PRC", "rtprio", "has its priority", always(b"20")),
    Expected("wl-realtime", "PRC", "prio", "has its priority", always(b"79")),
    Expected("wl-threads", "PRG", "nthr", "has 5 threads", always(b"5")),
    Expected("wl-thread-1", "PRG", "isproc", "is a thread", always(b"n")),
    Expected("wl-thread-2", "PRC", "utime", "burns 5 ticks a second", total_at_least(3)),
    Expected("wl-thread-4", "PRG", "isproc", "is a thread", always(b"n")),
    Expected("wl-zombie", "PRG", "state", "is a zombie", always(b"Z")),
    Expected("wl-zombie", "PRG", "cmdline", "has lost its arguments", always(b"")),
    Expected("wl-grow", "PRM", "vgrow", "grows by 2560 KiB a second", total_at_least(2560)),
    Expected("wl-grow", "PRM", "rgrow", "grows by 2560 KiB a second", total_at_least(2560)),
    Expected("wl-grow", "PRM", "minflt", "faults 640 times a second", total_at_least(640)),
    Expected("wl-locked", "PRM", "vlock", "has locked 4 MiB", numbers_at_least(4096)),
    Expected("wl-disk", "PRD", "wsz", "writes 3840 sectors a second", total_at_least(256)),
    Expected("wl-disk", "PRD", "rsz", "reads 640 sectors a second", total_at_least(32)),
    Expected("wl-disk", "PRD", "cwsz", "cancels 1280 sectors a second", total_at_least(64)),
    Expected("wl-ids", "PRG", "ruid", "", always(b"60011")),
    Expected("wl-ids", "PRG", "euid", "", always(b"60012")),
    Expected("wl-ids", "PRG", "suid", "", always(b"60013")),
    Expected("wl-ids", "PRG", "fsuid", "", always(b"60012")),
    Expected("wl-ids", "PRG", "rgid", "", always(b"60001")),
    Expected("wl-ids", "PRG", "egid", "", always(b"60002")),
    Expected("wl-ids", "PRG", "sgid", "", always(b"60003")),
    Expected("wl-ids", "PRG", "fsgid", "", always(b"60002")),
    Expected("a) (b", "PRG", "cmdline", "keeps parentheses", has(b" a) (b (parentheses) ) S 1 (")),
    Expected("wl-größe-ж", "PRG", "cmdline", "keeps UTF-8", has("naïve 文件.txt".encode())),
    Expected("wl-long", "PRG", "cmdline", "is cut", lengths_between(253, 255)),
    Expected("wl-long", "PRG", "cmdline", "keeps its start", begins(b"proctape_workload ")),
    Expected("wl-control", "PRG", "cmdline", "has blanks", has(b" tab here new line return")),
    Expected("wl-blanks", "PRG", "cmdline", "keeps its blanks", has(b" wl-blanks    two   ")),
]

# Columns the workload moves: each must have been compared while it moved.
MUST_MOVE = {
    "CPU": ["stime", "utime", "ntime"],
    "cpu": ["stime", "utime", "ntime"],
    "CPL": ["csw"],
    "MEM": ["freemem"],
    "PAG": ["pgins", "pgouts"],
    "DSK": ["nread", "nrsect", "nwrite", "nwsect"],
    "NET": ["rpack", "rbyte", "spack", "sbyte"],
    "NET upper": [
        "tcp.InSegs", "tcp.OutSegs", "udp.InDatagrams", "udp.OutDatagrams", "ip.InReceives",
        "ip.OutRequests", "ip.InDelivers", "udp.NoPorts", "tcp.ActiveOpens", "tcp.PassiveOpens",
    ],
    "PRC": ["utime", "stime", "rundelay"],
    "PRM": ["vmem", "rmem", "minflt"],
    "PRD": ["rsz", "wsz", "cwsz"],
}  # fmt: skip


def unmet(log):
    """The expectations that `log` does not meet, as text."""
    values = {}
    for record in log.records[1:]:
        for (pid, is_process), labels in record.tasks.items():
            if not is_process and pid == int(labels["PRG"]["tgid"]):
                continue  # the main thread has the name of its process
            for label, row in labels.items():
                name = row["name"].decode(errors="backslashreplace")
                for column, value in row.items():
                    values.setdefault((name, label, column), []).append(value)
    found = []
    for expected in EXPECTED:
        seen = values.get((expected.task, expected.label, expected.column), [])
        if not seen or not expected.holds(seen):
            what = f"{expected.label} {expected.column} of {expected.task}"
            if expected.what:
                what += f", which {expected.what}"
            found.append(f"{what}: {b' '.join(seen).decode(errors='backslashreplace') or 'absent'}")
    return found


def unmoved(report):
    """The columns that the workload should have moved and did not."""
    return [
        f"{label} {column} never moved"
        for label, columns in MUST_MOVE.items()
        for column in columns
        if not report.tally(label, column).moved
    ]
