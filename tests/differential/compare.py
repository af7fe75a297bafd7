#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compares a log with one that atop recorded on the same machine at the same time.

    compare.py [-v] OURS THEIRS

Each is a raw log or the text `atop -r LOG -P ALL` prints of it. Exit status: 0 they agree, 1 they
do not, 2 they cannot be read. What agreement means of each column: columns.py.
"""

import argparse
import os
import struct
import subprocess
import sys

import parseable
import rules

RAW_LOG_MAGIC = struct.pack("=I", 0xFEEDBEEF)
# Failures shown of one column.
SHOWN = 4


def text_of(path):
    with open(path, "rb") as file:
        content = file.read()
    if not content.startswith(RAW_LOG_MAGIC):
        return content
    shown = subprocess.run(["atop", "-r", path, "-P", "ALL"], capture_output=True, check=False)
    if shown.returncode != 0 or shown.stderr:
        complaint = shown.stderr.decode(errors="replace").strip()
        raise parseable.BadText(f"atop -r exits {shown.returncode}: {complaint}")
    return shown.stdout


def compare_texts(ours, theirs, names=("ours", "theirs"), ours_is_atop=False, others=None):
    """The report, and the phase in seconds."""
    comparison = rules.Comparison(
        rules.Log(names[0], parseable.parse(ours), ours_is_atop, others=others),
        rules.Log(names[1], parseable.parse(theirs), True, others=others),
    )
    return comparison.run(), comparison.phase


def print_failures(report, out=sys.stdout):
    shown = {}
    for failure in report.failures:
        column = (failure.label, failure.column)
        shown[column] = shown.get(column, 0) + 1
        if shown[column] <= SHOWN:
            print(f"  {failure}", file=out)
    for (label, column), count in shown.items():
        if count > SHOWN:
            print(f"  {label} {column}: {count - SHOWN} more", file=out)


def print_tallies(report, out=sys.stdout):
    print("label     column             values totals        ours      theirs worst", file=out)
    for (label, column), tally in report.tallies.items():
        totals = f"{tally.ours:12.6g}{tally.theirs:12.6g}" if tally.totals else " " * 24
        print(
            f"{label:9} {column:18}{tally.values:7}{tally.totals:7}"
            f"{totals}{tally.worst:6.2f}{'' if tally.moved else '  never moved'}",
            file=out,
        )


def print_report(report, phase, verbose, out=sys.stdout):
    if verbose:
        print_tallies(report, out)
    for note in report.notes:
        print(f"note: {note}", file=out)
    values = sum(tally.values for tally in report.tallies.values())
    totals = sum(tally.totals for tally in report.tallies.values())
    later = f"theirs samples {phase:+.3f} s later"
    print(f"{values} values and {totals} totals compared; {later}", file=out)
    if report.failures:
        print(f"{len(report.failures)} differences:", file=out)
        print_failures(report, out)


def main():
    parser = argparse.ArgumentParser(description="Compares a log with one recorded by atop.")
    parser.add_argument("-v", "--verbose", action="store_true", help="show every column's tally")
    parser.add_argument("--both-atop", action="store_true", help="OURS is recorded by atop, too")
    parser.add_argument("ours")
    parser.add_argument("theirs")
    args = parser.parse_args()
    try:
        names = (os.path.basename(args.ours), os.path.basename(args.theirs))
        texts = text_of(args.ours), text_of(args.theirs)
        report, phase = compare_texts(*texts, names=names, ours_is_atop=args.both_atop)
    except (parseable.BadText, OSError) as error:
        print(f"compare.py: {error}", file=sys.stderr)
        return 2
    print_report(report, phase, args.verbose)
    return 1 if report.failures else 0


if __name__ == "__main__":
    sys.exit(main())
