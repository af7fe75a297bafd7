# SPDX-License-Identifier: Apache-2.0
"""Calls on the log fail, or do a part of what they were asked for: the daemon takes back what was
written in part, says so once, goes on sampling, and resumes by itself; the first record behind
the trouble covers it.
"""

import errno
import os
import random
import subprocess

from faults import PROCTAPE, Check, FaultTest, Shim, errno_name, eventually, main

SAMPLES = 3  # in a row that fail, one a second


class IoErrors(FaultTest):
    def trouble(self, daemon, call, set_fault):
        """Records, meets a fault with some samples in a row, and records again."""
        self.wait_for_records(daemon, 1)
        before = self.log.read_bytes()
        heard = len(daemon.complaints())
        set_fault()
        self.assertTrue(eventually(lambda: self.shim.hits(call) >= SAMPLES), daemon.messages())
        self.assertTrue(daemon.alive(), daemon.messages())
        self.shim.clear()
        self.wait_for_records(daemon, 1)
        self.assertEqual(self.log.read_bytes()[: len(before)], before, "what was there is lost")
        self.wait_for_message(daemon, "recording again")
        return daemon.complaints()[heard:]

    def expect_gaps(self, daemon, count):
        """The record behind each of so many troubles covers all of it. (More than that, unless the
        one before it was the first, somewhere between two seconds.)"""
        self.assertEqual(daemon.stop(), 0, daemon.messages())
        self.assertEqual(self.names(), [self.log.name])
        records = self.expect_whole()
        self.expect_no_gaps(records)
        long = [record for record in records[1:] if record.interval >= SAMPLES]
        self.assertGreaterEqual(len(long), count, records)

    def test_every_error_of_writing_is_told_once_and_overcome(self):
        daemon = self.start()
        numbers = (errno.EIO, errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.ESTALE, errno.EPERM)
        for number in numbers:
            with self.subTest(errno_name(number)):
                told = self.trouble(
                    daemon, Shim.WRITE, lambda n=number: self.shim.fail(Shim.WRITE, n)
                )
                self.assertEqual(len(told), 1, told)
                self.assertIn(os.strerror(number), told[0])
        self.expect_gaps(daemon, len(numbers))

    def test_a_write_that_is_interrupted_is_done_again_at_once(self):
        daemon = self.start()
        self.wait_for_records(daemon, 2)
        self.shim.fail(Shim.WRITE, errno.EINTR, times=1)
        self.wait_for_records(daemon, 2)
        self.assertEqual(self.shim.hits(Shim.WRITE), 1)
        daemon.stop()
        self.assertEqual(daemon.complaints(), [])
        self.expect_no_gaps(self.expect_whole())

    def test_what_was_written_short_is_taken_back(self):
        daemon = self.start()
        lengths = (0, 1, 95, 96, 97, random.randrange(98, 1000))
        for written in lengths:
            with self.subTest(written=written):
                told = self.trouble(
                    daemon,
                    Shim.WRITE,
                    lambda n=written: self.shim.fault(Shim.WRITE, Shim.SHORT, n),
                )
                self.assertEqual(len(told), 1, told)
                self.assertIn(f"no space behind {written} of ", told[0])
        self.expect_gaps(daemon, len(lengths))

    def test_processes_that_ended_meanwhile_are_in_the_record_behind_the_trouble(self):
        daemon = self.start(configuration='[tasks]\nexits = "auto"\n')
        self.wait_for_records(daemon, 2)
        if any("processes that end are not recorded" in line for line in daemon.messages()):
            self.skipTest("nothing tells of processes that end here")
        self.shim.fail(Shim.WRITE, errno.EIO)
        short_lived = self.place / "short-lived"
        short_lived.write_text("#!/bin/sh\n")
        short_lived.chmod(0o755)
        subprocess.run([short_lived], check=True)
        self.assertTrue(eventually(lambda: self.shim.hits(Shim.WRITE) >= SAMPLES))
        self.shim.clear()
        self.wait_for_records(daemon, 1)
        self.assertEqual(daemon.stop(), 0)
        dumped = subprocess.run(
            [PROCTAPE, "dump", "--json", "--fields", "tasks.gen.name", self.log],
            capture_output=True,
            text=True,
            check=True,
        )
        self.assertIn("short-lived", dumped.stdout)

    def test_what_cannot_be_taken_back_nor_cut_off_is_set_aside(self):
        """Each sample made another copy of the torn bytes, and failed to cut them off: nothing was
        recorded as long as that lasted."""
        daemon = self.start()
        self.wait_for_records(daemon, 2)
        before = self.log.read_bytes()
        self.shim.fail(Shim.TRUNCATE, errno.EIO)
        self.shim.fault(Shim.WRITE, Shim.SHORT, 1000, times=1)
        aside = self.directory / f"{self.log.name}.1"
        self.assertTrue(eventually(aside.exists), daemon.messages())
        self.wait_for_records(daemon, 2)
        self.assertEqual(daemon.stop(), 0, daemon.messages())
        self.assertEqual(self.names(), [self.log.name, aside.name])
        self.assertTrue(aside.read_bytes().startswith(before))
        self.assertEqual(aside.stat().st_size, Check(aside).whole + 1000)
        records = self.expect_whole()
        self.assertFalse(records[0].since_boot)
        self.expect_no_gaps(records)
        # The error, what the file is found to be, and what became of it.
        self.assertEqual(len(daemon.complaints()), 3, daemon.complaints())

    def test_what_cannot_be_read_is_set_aside(self):
        """After a power cut, say; nothing was recorded until midnight."""
        for skip in (0, 1, 3):
            with self.subTest(reads_that_succeed=skip):
                daemon = self.start()
                self.wait_for_records(daemon, 2)
                self.assertEqual(daemon.stop(), 0)
                with open(self.log, "r+b") as file:
                    file.truncate(self.size() - 100)
                known = self.names()
                self.shim.fail(Shim.READ, errno.EIO, skip=skip)
                daemon = self.start()
                self.assertTrue(eventually(lambda: len(self.names()) > len(known)), known)
                self.shim.clear()
                self.wait_for_records(daemon, 1)
                self.assertEqual(daemon.stop(), 0)
                self.expect_whole()
                self.expect_told_once(daemon, " set aside as ")
                self.assertIn("Input/output error", daemon.complaints()[0])

    def test_the_first_record_of_a_file_that_fails_leaves_no_file(self):
        self.shim.fault(Shim.WRITE, Shim.SHORT, 500)
        daemon = self.start()
        self.assertTrue(eventually(lambda: self.shim.hits(Shim.WRITE) >= 2), daemon.messages())
        # Its first bytes may just be written.
        self.assertTrue(eventually(lambda: self.names() == []), self.names())
        self.assertTrue(daemon.alive())
        self.shim.clear()
        self.wait_for_records(daemon, 2)
        daemon.stop()
        self.assertTrue(self.expect_whole()[0].since_boot)
        self.assertEqual(len(daemon.complaints()), 1, daemon.complaints())

    def test_that_syncing_fails_is_told_once_and_costs_no_record(self):
        self.shim.fail(Shim.SYNC, errno.EIO)
        daemon = self.start(configuration='[log]\nsync = "record"\n')
        self.wait_for_records(daemon, 4)
        self.assertGreaterEqual(self.shim.hits(Shim.SYNC), 3)
        daemon.stop()
        self.expect_whole()
        self.expect_told_once(daemon, "sync ")
        self.assertEqual(len(daemon.complaints()), 1, daemon.complaints())

    def test_a_file_that_is_left_is_synced(self):
        """Nothing that comes later would bring its last minute to the disk."""
        daemon = self.start(configuration='[log]\nsync = "minute"\n')
        self.shim.fault(Shim.SYNC, Shim.SHORT, 0)  # counts, and does nothing else
        self.wait_for_records(daemon, 3)
        self.assertLessEqual(self.shim.hits(Shim.SYNC), 1, "the first one of the minute")
        before = self.shim.hits(Shim.SYNC)
        self.shim.step_clock(12 * 3600)
        tomorrow = self.directory / f"atop_{self.shim.date()}"
        self.wait_for_records(daemon, 2, tomorrow)
        self.assertEqual(self.shim.hits(Shim.SYNC), before + 2, "yesterday's, and the new one")
        self.assertEqual(daemon.stop(), 0)
        self.assertEqual(self.shim.hits(Shim.SYNC), before + 3)

    def test_at_midnight_a_new_file_that_cannot_be_opened_is_tried_again(self):
        daemon = self.start()
        self.wait_for_records(daemon, 2)
        self.shim.fail(Shim.OPEN, errno.EMFILE)
        self.shim.step_clock(12 * 3600)
        self.assertTrue(eventually(lambda: self.shim.hits(Shim.OPEN) >= SAMPLES), daemon.messages())
        self.shim.clear()
        tomorrow = self.directory / f"atop_{self.shim.date()}"
        self.wait_for_records(daemon, 2, tomorrow)
        daemon.stop()
        self.assertEqual(self.names(), [self.log.name, tomorrow.name])
        first = self.expect_whole(tomorrow)[0]
        self.assertFalse(first.since_boot)
        self.assertGreaterEqual(first.interval, SAMPLES)
        self.assertLess(first.interval, 60, "the time that passed, not that of the clock")
        self.assertEqual(len(daemon.complaints()), 1, daemon.complaints())

    def test_what_cannot_be_set_aside_is_tried_again(self):
        self.log.write_bytes(b"no log of atop" * 100)
        self.shim.fail(Shim.RENAME, errno.EIO)
        daemon = self.start()
        self.assertTrue(eventually(lambda: self.shim.hits(Shim.RENAME) >= 2), daemon.messages())
        self.shim.clear()
        self.assertTrue(eventually(lambda: len(self.names()) == 2), self.names())
        self.wait_for_records(daemon, 1)
        daemon.stop()
        self.expect_whole()
        self.assertEqual((self.directory / f"{self.log.name}.1").read_bytes()[:6], b"no log")
        self.expect_told_once(daemon, "rename ")


if __name__ == "__main__":
    main()
