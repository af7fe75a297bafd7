# SPDX-License-Identifier: Apache-2.0
"""Text as `atop -P ALL` prints it, made from the table of columns: two logs of the same machine
that agree, for compare_test.py to spoil."""

from columns import (
    PARENTHESIZED, TABLE, TASK_LABELS, Counter, Fleeting, Gauge, Growth, Ignored, Later, New, Same,
)  # fmt: skip

EPOCH = 1_700_000_000
BOOTED = EPOCH - 1000
SAMPLES = 8
STARTED = EPOCH - 500  # of all tasks but the late one
LATE = EPOCH + 3
PHASE = 0.07

HERTZ, CPUS = 100, 2
# Per second and CPU; they add up to HERTZ, as they do in truth.
CPU_RATES = {"stime": 20, "utime": 30, "ntime": 10, "itime": 35, "wtime": 2, "Itime": 1,
             "Stime": 1, "steal": 1, "guest": 0}  # fmt: skip

# (pid, is_process) -> (tgid, name, is it idle, since when)
TASKS = {
    (7, True): (7, "idle", True, STARTED),
    (20, True): (20, "a) (b", False, STARTED),
    (30, True): (30, "threads", False, STARTED),
    (30, False): (30, "threads", False, STARTED),
    (31, False): (30, "worker", False, STARTED),
    (40, True): (40, "late", False, LATE),
}
ENTITIES = {
    "cpu": [("0",), ("1",)],
    "DSK": [("vda",), ("sdb",)],
    "LVM": [("vg-root",)],
    "MDD": [("md0",)],
    "NET": [("lo",), ("eth0",)],
    "NUM": [("0",)],
    "NUC": [("0",)],
}


def rate(label, column, task):
    """Units per second of a counter."""
    if task is not None and TASKS[task][2]:
        return 0
    if column in CPU_RATES and label in ("CPU", "cpu", "NUC"):
        return CPU_RATES[column] * (1 if label == "cpu" else CPUS)
    if column == "avque":
        return 0  # see value(): an average
    if label == "PRC" and column in ("utime", "stime"):
        return 25
    return 100_000_000 if column == "rundelay" else 1000


def gauge(label, column, moment, task):
    if task is not None and TASKS[task][2]:
        return 5000
    return 200_000 + int(200 * (moment - EPOCH)) if label != "PSI" else 5


def since(task):
    return BOOTED if task is None else TASKS[task][3]


class Sampler:
    """Values at `phase` seconds after each whole second, as proctape stores them, or atop."""

    def __init__(self, phase, is_atop):
        self.phase = phase
        self.is_atop = is_atop

    def total(self, label, column, task, epoch):
        return int(rate(label, column, task) * (epoch + self.phase - since(task)))

    def is_new(self, task, epoch):
        return epoch == EPOCH or since(task) == epoch

    def value(self, label, column, kind, task, epoch):
        new = self.is_new(task, epoch)
        if isinstance(kind, Same):
            return same(label, column, task)
        if isinstance(kind, Gauge):
            return gauge(label, column, epoch + self.phase, task)
        if isinstance(kind, Growth):
            before = 0 if new else self.value(label, kind.of, Gauge(0), task, epoch - 1)
            return self.value(label, kind.of, Gauge(0), task, epoch) - before
        if isinstance(kind, Counter):
            if kind.times:
                return "1.50"
            before = 0 if new else self.total(label, column, task, epoch - 1)
            grown = self.total(label, column, task, epoch) - before
            return 2 * grown if kind.twice and self.is_atop else grown
        if isinstance(kind, Later):
            return kind.absent.decode()
        if isinstance(kind, New):
            return "N" if new else "-"
        if isinstance(kind, Fleeting):
            return fleeting(column, task)
        assert isinstance(kind, Ignored)
        return since(task)


def same(label, column, task):
    if task is not None:
        tgid, name, _, _ = TASKS[task]
        known = {"name": name, "tgid": tgid, "cmdline": f"/bin/{name} -x (1) 2" if task[1] else ""}
        if column in known:
            return known[column]
    if column == "wchan":
        return ""
    return {"hertz": HERTZ, "nrcpu": CPUS, "pagesize": 4096}.get(column, 42)


def fleeting(column, task):
    if column == "state":
        return "S"
    if column == "nthr":
        threads = [t for t, of in TASKS.items() if not t[1] and of[0] == task[0]]
        return max(1, len(threads)) if task[1] else 1
    return 1


def key(column, entity, task):
    if task is None:
        return entity[0]
    return {"pid": task[0], "isproc": "y" if task[1] else "n"}[column]


def line(sampler, label, entity, task, epoch):
    words = []
    for column, kind in TABLE[label]:
        if type(kind).__name__ == "Key":
            word = key(column, entity, task)
        else:
            word = sampler.value(label, column, kind, task, epoch)
        is_text = column in PARENTHESIZED and (column != "name" or task is not None)
        words.append(f"({word})" if is_text else str(word))
    interval = epoch - BOOTED if epoch == EPOCH else 1
    head = f"{label.split(' ')[0]} host {epoch} 2023/11/14 22:13:20 {interval}"
    return " ".join([head, *(["upper"] if label == "NET upper" else []), *words])


def text(phase=0.0, samples=SAMPLES, is_atop=False):
    """All records, as a list of lines."""
    sampler, lines = Sampler(phase, is_atop), []
    for epoch in range(EPOCH, EPOCH + samples):
        lines += ["RESET"] if epoch == EPOCH else []
        for label in TABLE:
            if label in TASK_LABELS:
                tasks = [task for task in TASKS if since(task) <= epoch]
                lines += [line(sampler, label, (), task, epoch) for task in tasks]
            else:
                entities = ENTITIES.get(label, [()])
                lines += [line(sampler, label, entity, None, epoch) for entity in entities]
        lines.append("SEP")
    return lines
