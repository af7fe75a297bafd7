#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Tests of the comparison: logs that agree pass, and whatever is altered in one of them is found
and named."""

import pickle
import re
import sys
import unittest

import columns
import compare
import parseable
import rules
import synthetic
from columns import (
    TABLE, TASK_LABELS, Counter, Fleeting, Gauge, Growth, Ignored, Key, Later, New, Same,
)  # fmt: skip

FIRST = synthetic.EPOCH
MIDDLE = FIRST + 4
LAST = FIRST + synthetic.SAMPLES - 1
ALWAYS = range(FIRST, LAST + 1)
SINCE_FIRST = range(FIRST + 1, LAST + 1)
IDLE, BUSY = (7, True), (20, True)


def encode(lines):
    return "\n".join([*lines, ""]).encode()


OURS = synthetic.text()
OUR_RECORDS = parseable.parse(encode(OURS))
OUR_PICKLED_RECORDS = pickle.dumps(OUR_RECORDS)  # the quickest way to copy them
# One record longer, as in side_by_side.py: our last one is enclosed, too.
THEIRS_TEXT = synthetic.text(synthetic.PHASE, synthetic.SAMPLES + 1, is_atop=True)
THEIRS = rules.Log("theirs", parseable.parse(encode(THEIRS_TEXT)), True)


def failures_of(records):
    return rules.Comparison(rules.Log("ours", records, False), THEIRS).run().failures


def columns_of(*kinds):
    """(label, [(column, kind)]) of these kinds"""
    for label, table in TABLE.items():
        chosen = [(column, kind) for column, kind in table if isinstance(kind, kinds)]
        if chosen:
            yield label, chosen


def rows(records, label, task, epochs):
    """The rows of `task`, or of the first entity of a label of the system."""
    for record in records:
        if record.epoch in epochs:
            if label in TASK_LABELS:
                yield record.tasks[task][label]
            else:
                yield next(iter(record.system[label].values()))


def changed(change):
    """A change of numbers as one of their text, which keeps its form."""
    form = lambda value: b"%.2f" if b"." in value else b"%d"
    return lambda value: form(value) % change(float(value))


def add(amount):
    return changed(lambda number: number + amount)


def scale(factor):
    return changed(lambda number: number * factor)


def only_tasks(label, column, kind):
    return label in TASK_LABELS


class LogsThatAgree(unittest.TestCase):
    def assert_agree(self, ours, theirs):
        report, _ = compare.compare_texts(encode(ours), encode(theirs))
        self.assertEqual([str(failure) for failure in report.failures], [])

    def test_whatever_the_phase(self):
        for phase in (0, 0.07, 0.5, 0.95):
            with self.subTest(phase=phase):
                self.assert_agree(OURS, synthetic.text(phase, is_atop=True))
                self.assert_agree(synthetic.text(phase), synthetic.text(is_atop=True))

    def test_the_phase_is_found_from_the_logs_alone(self):
        for phase in (0, 0.07, 0.5, 0.95):
            _, found = compare.compare_texts(encode(OURS), encode(synthetic.text(phase, is_atop=True)))
            self.assertAlmostEqual(found, phase, delta=0.02)

    def test_every_column_is_compared_and_every_counter_by_its_total(self):
        report, _ = compare.compare_texts(encode(OURS), encode(THEIRS_TEXT))
        for label, table in TABLE.items():
            for column, kind in table:
                with self.subTest(label=label, column=column):
                    if not isinstance(kind, Key):
                        self.assertGreater(report.tally(label, column).values, 0)
                    if isinstance(kind, Counter):
                        self.assertGreater(report.tally(label, column).totals, 0)

    def test_exited_processes_are_no_difference(self):
        theirs = THEIRS_TEXT
        end = theirs.index("SEP")
        exited = [line.replace(") S ", ") E ", 1) for line in theirs[:end] if "(idle) S" in line]
        self.assertEqual(len(exited), len(TASK_LABELS))
        self.assert_agree(OURS, theirs[:end] + exited + theirs[end:])

    def test_a_counter_of_atops_that_fell_is_not_taken_for_a_restart(self):
        def fall(records):
            for row in rows(records, "cpu", None, [MIDDLE]):
                row["wtime"] = b"2100"  # the total since boot

        theirs = parseable.parse(encode(THEIRS_TEXT))
        fall(theirs)
        logs = rules.Log("ours", OUR_RECORDS, False), rules.Log("theirs", theirs, True)
        self.assertEqual(rules.Comparison(*logs).run().failures, [])
        ours = pickle.loads(OUR_PICKLED_RECORDS)
        fall(ours)
        self.assertEqual({failure.column for failure in failures_of(ours)}, {"wtime"})

    def test_what_atop_counts_twice_is_halved_of_atop_alone(self):
        once = parseable.parse(encode(synthetic.text(synthetic.PHASE, synthetic.SAMPLES + 1)))
        logs = rules.Log("ours", OUR_RECORDS, False), rules.Log("theirs", once, True)
        failures = rules.Comparison(*logs).run().failures
        self.assertEqual({failure.column for failure in failures}, {"pgscans"})

    def test_a_command_line_made_readable(self):
        accepted = columns.is_made_readable
        self.assertTrue(accepted(b"a b c", b"a\001b\rc"))
        self.assertFalse(accepted(b"a", b"ab"))
        for character in ("é", "文", "😀"):
            encoded = character.encode()
            for kept in range(1, len(encoded)):
                whole = b"y" * (255 - kept)
                self.assertTrue(accepted(whole, whole + encoded[:kept]))
                self.assertFalse(accepted(whole[:-1], whole + encoded[:kept]))
            whole = b"y" * (255 - len(encoded))
            self.assertFalse(accepted(whole, whole + encoded))

    def test_a_kernel_worker_with_other_work(self):
        accepted = columns.is_same_worker
        self.assertTrue(accepted(b"kworker/0:1-events", b"kworker/0:1+mm_percpu"))
        self.assertFalse(accepted(b"kworker/0:1-events", b"kworker/0:2-events"))
        self.assertFalse(accepted(b"a-b", b"a-c"))


class AlteredValues(unittest.TestCase):
    """Alters all columns of a kind at once, label by label, and expects each to be named."""

    def alter(self, kinds, change, epochs, task, chosen=lambda label, column, kind: True):
        for label, table in columns_of(*kinds):
            wanted = [column for column, kind in table if chosen(label, column, kind)]
            # The times of CPU are the clock the phase is found by: one at a time.
            for group in [[column] for column in wanted] if label == "CPU" else [wanted]:
                self._alter_columns(label, group, change, epochs, task)

    def _alter_columns(self, label, group, change, epochs, task):
        records = pickle.loads(OUR_PICKLED_RECORDS)
        for row in rows(records, label, task, epochs):
            row.update({column: change(row[column]) for column in group})
        found = {(failure.label, failure.column) for failure in failures_of(records)}
        for column in group:
            with self.subTest(label=label, column=column, task=task, epochs=epochs):
                self.assertIn((label, column), found)

    def test_identity(self):
        no_other_rule = lambda label, column, kind: column != "tgid"
        for task in (IDLE, BUSY):
            for epoch in (MIDDLE, LAST):
                self.alter([Same], lambda value: b"9" + value, [epoch], task, no_other_rule)

    def test_gauge_of_the_system_or_of_an_idle_task_in_one_record(self):
        of_itself = lambda label, column, kind: not kind.by_others
        self.alter([Gauge], add(500_000), [MIDDLE], IDLE, of_itself)
        is_calm = lambda label, column, kind: kind.floor < 8192 and not kind.by_others
        self.alter([Gauge], scale(0.5), [MIDDLE], IDLE, is_calm)

    def test_gauge_of_an_idle_task_by_little(self):
        of_itself = lambda label, column, kind: label in TASK_LABELS and not kind.by_others
        self.alter([Gauge], add(1), [MIDDLE], IDLE, of_itself)

    def test_gauge_in_all_records(self):
        self.alter([Gauge], scale(2), ALWAYS, BUSY)

    def test_counter_in_one_record(self):
        for epoch in (MIDDLE, LAST):
            self.alter([Counter], changed(lambda number: 4 * number + 1500), [epoch], BUSY)

    def test_counter_by_little_in_all_records(self):
        def is_close(label, column, kind):
            task = BUSY if label in TASK_LABELS else None
            return kind.rel <= 0.03 and synthetic.rate(label, column, task) >= 20

        self.alter([Counter], scale(1.25), SINCE_FIRST, BUSY, is_close)

    def test_counter_by_half_in_all_records(self):
        def is_busy(label, column, kind):
            return synthetic.rate(label, column, BUSY if label in TASK_LABELS else None) >= 20

        self.alter([Counter], scale(1.75), SINCE_FIRST, BUSY, is_busy)

    def test_counter_of_an_idle_task_by_one(self):
        self.alter([Counter], add(1), [MIDDLE], IDLE, only_tasks)

    def test_counter_since_boot(self):
        self.alter([Counter], changed(lambda number: 3 * number + 1500), [FIRST], BUSY)

    def test_fleeting_value(self):
        self.alter([Fleeting], lambda value: b"R" if value == b"S" else b"3", [MIDDLE], IDLE)
        self.alter([Fleeting], lambda value: b"q" if value == b"S" else b"-1", [MIDDLE], BUSY)

    def test_growth(self):
        for task in (IDLE, BUSY):
            for epoch in (FIRST, MIDDLE):
                self.alter([Growth], add(4), [epoch], task)

    def test_mark_of_a_new_task(self):
        self.alter([New], lambda value: b"N", [MIDDLE], BUSY)
        self.alter([New], lambda value: b"-", [FIRST], BUSY)
        self.alter([New], lambda value: b"-", [synthetic.LATE], (40, True))

    def test_what_belongs_to_a_later_issue_is_compared_where_it_is_absent(self):
        self.alter([Later], lambda value: b"7", [MIDDLE], BUSY)

    def test_start_time_by_two_seconds(self):
        self.alter([Ignored], add(2), ALWAYS, IDLE)

    def test_ignored_columns_are_few_and_have_a_reason(self):
        ignored = [(label, column) for label, table in columns_of(Ignored) for column, _ in table]
        self.assertEqual(ignored, [("PRG", "btime")])
        self.assertTrue(all(columns.IGNORED_LABELS.values()))


class AlteredText(unittest.TestCase):
    def assert_found(self, lines, label, column, what=""):
        found = [str(f) for f in failures_of(parseable.parse(encode(lines)))]
        expected = re.compile(f"{label} {column} .*{re.escape(what)}")
        self.assertTrue(any(map(expected.match, found)), f"{expected} is not among {found}")

    def without(self, pattern):
        left = [line for line in OURS if not re.search(pattern, line)]
        self.assertLess(len(left), len(OURS))
        return left

    def test_a_missing_label(self):
        for label in TABLE:
            pattern = f"^{label} "
            if label.startswith("NET"):
                pattern = "^NET .* upper " if label == "NET upper" else r"^NET .* (lo|eth0) "
            with self.subTest(label=label):
                self.assert_found(self.without(pattern), label, "-")

    def test_a_missing_entity(self):
        for label, name in (("DSK", "sdb"), ("NET", "eth0"), ("cpu", "1")):
            for epoch in (str(MIDDLE), str(LAST), r"\d+"):
                line = rf"^{label} host {epoch} \S+ \S+ \d+ (100 )?{name} "
                with self.subTest(label=label, epoch=epoch):
                    self.assert_found(self.without(line), label, "-", name)

    def test_a_missing_process(self):
        self.assert_found(self.without(rf"{MIDDLE} .*\(idle\)"), "PRG", "-", "pid 7")
        self.assert_found(self.without(r"\(a\) \(b\)"), "PRG", "-", "pid 20")
        self.assert_found(self.without(r"^PRD .*\(idle\)"), "PRD", "-")

    def test_a_process_that_is_not_there(self):
        lines = []
        for line in OURS:
            lines += [line.replace(" 7 (idle)", " 6 (ghost)", 1)] if " 7 (idle)" in line else []
            lines.append(line)
        self.assert_found(lines, "PRG", "-", "pid 6")

    def test_a_missing_thread(self):
        self.assert_found(self.without(r"\(worker\)"), "PRG", "nthr", "thread entries: [30]")

    def test_a_missing_main_thread(self):
        self.assert_found(self.without(r" 30 \(threads\) .* n( |$)"), "PRG", "nthr")

    def test_a_thread_behind_another_process(self):
        number = next(i for i, line in enumerate(OURS) if re.match(r"PRG .*\(worker\)", line))
        lines = list(OURS)
        lines[number] = re.sub(r"(\(worker\) S \d+ \d+) 30 ", r"\1 20 ", lines[number])
        self.assert_found(lines, "PRG", "tgid", "20 follows 30")

    def test_tasks_in_another_order(self):
        for label, what in (("PRG", "order of their pids"), ("PRM", "order of PRG")):
            first = re.compile(rf"{label} .*\(idle\)")
            number = next(i for i, line in enumerate(OURS) if first.match(line))
            lines = list(OURS)
            lines[number : number + 2] = reversed(lines[number : number + 2])
            self.assert_found(lines, label, "-", what)

    def test_times(self):
        self.assert_found(self.without("^RESET$"), "-", "RESET")
        again = list(OURS)
        again.insert(again.index("SEP") + 1, "RESET")
        self.assert_found(again, "-", "RESET")
        longer = [re.sub(rf"( {MIDDLE} \S+ \S+) 1 ", r"\1 2 ", line) for line in OURS]
        self.assert_found(longer, "-", "interval", "interval 2")
        younger = [re.sub(rf"( {FIRST} \S+ \S+) 1000 ", r"\1 900 ", line) for line in OURS]
        self.assert_found(younger, "-", "interval", "booted")

    def test_a_log_of_another_time(self):
        shift = lambda epoch: f" {int(epoch[1]) + 6} "
        later = [re.sub(r" (17\d{8}) ", shift, line, count=1) for line in OURS]
        self.assert_found(later, "-", "epoch")

    def test_text_that_is_not_atops(self):
        for text in (
            b"hello\n",
            b"SEP\n",
            b"XYZ host 1 2023/11/14 22:13:20 1 5\nSEP\n",
            b"CPL host 1 2023/11/14 22:13:20 1 5\nSEP\n",
            encode(OURS[:-1]),
            encode([*OURS[:2], OURS[1], *OURS[2:]]),
        ):
            with self.subTest(text=text[:40]), self.assertRaises(parseable.BadText):
                parseable.parse(text)


if __name__ == "__main__":
    sys.exit(unittest.main())
