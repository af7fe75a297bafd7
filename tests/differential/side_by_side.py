#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Records this machine under load with proctaped and Debian's atop at the same time and compares
the two logs, as compare.py does. A test for ctest: exit status 0 they agree, 1 they do not, 77
this cannot be tested here.

    side_by_side.py --proctaped PATH --proctape PATH --workload PATH [--directory DIR]

`--proctaped atop` records with a second atop instead: what is found then is the jitter of the
comparison itself. The logs stay in DIR.

Both logs are compared twice: what atop shows of them, column by column, and what they store, member
by member. The outcome of the latter is written to docs/COMPARISON.md.
"""

import argparse
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

import compare
import exits
import expectations
import member_table
import members
import parseable
import rules

SAMPLES = 9  # the one since boot and eight of a second
# One more, so that our last one, too, is followed by one of theirs.
THEIR_SAMPLES = SAMPLES + 1
ATOP_VERSION = "2.8"
SKIPPED = 77
# An event elsewhere in the machine that only one of the two saw does not come a second time in
# the same place, a fault of ours does.
ATTEMPTS = 2
# Where in the second both are started: soon after its begin, so that atop, which ticks from its
# start on, samples soon after proctaped, which ticks at whole seconds.
START_IN_SECOND = 0.02

SOURCE = pathlib.Path(__file__).resolve().parents[2]
LAYOUT = SOURCE / "tests" / "layouts" / f"atop-{ATOP_VERSION}.tsv"
FIELDS = SOURCE / "docs" / "FIELDS.md"
TABLE = SOURCE / "docs" / "COMPARISON.md"

# As atop with -R and -W; what atop does not do by itself is off.
CONFIGURATION = """\
[tasks]
network = "off"
pss = "always"
wait_channel = true
redact = []
[log]
min_free = "off"
"""


class Failed(Exception):
    pass


def reason_to_skip():
    if shutil.which("atop") is None or shutil.which("atopsar") is None:
        return "atop is not installed"
    shown = subprocess.run(["atop", "-V"], capture_output=True, text=True, check=False).stdout
    version = re.search(r"Version: (\d+\.\d+)", shown)
    if version is None or version.group(1) != ATOP_VERSION:
        return f"the atop installed is not {ATOP_VERSION}: {shown.strip()}"
    if os.geteuid() != 0:
        return "not root: neither recorder could read the I/O counters of all processes"
    return None


def sleep_until_in_second(fraction):
    time.sleep((fraction - time.time()) % 1.0)


def avoid_midnight():
    """Ours begins a new file then."""
    now = time.localtime()
    left = 86400 - (now.tm_hour * 3600 + now.tm_min * 60 + now.tm_sec)
    if left < SAMPLES + 15:
        time.sleep(left + 1)


class Workload:
    """The load, for as long as the block lasts."""

    def __init__(self, program, directory):
        self.command = [program, str(SAMPLES + 20), str(directory)]

    def __enter__(self):
        self.process = subprocess.Popen(self.command, stdout=subprocess.PIPE, text=True)
        if self.process.stdout.readline() != "ready\n":
            self.process.wait()
            raise Failed("the workload did not start")
        return self

    def __exit__(self, *_):
        early = self.process.poll() is not None
        self.process.terminate()
        self.process.wait()
        self.process.stdout.close()
        if early:
            raise Failed("the workload ended early")


def finish(name, process):
    try:
        _, complaint = process.communicate(timeout=SAMPLES + 15)
    except subprocess.TimeoutExpired:
        process.terminate()
        process.communicate()
        raise Failed(f"{name} did not end after its samples") from None
    if process.returncode != 0:
        text = complaint.decode(errors="replace").strip()
        raise Failed(f"{name} exits {process.returncode}: {text}")


def record(proctaped, directory):
    """Records with both and returns the paths of (ours, theirs)."""
    theirs = directory / "atop.log"
    if proctaped == "atop":
        our_directory = directory
        command = ["atop", "-R", "-W", "-w", str(directory / "atop_second.log"), "1"]
        command.append(str(SAMPLES))
    else:
        our_directory = directory / "proctape"
        our_directory.mkdir()
        command = [proctaped, "--interval", "1s", "--samples", str(SAMPLES)]
        command += ["--log-dir", str(our_directory), "--format", ATOP_VERSION]
        configuration = directory / "proctape.toml"
        configuration.write_text(CONFIGURATION)
        command += ["--config", str(configuration)]
    sleep_until_in_second(START_IN_SECOND)
    recorders = {
        "proctaped": subprocess.Popen(command, stderr=subprocess.PIPE),
        "atop": subprocess.Popen(
            ["atop", "-R", "-W", "-w", str(theirs), "1", str(THEIR_SAMPLES)],
            stderr=subprocess.PIPE,
        ),
    }
    for name, process in recorders.items():
        finish(name, process)
    ours = list(our_directory.glob("atop_*"))
    if len(ours) != 1:
        raise Failed(f"one log expected in {our_directory}: {[path.name for path in ours]}")
    return ours[0], theirs


def show(*command):
    """What a reader prints; it must be content."""
    shown = subprocess.run([str(word) for word in command], capture_output=True, check=False)
    if shown.returncode != 0 or shown.stderr:
        complaint = shown.stderr.decode(errors="replace").strip()
        text = " ".join(str(word) for word in command)
        raise Failed(f"`{text}` exits {shown.returncode}, with this on stderr: {complaint!r}")
    return shown.stdout


def reports_of_atopsar(log):
    """The reports in the output, as (title line without its time, number of samples)."""
    text = show("atopsar", "-A", "-r", log).decode(errors="replace")
    reports = []
    for report in re.split(r"^-+ analysis date: .*$", text, flags=re.MULTILINE)[1:]:
        times = [line[8:] for line in report.split("\n") if re.match(r"\d\d:\d\d:\d\d ", line)]
        reports.append((times[0].strip(), len(times) - 1))
    return reports


def check_atopsar(ours, theirs):
    """Every report is there, with all samples but the one since boot."""
    our_reports, their_reports = reports_of_atopsar(ours), reports_of_atopsar(theirs)
    names = [[name for name, _ in reports] for reports in (our_reports, their_reports)]
    if names[0] != names[1] or not names[0]:
        raise Failed(f"reports of atopsar differ: ours {names[0]}, theirs {names[1]}")
    for (name, count), (_, their_count) in zip(our_reports, their_reports):
        # One line where the report only says that it has no data.
        if count != (SAMPLES - 1 if their_count == THEIR_SAMPLES - 1 else their_count):
            counts = f"{count} samples of ours, {their_count} of theirs"
            raise Failed(f"atopsar report {name} shows {counts}")


def other_counters():
    """What atop's sums of reclaimed memory have beyond twice ours: pages reclaimed because a program
    asked for it (memory.reclaim) or because a group reached its limit, and tasks that were held up."""
    with open("/proc/vmstat", encoding="ascii") as file:
        vmstat = {name: int(value) for name, value in map(str.split, file)}

    def beyond(name, *also):
        ours = sum(vmstat.get(f"{name}_{by}", 0) for by in ("kswapd", "direct", "khugepaged"))
        return sum(vmstat.get(f"{name}_{by}", 0) for by in ("anon", "file", "proactive", *also)) - ours

    return {"pgscans": beyond("pgscan", "direct_throttle"), "pgsteal": beyond("pgsteal")}


def compare_logs(ours, theirs, is_atop, others):
    names = ("atop's second log" if is_atop else "proctape's log", "atop's log")
    texts = [show("atop", "-r", log, "-P", "ALL") for log in (ours, theirs)]
    for name, text in zip(("ours.txt", "theirs.txt"), texts):
        (theirs.parent / name).write_bytes(text)
    check_atopsar(ours, theirs)
    report, phase = compare.compare_texts(*texts, names=names, ours_is_atop=is_atop, others=others)
    compare.print_report(report, phase, verbose=True)
    for name, text in zip(reversed(names), reversed(texts)):
        unmet = expectations.unmet(rules.Log(name, parseable.parse(text), True))
        for what in unmet:
            print(f"  {name}: {what}")
        if unmet:
            raise Failed(f"{name} does not show the workload")
    for what in expectations.unmoved(report):
        report.fail("-", "-", "", what, jitter=True)
        print(f"  {what}")
    return report


def compare_members(ours, theirs, is_atop, proctape, others):
    """The report, and the table of all members."""
    amended = {}
    our_records, our_exits = members.read(ours, proctape, LAYOUT, amended if is_atop else None)
    their_records, their_exits = members.read(theirs, proctape, LAYOUT, amended)
    spec = members.specification([our_records, their_records], FIELDS)
    comparison = rules.Comparison(
        rules.Log("proctape's log", our_records, is_atop, spec, others),
        rules.Log("atop's log", their_records, True, spec, others),
    )
    report = comparison.run()
    for member, reason in amended.items():
        report.explained.setdefault(member, reason)
    count = exits.compare(report, our_exits, their_exits, comparison.common)
    values = sum(tally.values for tally in report.tallies.values())
    print(f"members: {values} values compared, and those of {count} exited processes")
    compare.print_failures(report)
    return report, member_table.text(report, spec, LAYOUT, ATOP_VERSION)


def attempt(args):
    """The report of one recording."""
    directory = pathlib.Path(args.directory)
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(parents=True)
    avoid_midnight()
    others = other_counters()
    with Workload(args.workload, directory):
        ours, theirs = record(args.proctaped, directory)
    is_atop = args.proctaped == "atop"
    report = compare_logs(ours, theirs, is_atop, others)
    of_members, table = compare_members(ours, theirs, is_atop, args.proctape, others)
    (directory / TABLE.name).write_text(table)
    report.failures += of_members.failures
    if not report.failures and not is_atop and member_table.write(TABLE, table):
        print(f"verdicts changed: {TABLE} is written anew")
    return report


def main():
    parser = argparse.ArgumentParser(description="Compares proctaped with atop on this machine.")
    parser.add_argument("--proctaped", required=True)
    parser.add_argument("--proctape", required=True, help="the reader, which decodes both logs")
    parser.add_argument("--workload", required=True)
    parser.add_argument("--directory", default=tempfile.gettempdir() + "/proctape-side-by-side")
    args = parser.parse_args()
    reason = reason_to_skip()
    if reason is not None:
        print(f"SKIPPED: {reason}")
        return SKIPPED
    for _ in range(ATTEMPTS):
        try:
            report = attempt(args)
        except (Failed, parseable.BadText) as error:
            print(f"FAILED: {error}")
            return 1
        if not report.failures:
            print("The logs agree.")
            return 0
        if not all(failure.jitter for failure in report.failures):
            break
        print("All of these may be jitter of a busy machine.")
    print(f"FAILED: the logs differ; they are in {args.directory}")
    return 1


if __name__ == "__main__":
    sys.exit(main())
