# SPDX-License-Identifier: Apache-2.0
"""Reads the text of `atop -P ALL` into records. Bytes throughout: names need not be UTF-8."""

import re
from dataclasses import dataclass, field

from columns import IGNORED_LABELS, PARENTHESIZED, TABLE, TASK_LABELS, Key


class BadText(Exception):
    pass


@dataclass
class Record:
    epoch: int
    interval: int
    since_boot: bool
    # label -> entity -> column -> value; the entity of a label with one line is ().
    system: dict = field(default_factory=dict)
    # (pid, is_process) -> label -> column -> value, in the order of the lines of PRG.
    tasks: dict = field(default_factory=dict)
    # label -> the tasks in the order of its lines
    order: dict = field(default_factory=dict)
    # Entries of state E: found by process accounting, not by looking at processes.
    exited: int = 0


def _column_pattern(name):
    if name in PARENTHESIZED and name != "name":
        return rb"\((.{0,%d})\)" % PARENTHESIZED[name]
    return rb"(\S+)"


def _line_pattern(label, columns):
    patterns = []
    for name, _ in columns:
        # The shortest text that lets the rest match: names hold parentheses and blanks.
        is_task_name = label in TASK_LABELS and name == "name"
        patterns.append(rb"\((.{0,15}?)\)" if is_task_name else _column_pattern(name))
    return re.compile(b" ".join(patterns) + rb"\Z", re.DOTALL)


_PATTERNS = {label: _line_pattern(label, columns) for label, columns in TABLE.items()}
_NAMES = {label: [name for name, _ in columns] for label, columns in TABLE.items()}
_KEYS = {
    label: [name for name, kind in columns if isinstance(kind, Key)]
    for label, columns in TABLE.items()
}
# label host epoch date time interval
_HEAD = re.compile(rb"(\S+) \S+ (\d+) \d{4}/\d\d/\d\d \d\d:\d\d:\d\d (\d+) (.*)\Z", re.DOTALL)


def _parse_columns(label, rest, line):
    match = _PATTERNS[label].match(rest)
    if match is None:
        raise BadText(f"not a {label} line of atop 2.8: {line!r}")
    return dict(zip(_NAMES[label], match.groups()))


def _add_task(record, label, row):
    if row["state"] == b"E":
        record.exited += label == "PRG"
        return
    task = (int(row["pid"]), row["isproc"] == b"y")
    labels = record.tasks.setdefault(task, {})
    if label in labels:
        raise BadText(f"second {label} line of task {task} at {record.epoch}")
    labels[label] = row
    record.order.setdefault(label, []).append(task)


def _add_line(record, label, rest, line):
    if label == "NET" and rest.startswith(b"upper "):
        label, rest = "NET upper", rest[len(b"upper ") :]
    row = _parse_columns(label, rest, line)
    if label in TASK_LABELS:
        _add_task(record, label, row)
        return
    entity = tuple(row[name].decode(errors="backslashreplace") for name in _KEYS[label])
    entities = record.system.setdefault(label, {})
    if entity in entities:
        raise BadText(f"second {label} line of {entity} at {record.epoch}")
    entities[entity] = row


def parse(text):
    """The records of the text. Raises BadText for anything unexpected in it."""
    records = []
    since_boot, record = False, None
    for line in text.split(b"\n"):
        if line == b"SEP":
            if record is None:
                raise BadText("a sample without lines")
            records.append(record)
            since_boot, record = False, None
        elif line == b"RESET":
            since_boot = True
        elif line:
            head = _HEAD.match(line)
            if head is None:
                raise BadText(f"unexpected line: {line!r}")
            label, epoch, interval, rest = head.groups()
            label = label.decode()
            if record is None:
                record = Record(int(epoch), int(interval), since_boot)
            if int(epoch) != record.epoch or int(interval) != record.interval:
                raise BadText(f"time differs within a sample: {line!r}")
            if label in IGNORED_LABELS:
                continue
            if label not in TABLE:
                raise BadText(f"label {label} is not in the table of columns")
            _add_line(record, label, rest, line)
    if record is not None:
        raise BadText("text ends within a sample")
    return records
