# SPDX-License-Identifier: Apache-2.0
"""A real proctaped in trouble, and what it made of it: what the tests in this directory share.

They get the paths of what they try from ctest: PROCTAPED, PROCTAPE, FAULT_SHIM in the environment.
Every daemon runs with the shim (fault_shim.c) and begins its day at noon UTC, so that no test
meets midnight unless it wants to.
"""

import contextlib
import ctypes
import errno
import json
import mmap
import os
import pathlib
import re
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time
import unittest
from concurrent.futures import ThreadPoolExecutor

PROCTAPED = os.environ.get("PROCTAPED", "proctaped")
PROCTAPE = os.environ.get("PROCTAPE", "proctape")
FAULT_SHIM = os.environ.get("FAULT_SHIM", "")

FILE_HEADER = 480
RECORD_HEADER = 96
DAY = 86400
# How long a loaded machine may take for what takes a moment.
PATIENCE = 60


def eventually(condition, patience=PATIENCE, pause=0.01):
    deadline = time.monotonic() + patience
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(pause)
    return True


# ---- Faults ----


class Shim:
    """The memory that a daemon's fault_shim.c reads: its enums and structs are meant here."""

    WRITE, SYNC, TRUNCATE, OPEN, RENAME, READ = CALLS = range(6)
    FAIL, SHORT, DIE, SLOW = range(1, 5)
    ALWAYS = -1

    _FAULT = struct.Struct("=5q")
    _FIRST_FAULT = 16

    def __init__(self, file):
        self._shift = 0
        size = self._FIRST_FAULT + len(self.CALLS) * self._FAULT.size
        file.write_bytes(bytes(size))
        with open(file, "r+b") as opened:
            self._memory = mmap.mmap(opened.fileno(), size)
        self.set_clock(time.time() // DAY * DAY + DAY // 2)

    def _fault_at(self, call):
        return self._FIRST_FAULT + call * self._FAULT.size

    def fault(self, call, action, value, skip=0, times=ALWAYS):
        self.clear(call)
        # The action last: until then there is none.
        place = self._fault_at(call)
        self._memory[place + 8 : place + 40] = struct.pack("=4q", value, skip, times, 0)
        self._memory[place : place + 8] = struct.pack("=q", action)

    def fail(self, call, error_number, **more):
        self.fault(call, self.FAIL, error_number, **more)

    def clear(self, *calls):
        for call in calls or self.CALLS:
            place = self._fault_at(call)
            self._memory[place : place + self._FAULT.size] = bytes(self._FAULT.size)

    def hits(self, call):
        """Of the fault that was set last: the calls that met it."""
        return self._FAULT.unpack_from(self._memory, self._fault_at(call))[4]

    def _shift_by(self, place, seconds):
        (before,) = struct.unpack_from("=q", self._memory, place)
        self._memory[place : place + 8] = struct.pack("=q", before + round(seconds * 1e9))

    def step_clock(self, seconds):
        self._shift += seconds
        self._shift_by(0, seconds)

    def set_clock(self, since_1970):
        self.step_clock(since_1970 - self.now())

    def suspend(self, seconds):
        self.step_clock(seconds)
        self._shift_by(8, seconds)

    def now(self):
        return time.time() + self._shift

    def date(self, days=0):
        """As it stands in names, UTC."""
        return time.strftime("%Y%m%d", time.gmtime(self.now() + days * DAY))


# ---- The daemon ----


class Daemon:
    """A proctaped that records into `directory`, with a Shim. Killed by close()."""

    def __init__(
        self, directory, shim_file, interval="1s", configuration="", arguments=(), **popen
    ):
        self.directory = directory
        self.files = pathlib.Path(tempfile.mkdtemp(prefix="proctape_faults."))
        os.chmod(self.files, 0o755)
        config = self.files / "proctape.toml"
        # Programs of its own in the kernel take long to load; what they tell is others' business.
        if "[tasks]" not in configuration:
            configuration += '\n[tasks]\nexits = "none"\n'
        # How full this host's disk is makes no difference to a test, unless it says so itself.
        if "min_free" not in configuration:
            log = '[log]\n'
            if log not in configuration:
                configuration += '\n' + log
            configuration = configuration.replace(log, log + 'min_free = "off"\n')
        config.write_text(configuration)
        command = [PROCTAPED, "--config", config, "--log-dir", directory, "--interval", interval]
        environment = os.environ | {
            "TZ": "UTC0",  # no file, which a test might change
            "LD_PRELOAD": FAULT_SHIM,
            "FAULTS": str(shim_file),
            "FAULTY_DIRECTORY": str(directory),
            "ASAN_OPTIONS": "verify_asan_link_order=0",
        }
        environment |= popen.pop("environment", {})
        with open(self.files / "stderr", "wb") as stderr:
            self.process = subprocess.Popen(
                [*command, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=stderr,
                env={name: value for name, value in environment.items() if value is not None},
                **popen,
            )

    @property
    def pid(self):
        return self.process.pid

    def alive(self):
        return self.process.poll() is None

    def send(self, number):
        self.process.send_signal(number)

    @contextlib.contextmanager
    def stopped(self):
        """What others do meanwhile it finds done, never half of it. Its next sample may be late."""
        self.send(signal.SIGSTOP)
        try:
            # Until then it may still run, on another CPU.
            os.waitid(os.P_PID, self.pid, os.WSTOPPED)
            yield
        finally:
            self.send(signal.SIGCONT)

    def messages(self, *levels):
        """What it said, without the time; of some levels only."""
        text = (self.files / "stderr").read_text(errors="replace")
        lines = [line.split(" ", 2)[-1] for line in text.splitlines()]
        return [line for line in lines if not levels or line.startswith(levels)]

    def complaints(self):
        """Warnings and errors about its logs; others may be this host's fault."""
        heard = self.messages("warning", "error", "critical")
        return [line for line in heard if str(self.directory) in line]

    def wait(self, patience=PATIENCE):
        """Its exit status; that of a daemon that does not end is -9."""
        try:
            return self.process.wait(patience)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.wait()

    def stop(self):
        self.send(signal.SIGTERM)
        return self.wait()

    def close(self):
        if self.alive():
            self.process.kill()
        self.process.wait()
        shutil.rmtree(self.files, ignore_errors=True)


# ---- What was recorded ----


class Check:
    """What `proctape check` says of a log."""

    def __init__(self, log):
        done = subprocess.run(
            [PROCTAPE, "check", "--json", log], capture_output=True, text=True, check=False
        )
        said = json.loads(done.stdout)
        self.records = said["records"]
        self.problems = said["problems"]
        self.error = said.get("error", "")
        self.size = os.path.getsize(log)
        # Where its last whole record ends.
        self.whole = self.problems[0]["offset"] if self.problems else self.size

    def is_whole(self):
        return not self.problems and not self.error

    def __repr__(self):
        return f"{self.records} records in {self.size} bytes, {self.problems} {self.error}"


class Record:
    SINCE_BOOT = 1

    def __init__(self, dumped):
        self.time = dumped["curtime"]
        self.interval = dumped["interval"]
        self.since_boot = dumped["flags"] & self.SINCE_BOOT != 0
        self.tasks = dumped["ndeviat"]

    def __repr__(self):
        return f"{self.time} ({self.interval} s{', since boot' if self.since_boot else ''})"


def records_of(log):
    fields = "record.flags,record.interval,record.ndeviat"
    done = subprocess.run(
        [PROCTAPE, "dump", "--json", "--fields", fields, log],
        capture_output=True,
        text=True,
        check=True,
    )
    return [Record(json.loads(line)) for line in done.stdout.splitlines()]


def atop_times(log):
    """(time, interval) of each sample as the real atop reads it; None if it cannot."""
    shown = subprocess.run(
        ["atop", "-r", log, "-P", "CPL"], capture_output=True, text=True, check=False
    )
    if shown.returncode != 0:
        return None
    lines = [line.split() for line in shown.stdout.splitlines() if line.startswith("CPL ")]
    return [(int(line[2]), int(line[5])) for line in lines]


def has_atop():
    if shutil.which("atop") is None:
        return False
    shown = subprocess.run(["atop", "-V"], capture_output=True, text=True, check=False).stdout
    return re.search(r"Version: 2\.8", shown) is not None


# ---- Tests ----

_libc = ctypes.CDLL(None, use_errno=True)


def _mount(source, target, kind, flags, options):
    arguments = [text if text is None else os.fsencode(text) for text in (source, target, kind)]
    data = None if options is None else options.encode()
    if _libc.mount(*arguments, flags, data) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), str(target))


class Mounts:
    """Mounts that only this process and its children see. Needs root."""

    _NEW_NAMESPACE = 0x20000
    _READ_ONLY, _REMOUNT, _BIND, _ALL, _PRIVATE = 1, 32, 4096, 16384, 1 << 18
    _private = False

    @classmethod
    def begin(cls):
        if cls._private:
            return
        if _libc.unshare(cls._NEW_NAMESPACE) != 0:
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number))
        _mount("none", "/", None, cls._ALL | cls._PRIVATE, None)
        cls._private = True

    @classmethod
    def tmpfs(cls, target, options):
        _mount("tmpfs", target, "tmpfs", 0, options)

    @classmethod
    def proc(cls, target, options):
        _mount("proc", target, "proc", 0, options)

    @classmethod
    def bind(cls, source, target, read_only=False):
        _mount(source, target, None, cls._BIND, None)
        if read_only:
            _mount("none", target, None, cls._REMOUNT | cls._BIND | cls._READ_ONLY, None)

    @staticmethod
    def remove(target):
        detach = 2
        _libc.umount2(os.fsencode(target), detach)


class FaultTest(unittest.TestCase):
    """With a place for logs, a shim, and daemons that end with the test."""

    def setUp(self):
        self.place = pathlib.Path(tempfile.mkdtemp(prefix="proctape_faults."))
        os.chmod(self.place, 0o755)
        self.addCleanup(shutil.rmtree, self.place, ignore_errors=True)
        self.directory = self.place / "log"
        self.directory.mkdir()
        self.shim = Shim(self.place / "faults")
        self.log = self.directory / f"atop_{self.shim.date()}"

    def start(self, *arguments, **more):
        daemon = Daemon(self.directory, self.place / "faults", *arguments, **more)
        self.addCleanup(daemon.close)
        return daemon

    def need_mounts(self):
        try:
            Mounts.begin()
        except OSError as problem:
            self.skipTest(f"mounts need root: {problem}")

    def mount_tmpfs(self, target, options):
        self.need_mounts()
        Mounts.tmpfs(target, options)
        self.addCleanup(Mounts.remove, target)

    def names(self):
        """But for the lock of the daemon."""
        return sorted(e.name for e in self.directory.iterdir() if e.name != ".proctaped.lock")

    def size(self, log=None):
        try:
            return os.path.getsize(log or self.log)
        except FileNotFoundError:
            return 0

    def wait_for_records(self, daemon, count, log=None):
        """Until `log` has so many more."""
        for _ in range(count):
            before = self.size(log)
            grown = eventually(lambda size=before: self.size(log) > size or not daemon.alive())
            self.assertTrue(grown and daemon.alive(), daemon.messages())

    def wait_for_message(self, daemon, text):
        said = eventually(lambda: any(text in line for line in daemon.messages()))
        self.assertTrue(said, f"{text!r} was not said: {daemon.messages()}")

    def expect_whole(self, log=None):
        """Nothing but whole records; returns them."""
        found = Check(log or self.log)
        self.assertTrue(found.is_whole(), found)
        records = records_of(log or self.log)
        self.assertEqual(len(records), found.records)
        return records

    def expect_no_gaps(self, records):
        """Each record, but one since boot, covers the time since the one before it."""
        for before, record in zip(records, records[1:]):
            if record.since_boot:
                continue
            # Both are whole seconds, cut or rounded.
            self.assertAlmostEqual(record.interval, record.time - before.time, delta=1)

    def expect_told_once(self, daemon, text):
        told = [line for line in daemon.complaints() if text in line]
        self.assertEqual(len(told), 1, daemon.complaints())


def errno_name(number):
    return errno.errorcode[number]


def _tests_in(suite):
    for test in suite:
        if isinstance(test, unittest.TestSuite):
            yield from _tests_in(test)
        else:
            yield test


def main(at_once=6):
    """Runs the tests of the program, or those named by its arguments, several at once: nearly all
    of their time they wait for the next sample."""
    module = sys.modules["__main__"]
    loader = unittest.defaultTestLoader
    names = sys.argv[1:]
    if names:
        suite = loader.loadTestsFromNames(names, module)
    else:
        suite = loader.loadTestsFromModule(module)

    # Before there are threads: what one of them unshares the others do not see.
    try:
        Mounts.begin()
    except OSError:
        pass  # told by the tests that need it

    def run(test):
        result = unittest.TestResult()
        begin = time.monotonic()
        test.run(result)
        wrong = result.failures + result.errors
        said = f"skipped: {result.skipped[0][1]}" if result.skipped else "FAILED" if wrong else "ok"
        text = "".join(f"\n{t}\n{what}" for t, what in wrong)
        print(f"{test.id()} {said} ({time.monotonic() - begin:.1f} s){text}", flush=True)
        return not wrong

    with ThreadPoolExecutor(at_once) as pool:
        good = list(pool.map(run, _tests_in(suite)))
    print(f"{len(good)} tests, {good.count(False)} failed")
    sys.exit(0 if good and all(good) else 1)
