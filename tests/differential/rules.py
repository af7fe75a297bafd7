# SPDX-License-Identifier: Apache-2.0
"""How two logs are compared: what columns.py says of a column, and what holds between lines.

The two samplers tick at different moments of a second, and a record is labelled with the second
it was begun in. So a record labelled T was taken after every record of the other log labelled
T-1 or less and before every one labelled T+1 or more, whatever their phase: that is what the
exact rules stand on. What they cannot see (a counter a few percent wrong) the totals show.
"""

import bisect
import math
import re
import statistics
from dataclasses import dataclass, field

from columns import (
    RECORDERS, TEXT, Counter, Explained, Fleeting, Gauge, Growth, Ignored, Key, Later, New, Same,
)  # fmt: skip

# Records at either end of the period whose median counts.
AT_EITHER_END = 3
# A gauge of the system may be this many times its tolerance off, but in one record only.
ONCE = 10
# Moments at which two samplers read the same counter differ by the phase and up to this much (s).
READING_TIME = 0.03
# Of a counter that the text has only as an average with two digits, this much is uncertain.
AVERAGE_ROUNDING = 0.02
# A task of this age (s) or less may be between fork and exec.
YOUNG = 1


@dataclass
class Failure:
    label: str
    column: str
    entity: str
    message: str
    # Other work of the machine can cause it; a fault of the recorder shows every time.
    jitter: bool

    def __str__(self):
        return f"{self.label} {self.column} {self.entity}: {self.message}"


@dataclass
class Tally:
    """What was compared of one column, so that a test that tests nothing can be seen."""

    values: int = 0
    totals: int = 0
    moved: bool = False
    ours: float = 0
    theirs: float = 0
    # Largest difference in units of what is tolerated; 1 would be a failure.
    worst: float = 0


@dataclass
class Report:
    failures: list = field(default_factory=list)
    notes: list = field(default_factory=list)
    tallies: dict = field(default_factory=dict)  # (label, column) -> Tally
    explained: dict = field(default_factory=dict)  # (label, column) -> why they differ

    def fail(self, label, column, entity, message, jitter=False):
        self.failures.append(Failure(label, column, entity, message, jitter))

    def note(self, text):
        if text not in self.notes:
            self.notes.append(text)

    def tally(self, label, column):
        return self.tallies.setdefault((label, column), Tally())


class Log:
    """The records of one log, with what is derived from them."""

    def __init__(self, name, records, is_atop, spec=TEXT, others=None):
        self.name = name
        # column -> what atop's total since boot has of other counters than ours.
        self.others = others or {}
        self.spec = spec
        self.records = records
        # Only atop's known deviations are put right before comparing.
        self.is_atop = is_atop
        self.epochs = [record.epoch for record in records]
        self.by_epoch = {record.epoch: record for record in records}
        self._system_rows = self._rows_of(lambda record: record.system)
        self._task_rows = {}
        for record in records:
            for task, labels in record.tasks.items():
                for label, row in labels.items():
                    rows = self._task_rows.setdefault((label, task), {})
                    rows[record.epoch] = row

    def _rows_of(self, part):
        rows = {}
        for record in self.records:
            for label, entities in part(record).items():
                for entity, row in entities.items():
                    rows.setdefault((label, entity), {})[record.epoch] = row
        return rows

    def rows(self, label, entity):
        """epoch -> row"""
        rows = self._task_rows if label in self.spec.task_labels else self._system_rows
        return rows.get((label, entity), {})

    def entities(self, label):
        return [entity for of, entity in self._system_rows if of == label]

    def tasks(self):
        return {task for _, task in self._task_rows}

    def labels(self):
        return {label for label, _ in self._system_rows} | {label for label, _ in self._task_rows}

    def before(self, epoch):
        """Of the records certainly taken before `epoch`'s of another log, the last one's epoch."""
        at = bisect.bisect_left(self.epochs, epoch)
        return self.epochs[at - 1] if at > 0 else None

    def after(self, epoch):
        at = bisect.bisect_right(self.epochs, epoch)
        return self.epochs[at] if at < len(self.epochs) else None

    def around(self, epoch):
        first = max(bisect.bisect_left(self.epochs, epoch) - 1, 0)
        return self.epochs[first : bisect.bisect_right(self.epochs, epoch) + 1]

    def starts_anew(self, label, entity, epoch):
        """True if differences of this record are counted from zero."""
        if self.by_epoch[epoch].since_boot:
            return True
        if label in self.spec.task_labels:
            row = self.rows("PRG", entity).get(epoch)
            return row is not None and row["new"] == b"N"
        return self.before(epoch) not in self.rows(label, entity)

    def cumulative(self, label, entity, column, kind):
        """epoch -> the counter since boot, or since the start of the task or device."""
        total, totals = 0.0, {}
        for epoch, row in self.rows(label, entity).items():
            value = float(row[column])
            if kind.times:
                value *= float(row[kind.times])
            if kind.twice and self.is_atop:
                since_boot = self.by_epoch[epoch].since_boot
                value = (value - (self.others.get(column, 0) if since_boot else 0)) / 2
            if self.starts_anew(label, entity, epoch):
                total = 0.0
            elif kind.may_fall and self.is_atop and value >= total > 1000:
                value = 0.0
            total += value
            totals[epoch] = total
        return totals

    def idle(self, pid, epoch):
        """True if nothing of the process ran in the interval up to this record."""
        process = (pid, True)
        cpu = self.rows("PRC", process).get(epoch)
        memory = self.rows("PRM", process).get(epoch)
        if cpu is None or memory is None or self.starts_anew("PRC", process, epoch):
            return False
        did = (cpu["utime"], cpu["stime"], cpu["rundelay"], memory["minflt"])
        return all(value == b"0" for value in did)


class Comparison:
    """Compares OURS with THEIRS, the reference."""

    def __init__(self, ours, theirs):
        self.ours = ours
        self.theirs = theirs
        self.spec = ours.spec
        self.report = Report()
        self.common = [epoch for epoch in ours.epochs if epoch in theirs.by_epoch]
        self.phase = 0.0  # seconds by which theirs samples later than ours
        self.tgid = {}
        for log in (ours, theirs):
            for task in log.tasks():
                for row in log.rows("PRG", task).values():
                    self.tgid[task] = int(row["tgid"])

    def run(self):
        if len(self.common) < 4:
            self.report.fail("-", "epoch", "", f"only {len(self.common)} records in common")
            return self.report
        check_own_rules(self.report, self.ours)
        check_boot_moment(self.report, self.ours, self.theirs)
        self.phase = self._estimate_phase()
        self._compare_labels()
        self._compare_system()
        self._compare_tasks()
        self._count_exited()
        return self.report

    def quiet(self, task, epoch):
        """True if the process of `task` did nothing from the record of the other log before
        `epoch` until the one after, so that both logs must show the same."""
        pid = self.tgid[task]
        for log in (self.ours, self.theirs):
            after = log.after(epoch)
            if after is None or not log.idle(pid, epoch) or not log.idle(pid, after):
                return False
        return True

    def age(self, task, epoch):
        row = self.ours.rows("PRG", task).get(epoch)
        return YOUNG + 1 if row is None else epoch - int(row["btime"])

    # How much of an interval's activity one log may have at an end of the period and the
    # other not.
    def edge(self):
        return min(1.0, abs(self.phase) + READING_TIME)

    def _estimate_phase(self):
        """CPU time of all kinds passes at the rate of the clock, and both logs count it since
        boot: so it tells the moments of sampling more finely than whole seconds."""
        passed = {}
        for log in (self.ours, self.theirs):
            sums = dict.fromkeys(self.common, 0.0)
            for column, kind in self.spec.table["CPU"]:
                if isinstance(kind, Counter) and column != "guest":  # part of utime
                    totals = log.cumulative("CPU", (), column, kind)
                    for epoch in self.common:
                        sums[epoch] += totals.get(epoch, 0.0)
            passed[log] = sums
        row = next(iter(self.theirs.rows("CPU", ()).values()), None)
        if row is None:
            return 0.0
        per_second = float(row["hertz"]) * float(row["nrcpu"])
        differences = [passed[self.theirs][e] - passed[self.ours][e] for e in self.common]
        return statistics.median(differences) / per_second

    def _compare_labels(self):
        theirs, ours = self.theirs.labels(), self.ours.labels()
        for label in sorted(theirs - ours):
            self.report.fail(label, "-", "", f"no line of this label in {self.ours.name}")
        for label in sorted(ours - theirs):
            self.report.fail(label, "-", "", f"no line of this label in {self.theirs.name}")
        for label, reason in self.spec.ignored_labels.items():
            self.report.note(f"{label} is not compared: {reason}")

    def _compare_system(self):
        labels = self.ours.labels() & self.theirs.labels() - set(self.spec.task_labels)
        for label in sorted(labels):
            entities = sorted({*self.ours.entities(label), *self.theirs.entities(label)})
            for entity in entities:
                self._check_presence(label, entity, " ".join(entity))
                self._compare_rows(label, entity, " ".join(entity), None)

    def _compare_tasks(self):
        labels = [label for label in self.spec.task_labels if label in self.ours.labels()]
        for task in sorted(self.ours.tasks() | self.theirs.tasks()):
            if self._is_reused(task):
                self.report.note("a pid was used again in the period; it is left out")
                continue
            pid, is_process = task
            name = self._name_of(task)
            entity = f"{'pid' if is_process else 'thread'} {pid} ({name})"
            # The entry of the main thread is there while there are others: see check_order.
            if is_process or pid != self.tgid[task]:
                for label in labels:
                    self._check_presence(label, task, entity)
            check_start_times(self, task, entity)
            for label in labels:
                self._compare_rows(label, task, entity, task)

    def _name_of(self, task):
        for log in (self.theirs, self.ours):
            for row in log.rows("PRG", task).values():
                return row["name"].decode(errors="backslashreplace")
        return "?"

    def _is_reused(self, task):
        for log in (self.ours, self.theirs):
            starts = [int(row["btime"]) for row in log.rows("PRG", task).values()]
            if starts and max(starts) - min(starts) > 1:
                return True
        return False

    def _check_presence(self, label, entity, text):
        """What one log has before and after a record of the other is in that one, too."""
        for log, other in ((self.ours, self.theirs), (self.theirs, self.ours)):
            has, needed = log.rows(label, entity), other.rows(label, entity)
            for epoch in log.epochs:
                before, after = other.before(epoch), other.after(epoch)
                if epoch not in has and before in needed and after in needed:
                    there = f"in {other.name} at {before} and {after}"
                    self.report.fail(label, "-", text, f"{there}, not in {log.name} at {epoch}")
                    return

    def _compare_rows(self, label, entity, text, task):
        ours, theirs = self.ours.rows(label, entity), self.theirs.rows(label, entity)
        if not ours or not theirs:
            return
        for column, kind in self.spec.table[label]:
            self._compare_cell(Cell(self, label, column, entity, text, task, ours, theirs), kind)

    def _compare_cell(self, cell, kind):
        if not isinstance(kind, Explained):
            _CHECKS[type(kind)](cell, kind)
            return
        failures = len(self.report.failures)
        self._compare_cell(cell, kind.kind)
        if len(self.report.failures) > failures:
            del self.report.failures[failures:]
            self.report.explained[(cell.label, cell.column)] = kind.reason

    def _count_exited(self):
        for log in (self.ours, self.theirs):
            exited = sum(record.exited for record in log.records)
            self.report.note(f"{log.name}: {exited} exited processes (state E), not compared")


@dataclass
class Cell:
    """One column of one entity over time, in both logs."""

    comparison: Comparison
    label: str
    column: str
    entity: object
    text: str
    task: object  # None for the system's labels
    ours: dict  # epoch -> row
    theirs: dict

    def fail(self, message, jitter=False):
        self.comparison.report.fail(self.label, self.column, self.text, message, jitter)

    def tally(self):
        return self.comparison.report.tally(self.label, self.column)

    def compared(self):
        """(epoch, our value, their values around it) where they have the entity all the time
        around the epoch and it has not just begun: then its name is still its parent's."""
        log = self.comparison.theirs
        for epoch, row in self.ours.items():
            around = log.around(epoch)
            if self.task is not None and self.comparison.age(self.task, epoch) <= YOUNG:
                continue
            if around and all(e in self.theirs for e in around):
                yield epoch, row[self.column], [self.theirs[e][self.column] for e in around]

    def is_enclosed(self, epoch):
        log = self.comparison.theirs
        return log.before(epoch) in self.theirs and log.after(epoch) in self.theirs

    def name(self):
        """Of a task, else none."""
        if self.task is None:
            return None
        return next(iter(self.theirs.values()))["name"]

    def quiet(self, epoch):
        return self.task is not None and self.comparison.quiet(self.task, epoch)


def show(values):
    return " ".join(value.decode(errors="backslashreplace") for value in values)


def check_same(cell, kind):
    for epoch, value, theirs in cell.compared():
        cell.tally().values += 1
        if value in theirs:
            continue
        if kind.accepts and any(kind.accepts(value, other) for other in theirs):
            cell.comparison.report.note(f"{cell.label} {cell.column} differs: {kind.reason}")
            cell.comparison.report.explained[(cell.label, cell.column)] = kind.reason
            continue
        cell.fail(f"ours {show([value])}, theirs {show(theirs)} at {epoch}; must be identical")
        return


def check_gauge(cell, kind):
    if cell.name() in RECORDERS:
        note = "are not compared, nor their totals: each finds itself at work, the other one asleep"
        cell.comparison.report.note(f"gauges of the recorders {note}")
        return
    tally = cell.tally()
    off = []
    for epoch, value, theirs in cell.compared():
        quiet = cell.quiet(epoch) and not kind.by_others
        if not quiet and not cell.is_enclosed(epoch):
            continue  # it may have changed beyond what they saw
        number, numbers = float(value), [float(v) for v in theirs]
        low, high = min(numbers), max(numbers)
        tolerance = 0 if quiet else kind.floor + (high - low)
        excess = max(low - number, number - high, 0)
        tally.values += 1
        tally.moved = tally.moved or high > low
        if tolerance:
            tally.worst = max(tally.worst, excess / tolerance)
        if excess > tolerance:
            limits = f"{low:g} to {high:g}, give or take {tolerance:g}"
            what = f"ours {number:g}, theirs {limits}, at {epoch}"
            if quiet:
                cell.fail(what + ", of a task that did nothing")
                return
            off.append((excess / tolerance, what))
    # What is there for a moment, only one of the two may see.
    if len(off) == 1 and (cell.task is not None or off[0][0] <= ONCE):
        where = f"{cell.label} {cell.column} {cell.text}"
        cell.comparison.report.note(f"passed once: {where}: {off[0][1]}")
    elif off:
        cell.fail(f"{off[0][1]}, and {len(off) - 1} more", jitter=True)


def check_fleeting(cell, kind):
    for epoch, row in cell.ours.items():
        if re.fullmatch(kind.possible.encode(), row[cell.column]) is None:
            cell.fail(f"ours {show([row[cell.column]])} at {epoch} is not a possible value")
            return
    for epoch, value, theirs in cell.compared():
        if cell.quiet(epoch):
            cell.tally().values += 1
            if value not in theirs:
                what = f"ours {show([value])}, theirs {show(theirs)} at {epoch}"
                cell.fail(what + ", of a task that did nothing; must be identical")
                return


def check_later(cell, kind):
    for epoch, value, theirs in cell.compared():
        if all(v == kind.absent for v in theirs):
            cell.tally().values += 1
            if value != kind.absent:
                cell.fail(f"ours {show([value])}, theirs {show(theirs)} at {epoch}")
                return
        else:
            cell.comparison.report.note(f"{cell.label} {cell.column} not compared: {kind.reason}")


def check_counter(cell, kind):
    reason = _reason_against_counting(cell, kind)
    if reason is not None:
        cell.comparison.report.note(f"{cell.label} {cell.column} not compared {reason}")
        return
    ours = cell.comparison.ours.cumulative(cell.label, cell.entity, cell.column, kind)
    theirs = cell.comparison.theirs.cumulative(cell.label, cell.entity, cell.column, kind)
    if kind.twice:
        cell.comparison.report.explained[(cell.label, cell.column)] = kind.twice
    if _check_brackets(cell, kind, ours, theirs):
        _check_totals(cell, kind, ours, theirs)


def _reason_against_counting(cell, kind):
    comparison = cell.comparison
    if cell.task is None:
        return None
    if kind.over_threads and not _has_constant_threads(cell):
        return "for processes whose threads come and go: atop's sum falls with each that ends"
    pid, is_process = cell.task
    if not is_process and pid == comparison.tgid[cell.task]:
        for log, rows in ((comparison.ours, cell.ours), (comparison.theirs, cell.theirs)):
            if rows.keys() != log.rows(cell.label, (pid, True)).keys():
                return "for main threads that are alone at times: they have no entry then"
    return None


def _has_constant_threads(cell):
    comparison = cell.comparison
    tgid = comparison.tgid[cell.task]
    sets = set()
    for log in (comparison.ours, comparison.theirs):
        for epoch in comparison.common:
            tasks = log.by_epoch[epoch].tasks
            sets.add(frozenset(task for task in tasks if comparison.tgid[task] == tgid))
    return len(sets) == 1


def _check_brackets(cell, kind, ours, theirs):
    """Each log's counter lies between the other's before and after: exactly."""
    log = cell.comparison.theirs
    for epoch, value in ours.items():
        slack = kind.slack + (AVERAGE_ROUNDING * value if kind.times else 0)
        before, after = log.before(epoch), log.after(epoch)
        low = theirs.get(before, 0) - slack
        high = theirs[after] + slack if after in theirs else math.inf
        cell.tally().values += 1
        if not low <= value <= high:
            between = f"{low:.10g} and {high:.10g}"
            cell.fail(f"our total at {epoch} is {value:.10g}; theirs before and after: {between}")
            return False
    return True


def _check_totals(cell, kind, ours, theirs):
    """What the two logs are apart stays the same from the begin of the period to its end. A burst
    between the two moments of sampling puts them further apart in that record; hence the median
    of three at either end."""
    epochs = [e for e in cell.comparison.common if e in ours and e in theirs]
    if len(epochs) < 2 * AT_EITHER_END + 1 or cell.name() in RECORDERS:
        return
    steps = _steps(ours, epochs) + _steps(theirs, epochs)
    if min(steps) < 0:
        return  # began anew: the exact rule has covered it
    apart = [theirs[epoch] - ours[epoch] for epoch in epochs]
    drift = statistics.median(apart[-AT_EITHER_END:]) - statistics.median(apart[:AT_EITHER_END])
    our_total, their_total = (log[epochs[-1]] - log[epochs[0]] for log in (ours, theirs))
    edges = 2 * cell.comparison.edge() * max(steps)
    tolerance = kind.rel * max(our_total, their_total) + edges + kind.floor
    tally = cell.tally()
    tally.totals += 1
    tally.ours += our_total
    tally.theirs += their_total
    tally.moved = tally.moved or our_total > 0 or their_total > 0
    tally.worst = max(tally.worst, abs(drift) / tolerance)
    if abs(drift) > tolerance:
        cell.fail(
            f"ours {our_total:g}, theirs {their_total:g} from {epochs[0]} to {epochs[-1]}, "
            f"drifting {drift:g} apart, tolerance {tolerance:.4g} ({kind.rel:.0%} + {edges:.4g} "
            f"for the edges + {kind.floor:g})",
            jitter=True,
        )


def _steps(totals, epochs):
    """Growth per second between common records."""
    pairs = zip(epochs, epochs[1:])
    return [(totals[after] - totals[before]) / (after - before) for before, after in pairs]


def check_elsewhere(_cell, _kind):
    """By the rules within one log; Ignored by none."""


_CHECKS = {
    Key: check_elsewhere,
    Growth: check_elsewhere,
    New: check_elsewhere,
    Ignored: check_elsewhere,
    Same: check_same,
    Gauge: check_gauge,
    Counter: check_counter,
    Fleeting: check_fleeting,
    Later: check_later,
}


# ---- Rules within one log, and about time


def check_own_rules(report, log):
    check_times(report, log)
    for previous, record in zip([None, *log.records], log.records):
        check_order(report, record)
        check_new_marks(report, previous, record)
        check_growth(report, log, previous, record)


def check_times(report, log):
    for number, record in enumerate(log.records):
        if record.since_boot != (number == 0):
            report.fail("-", "RESET", f"at {record.epoch}", "only the first record is since boot")
    for before, after in zip(log.records, log.records[1:]):
        if after.interval != after.epoch - before.epoch or after.interval < 1:
            what = f"interval {after.interval} between {before.epoch} and {after.epoch}"
            report.fail("-", "interval", f"at {after.epoch}", what)


def check_boot_moment(report, ours, theirs):
    booted = [log.records[0].epoch - log.records[0].interval for log in (ours, theirs)]
    if abs(booted[0] - booted[1]) > 1:
        report.fail("-", "interval", "first record", f"booted at {booted[0]}, theirs {booted[1]}")


def check_order(report, record):
    """Processes by ascending pid, each followed by all its threads if it has more than one."""
    for label, order in record.order.items():
        if order != record.order.get("PRG"):
            report.fail(label, "-", f"at {record.epoch}", "tasks not in the order of PRG")
    processes = [pid for pid, is_process in record.order.get("PRG", []) if is_process]
    if processes != sorted(processes):
        report.fail("PRG", "-", f"at {record.epoch}", "processes not in the order of their pids")
    threads, leader = {}, None
    for task in record.order.get("PRG", []):
        pid, is_process = task
        tgid = int(record.tasks[task]["PRG"]["tgid"])
        if is_process:
            leader = pid
            threads[pid] = []
        elif tgid == leader:
            threads[leader].append(pid)
        if tgid != leader:
            report.fail("PRG", "tgid", f"pid {pid} at {record.epoch}", f"{tgid} follows {leader}")
    for pid, entries in threads.items():
        count = int(record.tasks[(pid, True)]["PRG"]["nthr"])
        expected = count if count > 1 else 0
        if len(entries) != expected or (expected and pid not in entries):
            what = f"{count} threads, but these thread entries: {entries}"
            report.fail("PRG", "nthr", f"pid {pid} at {record.epoch}", what)


def check_new_marks(report, previous, record):
    for task, labels in record.tasks.items():
        known = previous is not None and task in previous.tasks and not record.since_boot
        if "PRG" not in labels:
            continue  # check_order tells
        mark = labels["PRG"]["new"]
        if mark == b"-" and not known and _was_alone(task, labels, previous):
            report.note(
                "a main thread's first entry is no new task to proctape: it was the process before"
            )
        elif mark != (b"-" if known else b"N"):
            what = f"{show([mark])}, though {'known' if known else 'not known'} before"
            report.fail("PRG", "new", f"pid {task[0]} at {record.epoch}", what)
        report.tally("PRG", "new").values += 1


def _was_alone(task, labels, previous):
    """True if `task` is the main thread of a process that had no other thread in `previous`."""
    pid, is_process = task
    if previous is None or is_process or int(labels["PRG"]["tgid"]) != pid:
        return False
    process = previous.tasks.get((pid, True), {}).get("PRG")
    return process is not None and process["nthr"] == b"1"


def check_growth(report, log, previous, record):
    growing = [
        (label, column, kind.of)
        for label in log.spec.task_labels
        for column, kind in log.spec.table[label]
        if isinstance(kind, Growth)
    ]
    for task, labels in record.tasks.items():
        for label, column, of in growing:
            row, before = labels.get(label), 0
            if row is None:
                continue  # check_order tells
            if not log.starts_anew(label, task, record.epoch):
                if previous is None or label not in previous.tasks.get(task, {}):
                    continue  # check_new_marks tells
                before = int(previous.tasks[task][label][of])
            report.tally(label, column).values += 1
            if int(row[column]) != int(row[of]) - before:
                what = f"{show([row[column]])}, but {of} was {before} and is {show([row[of]])}"
                report.fail(label, column, f"pid {task[0]} at {record.epoch}", what)


def check_start_times(comparison, task, entity):
    """Start times may differ by a second: each run of a recorder finds the boot moment anew."""
    starts = []
    for log in (comparison.ours, comparison.theirs):
        starts.append([int(row["btime"]) for row in log.rows("PRG", task).values()])
    if all(starts):
        comparison.report.tally("PRG", "btime").values += 1
        apart = max(max(starts[0]) - min(starts[1]), max(starts[1]) - min(starts[0]))
        if apart > 1:
            what = f"ours {starts[0][0]}, theirs {starts[1][0]}, more than 1 s apart"
            comparison.report.fail("PRG", "btime", entity, what)

