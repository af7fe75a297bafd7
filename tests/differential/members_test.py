#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Tests of the comparison by members: a log agrees with itself, and whatever member of it is
altered is found and named, in the table as well.

    members_test.py PROCTAPE
"""

import copy
import pathlib
import sys
import tempfile
import unittest

import exits
import member_table
import members
import rules
from columns import Explained, Gauge, Growth, Ignored, Key, Later, New

SOURCE = pathlib.Path(__file__).resolve().parents[2]
LAYOUT = SOURCE / "tests" / "layouts" / "atop-2.8.tsv"
# Recorded by atop 2.8, with process accounting.
LOG = SOURCE / "tests" / "fixtures" / "logs" / "atop-2.8.raw"
PROCTAPE = sys.argv.pop(1)

RECORDS, EXITS = members.read(LOG, PROCTAPE, LAYOUT, {})
SPEC = members.specification([RECORDS], SOURCE / "docs" / "FIELDS.md")
EPOCHS = [record.epoch for record in RECORDS]


THEMSELVES = rules.Log("theirs", RECORDS, True, SPEC)
WITH_ITSELF = rules.Comparison(THEMSELVES, THEMSELVES)


def compare(records):
    """The report on `records` as if they were ours, beside the log itself."""
    return rules.Comparison(rules.Log("ours", records, False, SPEC), THEMSELVES).run()


def compare_exits(ours):
    report = rules.Report()
    # The log is short: its inner records are few.
    exits.compare(report, ours, EXITS, [0, 0, *EPOCHS, 0, 0])
    return [f for f in report.failures if not f.jitter]


def a_row(records, label):
    """A row that all records have, in an inner record: of a task that rests."""
    record = records[2]
    if label not in members.TASK_LABELS:
        return next(iter(record.system[label].values()))
    for task, labels in record.tasks.items():
        always = all(task in other.tasks for other in records)
        if task[1] and always and WITH_ITSELF.quiet(task, record.epoch):
            return labels[label]
    raise AssertionError(f"no resting task is in all records of {LOG}")


# What of the log needs an explanation even beside itself.
BY_ITSELF = compare(RECORDS).explained


class AltersMembers(unittest.TestCase):
    def test_a_log_agrees_with_itself(self):
        self.assertEqual(compare(RECORDS).failures, [])

    def test_every_altered_member_is_found(self):
        altered = 0
        for label, table in SPEC.table.items():
            for column, kind in table:
                if isinstance(kind, (Ignored, Key, Later, New, Growth)):
                    continue
                records = copy.deepcopy(RECORDS)
                row = a_row(records, label)
                number = row[column].lstrip(b"-").replace(b".", b"").isdigit()
                row[column] = b"987654321987" if number else b"\1altered"
                with self.subTest(member=f"{label} {column}"):
                    report = compare(records)
                    where = {(f.label, f.column) for f in report.failures}
                    # Also where atop has nothing: then whatever we have is explained.
                    where |= set(report.explained) - set(BY_ITSELF)
                    if isinstance(kind, Explained):
                        where = set(report.explained)
                    # Once, a gauge of a task may be off: what comes and goes within a moment.
                    noted = any(f"{label} {column} " in note for note in report.notes)
                    passed_once = isinstance(kind, Gauge) and noted
                    self.assertTrue((label, column) in where or passed_once)
                    altered += 1
        self.assertGreater(altered, 300)

    def test_a_record_that_miscounts_its_entries_is_no_log(self):
        entry = {"gen": {"isproc": 1, "state": "S", "wasinactive": 0, "nthrrun": 0, "nthrslpi": 1,
                         "nthrslpu": 0}}  # fmt: skip
        sample = {"ndeviat": 1, "ntask": 1, "totproc": 1, "nactproc": 1, "totrun": 0, "totslpi": 1,
                  "totslpu": 0, "totzomb": 0, "nexit": 0}  # fmt: skip
        members._check_counts(sample, [entry], LOG)
        for name in sample:
            with self.subTest(member=name), self.assertRaises(members.parseable.BadText):
                members._check_counts(sample | {name: 7}, [entry], LOG)


class AltersExits(unittest.TestCase):
    def test_the_exits_of_a_log_agree_with_themselves(self):
        self.assertGreater(len(EXITS), 0)
        self.assertEqual(compare_exits(EXITS), [])

    def test_a_missing_exit_is_found(self):
        for missing in range(len(EXITS)):
            ours = EXITS[:missing] + EXITS[missing + 1 :]
            with self.subTest(missing=missing):
                self.assertEqual(len(compare_exits(ours)), 1)

    def test_every_altered_member_of_an_exit_is_found(self):
        whole = [i for i, (_, e) in enumerate(EXITS) if e["gen"]["excode"] & exits.NEW_BIT]
        self.assertGreater(len(whole), 0)
        for member in exits.MEMBERS:
            ours = copy.deepcopy(EXITS)
            group, name = member.path.split(".")
            entry = ours[whole[0]][1][group]
            entry[name] = "altered" if isinstance(entry[name], str) else entry[name] + 1000
            with self.subTest(member=member.path):
                self.assertNotEqual(compare_exits(ours), [])


class WritesTheTable(unittest.TestCase):
    def test_every_member_of_the_layout_is_in_it(self):
        table = member_table.text(compare(RECORDS), SPEC, LAYOUT, "2.8")
        for member in ("rawheader.hertz", "sstat.cpu.cpu[].steal", "sstat.gpu.gpu[].busid",
                       "tstat.mem.pmem"):  # fmt: skip
            self.assertIn(f"| `{member}` |", table)
        self.assertNotIn("| defect |", table)

    def test_a_defect_is_called_one(self):
        records = copy.deepcopy(RECORDS)
        a_row(records, "MEM")["physmem"] = b"1"
        table = member_table.text(compare(records), SPEC, LAYOUT, "2.8")
        self.assertTrue("| `sstat.mem.physmem` | identical | defect |" in table)

    def test_it_is_written_anew_only_when_a_verdict_changed(self):
        table = member_table.text(compare(RECORDS), SPEC, LAYOUT, "2.8")
        with tempfile.TemporaryDirectory() as directory:
            path = pathlib.Path(directory) / "TABLE.md"
            self.assertTrue(member_table.write(path, table))
            self.assertFalse(member_table.write(path, table.replace("equal (still)", "equal")))
            other = table.replace("identical | equal", "identical | defect", 1)
            self.assertTrue(member_table.write(path, other))


if __name__ == "__main__":
    unittest.main()
