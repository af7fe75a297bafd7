# SPDX-License-Identifier: Apache-2.0
"""What others do to the log directory and the files in it while the daemon records: it goes on,
tells what it found, and destroys nothing that it did not write.
"""

import contextlib
import fcntl
import os
import shutil
import signal
import subprocess
import sys
import time

from faults import FaultTest, Check, Mounts, eventually, main

NOBODY = 65534


class Directory(FaultTest):
    def test_a_directory_that_was_removed_comes_back(self):
        daemon = self.start()
        self.wait_for_records(daemon, 2)
        with daemon.stopped():
            shutil.rmtree(self.directory)
        self.wait_for_records(daemon, 2)
        self.assertEqual(daemon.stop(), 0)
        records = self.expect_whole()
        self.assertFalse(records[0].since_boot, "the first record goes on from the last one")
        self.expect_no_gaps(records)
        self.assertEqual(os.stat(self.directory).st_mode & 0o777, 0o750)
        self.expect_told_once(daemon, "was removed while it was written to")

    def test_a_directory_that_it_may_not_make_again_is_its_end_with_the_reason(self):
        """systemd makes the directory when it starts it again."""
        if os.geteuid() != 0:
            self.skipTest("needs root, to run it as another user")
        os.chown(self.directory, NOBODY, NOBODY)
        os.chmod(self.place / "faults", 0o666)
        daemon = self.start(user=NOBODY, group=NOBODY, extra_groups=[])
        self.wait_for_records(daemon, 2)
        with daemon.stopped():
            shutil.rmtree(self.directory)
        self.assertEqual(daemon.wait(), 1, daemon.messages())
        self.assertIn(f"create the directory {self.directory}: ", daemon.messages()[-1])

    def test_a_file_in_its_place_is_told_and_left_alone(self):
        daemon = self.start()
        self.wait_for_records(daemon, 2)
        with daemon.stopped():
            self.directory.rename(self.place / "aside")
            self.directory.write_text("mine")
        self.wait_for_message(daemon, "Not a directory")
        time.sleep(2)
        self.assertTrue(daemon.alive(), daemon.messages())
        self.assertEqual(self.directory.read_text(), "mine")
        with daemon.stopped():
            self.directory.unlink()
            (self.place / "aside").rename(self.directory)
        self.wait_for_records(daemon, 2)
        self.assertEqual(daemon.stop(), 0)
        self.expect_no_gaps(self.expect_whole())
        self.expect_told_once(daemon, "trying again with each sample")

    def test_a_link_to_another_directory_is_followed(self):
        daemon = self.start()
        self.wait_for_records(daemon, 2)
        with daemon.stopped():
            self.directory.rename(self.place / "elsewhere")
            self.directory.symlink_to(self.place / "elsewhere")
        self.wait_for_records(daemon, 2)
        (self.place / "third").mkdir()
        with daemon.stopped():
            self.directory.unlink()
            self.directory.symlink_to(self.place / "third")
        self.wait_for_records(daemon, 2)
        self.assertEqual(daemon.stop(), 0)
        self.assertFalse(self.expect_whole()[0].since_boot)
        self.expect_whole(self.place / "elsewhere" / self.log.name)

    def test_read_only_at_midnight_the_new_day_begins_when_it_is_writable_again(self):
        self.need_mounts()
        daemon = self.start()
        self.wait_for_records(daemon, 2)
        Mounts.bind(self.directory, self.directory, read_only=True)
        self.addCleanup(Mounts.remove, self.directory)
        self.shim.step_clock(12 * 3600)
        self.wait_for_message(daemon, "Read-only file system")
        time.sleep(3)
        self.assertTrue(daemon.alive(), daemon.messages())
        Mounts.remove(self.directory)
        tomorrow = self.directory / f"atop_{self.shim.date()}"
        self.wait_for_records(daemon, 2, tomorrow)
        self.assertEqual(daemon.stop(), 0)
        self.expect_whole()
        first = self.expect_whole(tomorrow)[0]
        self.assertFalse(first.since_boot)
        self.assertTrue(3 <= first.interval < 60, first)
        self.assertEqual(len(daemon.complaints()), 1, daemon.complaints())

    def test_where_nothing_can_be_written_at_the_start_it_says_so_and_ends(self):
        self.need_mounts()
        Mounts.bind(self.directory, self.directory, read_only=True)
        self.addCleanup(Mounts.remove, self.directory)
        daemon = self.start()
        self.assertEqual(daemon.wait(), 1, daemon.messages())
        self.assertIn("Read-only file system", daemon.messages()[-1])


class File(FaultTest):
    def recorded_through(self, change):
        """Records before and after `change`, and the daemon, stopped."""
        daemon = self.start()
        self.wait_for_records(daemon, 2)
        with daemon.stopped():
            change()
        self.assertTrue(eventually(lambda: daemon.complaints() != []), daemon.messages())
        self.wait_for_records(daemon, 2)
        self.assertEqual(daemon.stop(), 0, daemon.messages())
        return daemon, self.expect_whole()

    def test_that_was_removed_is_begun_anew_and_loses_no_interval(self):
        daemon, records = self.recorded_through(self.log.unlink)
        self.assertFalse(records[0].since_boot)
        self.assertLess(records[0].interval, 60, "no sums since boot")
        self.expect_no_gaps(records)
        self.assertEqual(len(daemon.complaints()), 1, daemon.complaints())

    def test_that_was_emptied_is_begun_anew(self):
        """As logrotate does it with copytruncate."""
        _, records = self.recorded_through(lambda: os.truncate(self.log, 0))
        self.assertFalse(records[0].since_boot)
        self.expect_no_gaps(records)
        self.assertEqual(self.names(), [self.log.name])

    def test_that_was_cut_short_keeps_its_whole_records(self):
        kept = []

        def cut():
            kept.append(self.log.read_bytes()[:-500])
            os.truncate(self.log, len(kept[0]))

        _, records = self.recorded_through(cut)
        self.assertTrue(records[0].since_boot, "the first one is whole")
        torn = self.directory / f"{self.log.name}.torn-1"
        tail = torn.read_bytes()
        self.assertTrue(kept[0].endswith(tail))
        whole = kept[0][: -len(tail)]
        self.assertEqual(self.log.read_bytes()[: len(whole)], whole)

    def test_that_others_appended_garbage_to_is_set_aside_with_it(self):
        def append():
            with open(self.log, "ab") as file:
                file.write(b"garbage " * 100)

        self.recorded_through(append)
        aside = self.directory / f"{self.log.name}.1"
        self.assertTrue(aside.read_bytes().endswith(b"garbage " * 100))
        self.assertGreaterEqual(Check(aside).records, 2)

    def test_that_others_appended_records_to_is_gone_on_with(self):
        def append():
            content = self.log.read_bytes()
            last = Check(self.log)
            # The first record again: its time is not behind the last one's, so that no reader
            # would go on; the last record is.
            record = content[-self.last_length(content) :]
            with open(self.log, "ab") as file:
                file.write(record)
            self.assertEqual(Check(self.log).records, last.records + 1)

        _, records = self.recorded_through(append)
        self.assertTrue(records[0].since_boot)
        self.assertEqual(self.names(), [self.log.name])

    def last_length(self, content):
        """Of the last record of a log: with one byte less it is torn, and told where it began."""
        shorter = self.place / "shorter"
        shorter.write_bytes(content[:-1])
        return len(content) - Check(shorter).whole

    def test_in_place_of_which_is_something_else_is_begun_beside_it(self):
        makers = {
            "directory": self.log.mkdir,
            "pipe": lambda: os.mkfifo(self.log),
            "link": lambda: self.log.symlink_to("/dev/null"),
        }
        daemon = self.start()
        for count, (kind, make) in enumerate(makers.items(), start=1):
            with self.subTest(kind):
                self.wait_for_records(daemon, 1)
                with daemon.stopped():
                    self.log.unlink()
                    make()
                aside = f"{self.log.name}.{count}"
                self.assertTrue(eventually(lambda name=aside: name in self.names()), self.names())
        self.wait_for_records(daemon, 1)
        self.assertEqual(daemon.stop(), 0)
        self.expect_no_gaps(self.expect_whole())


class Locks(FaultTest):
    def lock(self, path):
        """As whoever may only read it can."""
        file = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        self.addCleanup(os.close, file)
        with contextlib.suppress(BlockingIOError):
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def test_who_locks_all_that_he_may_read_stops_nothing(self):
        """The recording ended with the next reload, and no start succeeded any more."""
        configuration = '[log]\nmax_file_size = "1MiB"\n'
        daemon = self.start(configuration=configuration)
        self.wait_for_records(daemon, 1)
        for path in (self.directory, self.log):
            self.lock(path)
        daemon.send(signal.SIGHUP)
        self.wait_for_message(daemon, "configuration read anew")
        self.wait_for_records(daemon, 2)
        self.shim.step_clock(12 * 3600)
        tomorrow = self.directory / f"atop_{self.shim.date()}"
        self.wait_for_records(daemon, 2, tomorrow)
        self.assertEqual(daemon.stop(), 0)
        self.assertEqual(daemon.complaints(), [])
        for path in (self.directory, self.log, tomorrow):
            self.lock(path)
        again = self.start()
        self.wait_for_records(again, 2, tomorrow)

    def test_only_the_recorder_may_open_its_lock_and_a_second_one_is_kept_out(self):
        daemon = self.start()
        self.wait_for_records(daemon, 1)
        lock = self.directory / ".proctaped.lock"
        self.assertEqual(lock.stat().st_mode & 0o777, 0o600)
        second = self.start()
        self.assertEqual(second.wait(), 1)
        self.assertIn("another proctaped is writing there", second.messages()[-1])
        daemon.process.kill()
        daemon.wait()
        third = self.start()
        self.wait_for_records(third, 1)
        self.assertEqual(third.stop(), 0)
        self.assertFalse(lock.exists())

    def test_a_recorder_that_locks_only_the_directory_keeps_this_one_out(self):
        """One of before there was a lock file: an upgrade must not have two of them write."""
        old = self.place / "proctaped"
        shutil.copy(os.path.realpath(sys.executable), old)
        hold = "import fcntl, os, sys, time; fcntl.flock(os.open(sys.argv[1], 0), 2); time.sleep(60)"
        holder = subprocess.Popen([old, "-c", hold, self.directory])
        self.addCleanup(holder.wait)
        self.addCleanup(holder.kill)
        time.sleep(1)
        daemon = self.start()
        self.assertEqual(daemon.wait(), 1)
        self.assertIn("another proctaped is writing there", daemon.messages()[-1])


if __name__ == "__main__":
    main()
