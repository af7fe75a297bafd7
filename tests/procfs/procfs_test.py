#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""procfs_test.py PROCTAPE ODD_NAMES LOGS: `proctape procfs` beside /proc, field by field, for
thousands of tasks with names that are hard to read; and beside `proctape dump` for LOGS."""
import collections
import csv
import io
import json
import os
import pty
import subprocess
import sys
import time
import unittest

PROCTAPE, ODD_NAMES, *LOGS = sys.argv[1:]
PROCESSES, THREADS = 1000, 1000
FILES = ["--stat", "--status", "--io"]
NOBODY = 65534
SINCE_BOOT = 1

# Bytes, whatever they are.
ENCODING = {"encoding": "utf-8", "errors": "surrogateescape"}


def procfs(*arguments, **how):
    done = subprocess.run([PROCTAPE, "procfs", *map(str, arguments)], capture_output=True,
                          stdin=subprocess.DEVNULL, timeout=60, check=False, **how)
    return done.returncode, done.stdout.decode(**ENCODING), done.stderr.decode(**ENCODING)


def rows_of(text):
    """The titles, and the rows, each with all columns."""
    titles, *rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    for row in rows:
        assert len(row) == len(titles), row
    return titles, rows


def content(path):
    with open(path, newline="", **ENCODING) as file:
        return file.read()


def fields_in_proc(directory):
    """By file: (name or place, value) of each field of a task, read here without proctape."""
    stat = content(directory + "/stat")
    pid, rest = stat.split(" (", 1)
    name, rest = rest.rsplit(") ", 1)
    fields = {("stat", place): value for place, value in enumerate([pid, name, *rest.split()])}
    for file in "status", "io":
        # Not splitlines(), for which there are more ends of lines.
        for line in content(f"{directory}/{file}").split("\n")[:-1]:
            key, value = line.split(":", 1)
            fields[file, key] = value.removeprefix("\t") if key == "Name" else value.strip(" \t")
    return fields


class Live(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.program = subprocess.Popen([ODD_NAMES, str(PROCESSES), str(THREADS)],
                                       stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        cls.threaded, *cls.pids = cls.program.stdout.readline().split()
        assert len(cls.pids) == PROCESSES

    @classmethod
    def tearDownClass(cls):
        cls.program.stdin.close()
        cls.program.wait()
        cls.program.stdout.close()

    def compare(self, titles, rows, tid_column, directory):
        """`rows` with what is in /proc now, or was a moment ago."""
        # Of several files; stat tells its fields by their places.
        stat, status, read = titles.index("pid"), titles.index("Name"), titles.index("rchar")
        columns = {("stat", place): stat + place for place in range(52)}
        columns |= {("status", name): status + i for i, name in enumerate(titles[status:read])}
        columns |= {("io", name): read + i for i, name in enumerate(titles[read:read + 7])}
        for later, name in enumerate(titles[read + 7:], read + 7):  # that proctape does not know
            file = "stat" if name.startswith("field") else "status"
            columns[file, int(name[5:]) - 1 if file == "stat" else name] = later
        # Signals that are pending for the same user, in all of its processes.
        del columns["status", "SigQ"]
        for row in rows:
            fields = fields_in_proc(directory + row[tid_column])
            del fields["status", "SigQ"]
            self.assertGreaterEqual(len(fields), 52 + 40 + 7)
            different = [field for field, value in fields.items() if row[columns[field]] != value]
            if different:
                # It may have changed just now, but not each time.
                time = ["--time"] if titles[0] == "time" else []
                threads = ["--threads", self.threaded] if "task" in directory else [row[tid_column]]
                _, again, _ = procfs(*time, *FILES, *threads)
                again = {r[tid_column]: r for r in rows_of(again)[1]}[row[tid_column]]
                for field in different:
                    self.assertEqual(again[columns[field]], fields[field], (field, row))

    def test_every_field_of_processes(self):
        code, out, err = procfs("--titles", *FILES, *self.pids)
        self.assertEqual((code, err), (0, ""))
        titles, rows = rows_of(out)
        self.assertEqual([row[0] for row in rows], self.pids)
        self.compare(titles, rows, 0, "/proc/")
        self.assertGreater(len({row[1] for row in rows}), PROCESSES // 2)  # names

    def test_every_field_of_threads(self):
        directory = f"/proc/{self.threaded}/task/"
        tids = sorted(os.listdir(directory), key=int)
        code, out, err = procfs("--threads", "--titles", "--time", *FILES, self.threaded)
        self.assertEqual((code, err), (0, ""))
        titles, rows = rows_of(out)
        self.assertEqual(titles[:4], ["time", "pid", "comm", "state"])
        self.assertEqual([row[1] for row in rows], tids)
        self.assertEqual(len(tids), THREADS + 1)
        self.compare(titles, rows, 1, directory)

    def test_each_file_alone_has_the_same_fields(self):
        pid = self.pids[0]
        _, out, _ = procfs("--titles", *FILES, pid)
        titles, (row,) = rows_of(out)
        alone = []
        for file in [], ["--status"], ["--io"]:  # stat without any
            names, (values,) = rows_of(procfs("--titles", *file, pid)[1])
            if file == ["--io"]:
                self.assertEqual((names.pop(0), values.pop(0)), ("pid", pid))
            alone += zip(names, values)
        steady = lambda pairs: [pair for pair in pairs if pair[0] != "SigQ"]
        self.assertEqual(steady(alone), steady(zip(titles, row)))

    def test_no_titles_and_no_time_unasked(self):
        _, out, _ = procfs(self.pids[0])
        (row,) = csv.reader(io.StringIO(out, newline=""))
        self.assertEqual(row[0], self.pids[0])

    def test_what_may_not_be_read_is_empty_and_told_once(self):
        # Process 1 is root's; elsewhere this is not.
        how = {"user": NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}
        code, out, err = procfs("--titles", "--stat", "--io", "--repeat", 3, "--sleep", 0, 1, **how)
        self.assertEqual(code, 0)
        self.assertRegex(err, "^proctape: .*io: Permission denied: the fields are empty for 1 "
                              "process\n$")
        titles, rows = rows_of(out)
        self.assertEqual(len(rows), 3)
        for row in rows:
            self.assertEqual(row[0], "1")
            self.assertEqual(row[titles.index("rchar"):], [""] * 7)
            self.assertNotEqual(row[titles.index("starttime")], "")

    def test_a_process_that_is_not_there(self):
        code, out, err = procfs("--repeat", 2, "--sleep", 0, self.pids[0], 4194305)
        self.assertEqual((code, err), (1, "proctape: there is no process 4194305\n"))
        rows = list(csv.reader(io.StringIO(out, newline="")))
        self.assertEqual([row[0] for row in rows], [self.pids[0]] * 2)

    def test_rounds_are_as_far_apart_as_asked(self):
        code, out, _ = procfs("--time", "--io", "--titles", "--repeat", 4, "--sleep", 0.05,
                              self.pids[0])
        self.assertEqual(code, 0)
        _, rows = rows_of(out)
        self.assertEqual(len(rows), 4)
        times = [row[0] for row in rows]
        self.assertEqual(len(set(times)), 4)
        for time in times:
            self.assertRegex(time, r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}(Z|[+-]\d\d:\d\d)$")

    def test_a_terminal_gets_no_escape_sequences(self):
        odd = next(pid for pid in self.pids if "\x1b" in content(f"/proc/{pid}/stat"))
        ours, theirs = pty.openpty()
        subprocess.run([PROCTAPE, "procfs", odd], stdout=theirs, check=True)
        os.close(theirs)
        shown = b""
        try:
            while part := os.read(ours, 4096):
                shown += part
        except OSError:
            pass  # the end of a terminal
        os.close(ours)
        self.assertIn(b"\\u001b", shown)
        self.assertNotIn(b"\x1b", shown)


class Churn(unittest.TestCase):
    def test_all_tasks_while_some_come_and_go(self):
        churn = subprocess.Popen(
            ["sh", "-c", "while :; do (exec true) & (exec true) & (exec true) & wait; done"],
            start_new_session=True)
        try:
            for threads in [], ["--threads"]:
                short, deadline = set(), time.monotonic() + 20
                while len(short) < 10:
                    self.assertLess(time.monotonic(), deadline)
                    short |= self.short_lives(churn.pid, threads)
        finally:
            os.killpg(churn.pid, 9)
            churn.wait()

    def short_lives(self, longer, options):
        """Those that only some of the rounds have."""
        rounds = 20
        code, out, _ = procfs("--titles", "--repeat", rounds, "--sleep", 0, *FILES, *options)
        self.assertEqual(code, 0)
        titles, rows = rows_of(out)
        # A row is never half of one.
        needed = [titles.index(name) for name in ("state", "utime", "exit_code", "State",
                                                  "Threads", "nonvoluntary_ctxt_switches")]
        rchar = titles.index("rchar")
        for row in rows:
            self.assertTrue(all(row[column] for column in needed), row)
            # Others' io may be denied, also one's own of what is ending, and root's of some.
            if os.geteuid() == 0 and "" in row[rchar:rchar + 7]:
                with self.assertRaises(PermissionError, msg=row):
                    content(f"/proc/{row[titles.index('Tgid')]}/io")
        found = collections.Counter(row[titles.index("Pid")] for row in rows)
        self.assertEqual(found[str(longer)], rounds)
        return {pid for pid, count in found.items() if count < rounds}


# Columns of the log's table: of dump, in its units.
GAUGES = {"state": lambda t: "X" if t["gen"]["state"] == "E" else t["gen"]["state"],
          "comm": lambda t: t["gen"]["name"],
          "ppid": lambda t: t["gen"]["ppid"],
          "Uid": lambda t: "\t".join(str(t["gen"][u]) for u in ("ruid", "euid", "suid", "fsuid"))}
LIVING = {"nice": lambda t: t["cpu"]["nice"],
          "priority": lambda t: t["cpu"]["prio"] - 100,
          "num_threads": lambda t: t["gen"]["nthr"],
          "policy": lambda t: t["cpu"]["policy"],
          "vsize": lambda t: t["mem"]["vmem"] * 1024,
          "rss": lambda t: t["mem"]["rmem"] * 1024 // 4096}
COUNTERS = {"utime": lambda t: t["cpu"]["utime"],
            "stime": lambda t: t["cpu"]["stime"],
            "minflt": lambda t: t["mem"]["minflt"],
            "majflt": lambda t: t["mem"]["majflt"],
            "read_bytes": lambda t: t["dsk"]["rsz"] * 512,
            "write_bytes": lambda t: t["dsk"]["wsz"] * 512}


class Recorded(unittest.TestCase):
    def compare(self, log, threads):
        """Counters add up from sample to sample."""
        _, out, err = procfs("--log", log, "--titles", "--time", *FILES,
                             *(["--threads"] if threads else []))
        self.assertEqual(err, "")
        titles, rows = rows_of(out)
        column = {name: titles.index(name) for name in titles}
        dumped = subprocess.run([PROCTAPE, "dump", "--json", log], capture_output=True, check=True)
        rows = iter(rows)
        sums, starts = {}, {}
        for record in map(json.loads, dumped.stdout.splitlines()):
            if record["flags"] & SINCE_BOOT:
                sums.clear()
            for task in record["tasks"]:
                who = task["gen"]
                living = who["state"] != "E"
                if threads and who["isproc"] and not (living and who["nthr"] == 1):
                    continue
                if not threads and not who["isproc"]:
                    continue
                row = next(rows)
                self.assertEqual(row[column["pid"]], str(who["pid"]))
                # Accounting rounds the start in another way.
                begun = [each for each in starts.setdefault(who["pid"], []) if
                         abs(each - who["btime"]) <= 1]
                key = who["pid"], begun[-1] if begun else who["btime"]
                starts[who["pid"]].append(key[1])
                for name, value in COUNTERS.items():
                    total = sums[key, name] = sums.get((key, name), 0) + value(task)
                    self.assertEqual(row[column[name]], str(total), (log, name, row))
                for name, value in GAUGES.items():
                    self.assertEqual(row[column[name]], str(value(task)), (log, name, row))
                for name, value in LIVING.items():
                    expected = str(value(task)) if living else ""
                    if threads and name == "num_threads" and not who["isproc"]:
                        expected = ""
                    self.assertEqual(row[column[name]], expected, (log, name, row))
        self.assertIsNone(next(rows, None))
        self.assertGreater(len(sums), 100)

    def test_processes_and_threads_of_logs(self):
        for log in LOGS:
            for threads in False, True:
                self.compare(log, threads)

    def test_only_the_processes_and_the_time_that_are_asked_for(self):
        _, out, _ = procfs("--log", LOGS[0], "--time", "--titles", "--io", 19, 20, "--utc")
        titles, rows = rows_of(out)
        self.assertEqual({row[1] for row in rows}, {"19", "20"})
        time = rows[-1][0]
        _, out, _ = procfs("--log", LOGS[0], "--time", "--titles", "--io", 19, 20, "--at", time)
        self.assertEqual({row[0] for row in rows_of(out)[1]}, {time})
        # The same columns as live.
        _, live, _ = procfs("--time", "--titles", "--io", os.getpid())
        self.assertEqual(rows_of(live)[0], titles)


class Usage(unittest.TestCase):
    def test_what_makes_no_sense(self):
        for arguments in (["--sleep", "1"], ["--at", "10:00"], ["--log", "x", "--repeat", "2"],
                          ["--root", "/", "--log", "x"], ["0"], ["x"], ["--repeat", "-1"],
                          ["--repeat", "2", "--sleep", "-1"], ["--log"]):
            code, out, err = procfs(*arguments)
            self.assertEqual((code, out), (2, ""), arguments)
            self.assertTrue(err.startswith("proctape: "), err)

    def test_what_cannot_be_read_or_written(self):
        self.assertEqual(procfs("--log", "/nonexistent")[0], 3)
        self.assertEqual(procfs("--root", "/nonexistent")[0], 3)
        with open("/dev/full", "wb") as full:
            done = subprocess.run([PROCTAPE, "procfs", "--repeat", "0", "--sleep", "0"],
                                  stdout=full, stderr=subprocess.PIPE, timeout=20, check=False)
        self.assertEqual(done.returncode, 3)
        self.assertEqual(done.stderr, b"proctape: the output could not be written\n")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
