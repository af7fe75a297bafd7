# SPDX-License-Identifier: Apache-2.0
"""What every column of `atop -P ALL` (atop 2.8) must satisfy when two logs of the same time and
machine are compared. This table is the whole specification; rules.py says how a kind is checked.

Column names are those of the log's members (docs/FIELDS.md). A column that cannot be compared is
listed with the reason; nothing is skipped silently.
"""

import os
import re
from dataclasses import dataclass
from typing import Callable, Optional


@dataclass(frozen=True)
class Key:
    """Names the entity the line is about (a disk, a task); no value to compare."""


@dataclass(frozen=True)
class Same:
    """Identical to what the other log shows at the same second or a neighbouring one."""

    # Says of our value and one of theirs that differ whether that is as it should be, and why.
    accepts: Optional[Callable[[bytes, bytes], bool]] = None
    reason: str = ""


@dataclass(frozen=True)
class Gauge:
    """A value of the moment: between the other log's values around that second, give or take
    `floor` and the width of those values; further off in one record at most, and not far. Of a
    task that did nothing: equal, unless others can change it."""

    floor: float
    by_others: bool = False


@dataclass(frozen=True)
class Counter:
    """A difference. Summed up from the first record on it is the kernel's own counter, so the
    value at one second lies between the other log's values one second before and after: exactly,
    without a tolerance. The totals of the common period agree within `rel`, what can happen
    between the two samplers' moments, and `floor`."""

    floor: float
    rel: float = 0.03
    # How far the kernel lets the counter step back.
    slack: float = 0
    # atop stores the total since boot for a counter that stepped back; proctape does not.
    may_fall: bool = False
    # The column is an average per unit of this other column; their product is the counter, known
    # to 2 % from two digits.
    times: str = ""
    # atop counts all twice, for this reason; proctape does not.
    twice: str = ""
    # A sum over the threads present: falls when a thread ends, so needs a constant set of them.
    over_threads: bool = False


@dataclass(frozen=True)
class Fleeting:
    """Equal for a task that did nothing; of others only that it is a possible value."""

    possible: str  # regular expression


@dataclass(frozen=True)
class Growth:
    """The difference of another column, exactly, within each log; that one is compared."""

    of: str


@dataclass(frozen=True)
class New:
    """`N` for a task that the log's previous record does not have, exactly; else `-`."""


@dataclass(frozen=True)
class Later:
    """Not recorded by default: compared only where the other log shows `absent`, too."""

    absent: bytes
    reason: str


@dataclass(frozen=True)
class Explained:
    """As `kind` says; where that does not hold, it is for this reason."""

    kind: object
    reason: str


@dataclass(frozen=True)
class Ignored:
    reason: str


def is_made_readable(ours: bytes, theirs: bytes) -> bool:
    """True if ours is their command line as proctape stores it: without control characters, and
    without the half character at the end of one that was cut at 255 bytes. atop 2.8 replaces only
    NUL, newline and tab, and cuts anywhere."""
    theirs = bytes(32 if c < 32 or c == 127 else c for c in theirs)
    if ours == theirs:
        return True
    if len(theirs) < 255 or not theirs.startswith(ours) or not 1 <= 255 - len(ours) <= 3:
        return False
    missing = theirs[len(ours) :]
    length = 2 if missing[0] & 0xE0 == 0xC0 else 3 if missing[0] & 0xF0 == 0xE0 else 4
    continued = all(c & 0xC0 == 0x80 for c in missing[1:])
    return missing[0] >= 0xC0 and continued and len(missing) < length


def is_same_worker(ours: bytes, theirs: bytes) -> bool:
    """A kernel worker is called kworker/CPU:ID, followed by what it works on at the moment."""
    names = [re.split(rb"[-+]", name)[0] for name in (ours, theirs)]
    return names[0] == names[1] and names[0].startswith(b"kworker/")


SAME = Same()

# Fewest ticks of CPU time a total must differ by to mean anything.
TICKS = Counter(floor=3)
# Of the host: ours are sums of the online CPUs, each in whole ticks; the kernel's own sum is cut once.
HOST_TICKS = Counter(floor=3, slack=os.cpu_count() or 1)
# The kernel may take a tick of these back, which atop shows as a jump to the total since boot.
FALLING_TICKS = Counter(floor=5, slack=4, may_fall=True)
EVENTS = Counter(floor=10)
RECLAIMED = Counter(
    floor=10,
    twice="atop adds pgscan_anon and _file, pgsteal_anon and _file to the sums that they are parts of",
)
PACKETS = Counter(floor=10)
MICROSECONDS = Counter(floor=5_000, rel=0.05)
SECTORS = Counter(floor=64)

PAGES_STEADY = Gauge(floor=64)  # 256 KiB
PAGES_OF_SOCKETS = Gauge(floor=16)
PAGES_BUSY = Gauge(floor=4096)  # 16 MiB: the machine's other work shows here
PAGES_DIRTY = Gauge(floor=16384)  # 64 MiB: written and synced within a moment
KIB = Gauge(floor=256)
# Divided among those who share it: changes with each that comes and goes.
PSS = Gauge(floor=2048, by_others=True)
# Averages the kernel renews every 2 s (pressure) or 5 s (load): one neighbour has the same.
AVERAGE = Gauge(floor=0.011)

CPU_TIMES = [
    ("stime", HOST_TICKS), ("utime", HOST_TICKS), ("ntime", HOST_TICKS), ("itime", FALLING_TICKS),
    ("wtime", FALLING_TICKS), ("Itime", HOST_TICKS), ("Stime", HOST_TICKS), ("steal", HOST_TICKS),
    ("guest", HOST_TICKS),
]  # fmt: skip

PERF_EVENTS = Later(b"0", "hardware counters: atop counts them outside virtual machines")
CPU_CLOCK = [
    ("freq", Gauge(floor=1000)), ("freqperc", Gauge(floor=30)),
    ("instr", PERF_EVENTS), ("cycle", PERF_EVENTS),
]  # fmt: skip

DISK = [
    ("name", Key()), ("io_ms", Counter(floor=20, rel=0.1)), ("nread", EVENTS),
    ("nrsect", SECTORS), ("nwrite", EVENTS), ("nwsect", SECTORS), ("ndisc", EVENTS),
    ("ndsect", SECTORS), ("inflight", Gauge(floor=256)),  # of this very moment
    # The text loses it in an interval with io_ms 0, hence the slack.
    ("avque", Counter(floor=500, rel=0.25, times="io_ms", slack=100)),
]  # fmt: skip


def pressure(resource):
    return [
        (resource + ".avg10", AVERAGE), (resource + ".avg60", AVERAGE),
        (resource + ".avg300", AVERAGE), (resource + ".total", MICROSECONDS),
    ]  # fmt: skip


def task(*columns):
    name = Same(is_same_worker, "a kworker's name ends with its present work")
    return [("pid", Key()), ("name", name), ("state", Fleeting("[RSDTtIXZP]")), *columns]


def where_atop_has(absent, reason):
    """Identical, but where atop has nothing."""
    return Same(lambda ours, theirs: theirs == absent, reason)


UNIFIED_FIRST = "atop 2.8 sees cgroup v2 only where /proc/1/cgroup begins with it"
CGROUP = where_atop_has(b"-3", UNIFIED_FIRST)

# Labels as atop prints them; the two kinds of NET line are told apart by the parser.
TABLE = {
    "CPU": [("hertz", SAME), ("nrcpu", SAME), *CPU_TIMES, *CPU_CLOCK],
    "cpu": [("hertz", SAME), ("cpunr", Key()), *CPU_TIMES, *CPU_CLOCK],
    "CPL": [
        ("nrcpu", SAME), ("lavg1", AVERAGE), ("lavg5", AVERAGE), ("lavg15", AVERAGE),
        ("csw", EVENTS), ("devint", EVENTS),
    ],
    "MEM": [
        ("pagesize", SAME), ("physmem", SAME), ("freemem", PAGES_BUSY), ("cachemem", PAGES_BUSY),
        ("buffermem", PAGES_STEADY), ("slabmem", PAGES_BUSY), ("cachedrt", PAGES_DIRTY),
        ("slabreclaim", PAGES_BUSY), ("vmwballoon", PAGES_STEADY), ("shmem", PAGES_STEADY),
        ("shmrss", PAGES_STEADY), ("shmswp", PAGES_STEADY), ("hugepagesz", SAME),
        ("tothugepage", SAME), ("freehugepage", SAME), ("zfsarcsize", PAGES_BUSY),
        ("ksmsharing", PAGES_STEADY), ("ksmshared", PAGES_STEADY), ("tcpsock", PAGES_OF_SOCKETS),
        ("udpsock", PAGES_OF_SOCKETS), ("pagetables", Gauge(floor=512)),
    ],
    "SWP": [
        ("pagesize", SAME), ("totswap", SAME), ("freeswap", PAGES_STEADY),
        ("swapcached", PAGES_STEADY), ("committed", PAGES_BUSY), ("commitlim", SAME),
        ("swapcached2", PAGES_STEADY), ("zswapped", PAGES_STEADY), ("zswap", PAGES_STEADY),
    ],
    "PAG": [
        ("pagesize", SAME), ("pgscans", RECLAIMED), ("allocstall", EVENTS), ("unused", SAME),
        ("swins", EVENTS), ("swouts", EVENTS), ("oomkills", EVENTS), ("compactstall", EVENTS),
        ("pgmigrate", EVENTS), ("numamigrate", EVENTS), ("pgins", EVENTS), ("pgouts", EVENTS),
    ],
    "PSI": [
        ("present", SAME), *pressure("cpusome"), *pressure("memsome"), *pressure("memfull"),
        *pressure("iosome"), *pressure("iofull"),
    ],
    "DSK": DISK,
    "LVM": DISK,
    "MDD": DISK,
    "NET upper": [
        ("tcp.InSegs", PACKETS), ("tcp.OutSegs", PACKETS), ("udp.InDatagrams", PACKETS),
        ("udp.OutDatagrams", PACKETS), ("ip.InReceives", PACKETS), ("ip.OutRequests", PACKETS),
        ("ip.InDelivers", PACKETS), ("ip.ForwDatagrams", PACKETS), ("udp.InErrors", PACKETS),
        ("udp.NoPorts", PACKETS), ("tcp.ActiveOpens", PACKETS), ("tcp.PassiveOpens", PACKETS),
        ("tcp.CurrEstab", Gauge(floor=8)), ("tcp.RetransSegs", PACKETS),
        ("tcp.InErrs", PACKETS), ("tcp.OutRsts", PACKETS),
    ],
    "NET": [
        ("name", Key()), ("rpack", PACKETS), ("rbyte", Counter(floor=10_000)),
        ("spack", PACKETS), ("sbyte", Counter(floor=10_000)), ("speed", SAME), ("duplex", SAME),
    ],
    "NUM": [
        ("numanr", Key()), ("pagesize", SAME), ("frag", Gauge(floor=3)), ("totmem", SAME),
        ("freemem", PAGES_BUSY), ("active", PAGES_BUSY), ("inactive", PAGES_BUSY),
        ("filepage", PAGES_BUSY), ("dirtymem", PAGES_DIRTY), ("slabmem", PAGES_BUSY),
        ("slabreclaim", PAGES_BUSY), ("shmem", PAGES_STEADY), ("tothp", SAME),
    ],
    "NUC": [("numanr", Key()), ("nrcpu", SAME), *CPU_TIMES],
    "NFC": [(name, EVENTS) for name in "rpccnt rpcread rpcwrite rpcretrans rpcautrefresh".split()],
    "NFS": [
        (name, EVENTS)
        for name in ("rpccnt rpcread rpcwrite nrbytes nwbytes rpcbadfmt rpcbadaut rpcbadcln "
                     "netcnt nettcpcnt netudpcnt nettcpcon rchits rcmiss rcnoca").split()
    ],
    "PRG": task(
        ("ruid", SAME), ("rgid", SAME), ("tgid", SAME), ("nthr", Fleeting("[0-9]+")),
        ("exitcode", SAME), ("btime", Ignored("within a second, see rules.check_start_times")),
        ("cmdline", Same(is_made_readable,
                         "control characters become spaces, no character is cut in half")),
        ("ppid", SAME), ("nthrrun", Fleeting("[0-9]+")), ("nthrslpi", Fleeting("[0-9]+")),
        ("nthrslpu", Fleeting("[0-9]+")), ("euid", SAME), ("egid", SAME), ("suid", SAME),
        ("sgid", SAME), ("fsuid", SAME), ("fsgid", SAME), ("elaps", SAME), ("isproc", Key()),
        ("vpid", SAME), ("ctid", SAME),
        ("container", where_atop_has(b"-", "atop looks at cpuset alone")),
        ("new", New()),
        ("cgpath", where_atop_has(b"", UNIFIED_FIRST)),
    ),
    "PRC": task(
        ("hertz", SAME), ("utime", TICKS), ("stime", TICKS), ("nice", SAME), ("prio", SAME),
        ("rtprio", SAME), ("policy", SAME), ("curcpu", Fleeting("[0-9]+")), ("sleepavg", SAME),
        ("tgid", SAME), ("isproc", Key()),
        ("rundelay", Counter(floor=5e6, rel=0.25, over_threads=True)),
        ("wchan", Fleeting("[A-Za-z0-9_.]*")), ("blkdelay", Counter(floor=3, over_threads=True)),
        ("cgcpumax", CGROUP), ("cgcpumaxr", CGROUP),
    ),
    "PRM": task(
        ("pagesize", SAME), ("vmem", KIB), ("rmem", KIB), ("vexec", KIB),
        ("vgrow", Growth("vmem")), ("rgrow", Growth("rmem")), ("minflt", Counter(floor=20)),
        ("majflt", Counter(floor=5)), ("vlibs", KIB), ("vdata", KIB), ("vstack", KIB),
        ("vswap", KIB), ("tgid", SAME), ("isproc", Key()), ("pmem", PSS), ("vlock", KIB),
        ("cgmemmax", CGROUP), ("cgmemmaxr", CGROUP), ("cgswpmax", CGROUP), ("cgswpmaxr", CGROUP),
    ),
    "PRD": task(
        ("patched", SAME), ("standard", SAME), ("rio", SECTORS), ("rsz", SECTORS),
        ("wio", SECTORS), ("wsz", SECTORS), ("cwsz", SECTORS), ("tgid", SAME),
        ("obsolete", SAME), ("isproc", Key()),
    ),
    "PRN": task(
        ("netatop", SAME),
        *((name, SAME) for name in ("tcpsnd tcpssz tcprcv tcprsz udpsnd udpssz udprcv udprsz "
                                    "rawsnd rawrcv").split()),
        ("tgid", SAME), ("isproc", Key()),
    ),
}  # fmt: skip

# Labels that are not compared at all.
IGNORED_LABELS = {
    "PRE": "no GPU in the machines of the tests; without one atop leaves old bytes in the members",
    "GPU": "no GPU in the machines of the tests",
    "IFB": "no InfiniBand in the machines of the tests",
    "LLC": "no resctrl in the machines of the tests",
    "NFM": "no NFS mounts in the machines of the tests",
}

# Columns in parentheses, with the longest text the log can hold.
PARENTHESIZED = {"name": 15, "cmdline": 255, "wchan": 15, "cgpath": 63}

RECORDERS = (b"atop", b"proctaped")

TASK_LABELS = ("PRG", "PRC", "PRM", "PRD", "PRN")


@dataclass(frozen=True)
class Specification:
    """What is compared: lines with labels and columns. Of the text here, of members in members.py.
    """

    table: dict  # label -> [(column, kind)]
    task_labels: tuple
    ignored_labels: dict  # label -> reason


TEXT = Specification(TABLE, TASK_LABELS, IGNORED_LABELS)
