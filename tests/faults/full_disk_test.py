# SPDX-License-Identifier: Apache-2.0
"""No space for a record: the file system is full, has no inodes, or a limit on the size of files is
met. The daemon takes back what fitted, says so once, samples on, and resumes by itself. And quotas,
which see to it that this is rare: they hold at every moment.

FAULT_SECONDS in the environment: how long the disk is full (8).
"""

import os
import resource
import time

from faults import FaultTest, Check, eventually, main

FULL_FOR = float(os.environ.get("FAULT_SECONDS", "8"))
NO_QUOTA = '[log]\nmax_size = "off"\nmin_free = "off"\n'
PAGE = os.sysconf("SC_PAGESIZE")


def fill(path):
    """With all that the file system has."""
    with open(path, "wb", buffering=0) as file:
        for size in (65536, 4096, 1):
            try:
                while True:
                    file.write(b"x" * size)
            except OSError:
                pass


class FullDisk(FaultTest):
    def fill_so_that_no_record_fits(self, daemon):
        """Returns the log, to which nothing can be added.

        What is left of its last page is still its own. On a host with few tasks that may take a
        whole record, if not the first one then a smaller one later: so it is filled when hardly
        any is left, which with short intervals is soon.
        """
        while True:
            self.wait_for_records(daemon, 1)
            with daemon.stopped():
                found = Check(self.log)
                is_small = found.size < found.records * 4 * PAGE
                if is_small and -found.size % PAGE > 500:
                    continue
                fill(self.directory / "of-others")
                return self.log.read_bytes()

    def test_while_the_disk_is_full_nothing_is_torn_and_what_was_missed_is_covered(self):
        self.mount_tmpfs(self.directory, "size=4m")
        daemon = self.start("200ms", NO_QUOTA)
        self.wait_for_records(daemon, 2)
        before = self.fill_so_that_no_record_fits(daemon)
        self.wait_for_message(daemon, "trying again with each sample")
        until = time.monotonic() + FULL_FOR
        while time.monotonic() < until:
            # The first bytes of each record are there until they are cut off.
            self.assertTrue(eventually(lambda: self.size() == len(before), 5), self.size())
            self.assertTrue(daemon.alive(), daemon.messages())
            time.sleep(0.1)
        (self.directory / "of-others").unlink()
        self.wait_for_message(daemon, "recording again")
        self.wait_for_records(daemon, 2)
        self.assertEqual(daemon.stop(), 0)

        self.assertEqual(self.log.read_bytes()[: len(before)], before)
        self.expect_told_once(daemon, "trying again with each sample")
        self.assertEqual(len(daemon.complaints()), 1, daemon.complaints())
        records = self.expect_whole()
        self.expect_no_gaps(records)
        self.assertTrue(any(r.interval >= FULL_FOR - 1 for r in records[1:]), records)

    def test_it_is_told_once_also_when_fewer_samples_are_taken_meanwhile(self):
        """Each sample that was left out counted as one that was written.

        The file's own limit refuses records here, and the rest of the disk only thins them out: a
        record with fewer tasks may still fit into the last page of a full disk.
        """
        self.mount_tmpfs(self.directory, "size=1m")
        daemon = self.start("200ms", '[log]\nmin_free = "10%"\n')
        self.wait_for_records(daemon, 2)
        limit = self.size() + 100
        resource.prlimit(daemon.pid, resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
        fill(self.directory / "of-others")
        self.wait_for_message(daemon, "trying again with each sample")
        self.wait_for_message(daemon, "five of six samples")
        time.sleep(6)
        told = [line for line in daemon.messages() if "trying again" in line]
        self.assertEqual(len(told), 1, daemon.messages())
        self.assertFalse([line for line in daemon.messages() if "recording again" in line])
        daemon.stop()

    def test_at_the_start_it_waits_for_space_and_leaves_no_file(self):
        self.mount_tmpfs(self.directory, "size=1m")
        fill(self.directory / "of-others")
        daemon = self.start(configuration=NO_QUOTA)
        self.wait_for_message(daemon, "trying again with each sample")
        time.sleep(2)
        self.assertTrue(daemon.alive(), daemon.messages())
        # Each attempt makes a file, and removes it.
        self.assertTrue(eventually(lambda: self.names() == ["of-others"], 5), self.names())
        (self.directory / "of-others").unlink()
        self.wait_for_records(daemon, 1)
        daemon.stop()
        self.assertTrue(self.expect_whole()[0].since_boot)
        self.assertEqual(len(daemon.complaints()), 1, daemon.complaints())

    def test_without_inodes_the_next_day_begins_when_there_is_one(self):
        self.mount_tmpfs(self.directory, "size=4m,nr_inodes=5")
        daemon = self.start(configuration=NO_QUOTA)
        self.wait_for_records(daemon, 2)
        others = [self.directory / name for name in "ab"]
        for other in others:
            other.touch()
        self.shim.step_clock(12 * 3600)
        self.wait_for_message(daemon, "create ")
        time.sleep(3)
        self.assertTrue(daemon.alive(), daemon.messages())
        others[0].unlink()
        tomorrow = self.directory / f"atop_{self.shim.date()}"
        self.wait_for_records(daemon, 2, tomorrow)
        daemon.stop()
        self.expect_whole()
        first = self.expect_whole(tomorrow)[0]
        self.assertFalse(first.since_boot)
        self.assertTrue(3 <= first.interval < 60, first)
        self.assertEqual(len(daemon.complaints()), 1, daemon.complaints())

    def test_a_limit_on_the_size_of_files_is_a_full_disk_and_not_the_end(self):
        """Nor is SIGXFSZ, which comes when not even the first byte fits."""
        daemon = self.start(configuration=NO_QUOTA)
        unlimited = resource.RLIM_INFINITY
        for room, told in ((700, "no space behind 700 of "), (0, "File too large")):
            with self.subTest(room=room):
                self.wait_for_records(daemon, 2)
                limit = self.size() + room
                resource.prlimit(daemon.pid, resource.RLIMIT_FSIZE, (limit, unlimited))
                self.wait_for_message(daemon, told)
                time.sleep(2)
                self.assertTrue(daemon.alive(), daemon.messages())
                resource.prlimit(daemon.pid, resource.RLIMIT_FSIZE, (unlimited, unlimited))
        self.wait_for_records(daemon, 2)
        self.assertEqual(daemon.stop(), 0)
        self.expect_no_gaps(self.expect_whole())
        self.assertEqual(len(daemon.complaints()), 2, daemon.complaints())


class Quotas(FaultTest):
    def test_all_files_together_never_exceed_max_size(self):
        """Seen from outside, all the time; and only files that are ours go."""
        limit = 1 << 20
        foreign = ["atop_20200101", "atop_20200102.gz", "notes"]
        for name in foreign:
            (self.directory / name).write_bytes(b"no log of atop\n" * 30000)
        daemon = self.start("100ms", '[log]\nmax_size = "1MiB"\nmin_free = "off"\n')

        def files():
            """Inode and size of each that is ours."""
            with os.scandir(self.directory) as entries:
                found = [entry.stat() for entry in entries if entry.name not in foreign]
            return {status.st_ino: status.st_size for status in found}

        def some_were_removed():
            try:
                sizes = files()
                # They only grow; but what was counted and is gone gave its room to others.
                is_true = sizes.keys() <= files().keys()
            except FileNotFoundError:
                is_true = False  # just removed, or set aside
            if is_true:
                self.assertLessEqual(sum(sizes.values()), limit, self.names())
                looks.append(sum(sizes.values()))
            return sum(" removed: " in line for line in daemon.messages()) >= 3

        looks = []

        self.assertTrue(eventually(some_were_removed, 90), daemon.messages())
        self.assertTrue(daemon.alive())
        self.assertEqual(daemon.stop(), 0)
        self.assertGreater(max(looks), limit * 9 // 10, "it is made use of")
        for name in set(self.names()) - set(foreign):
            self.assertTrue(Check(self.directory / name).is_whole(), name)
        self.assertIn(self.log.name, self.names())
        self.assertTrue(set(foreign) <= set(self.names()))

    def test_less_is_recorded_while_others_fill_the_disk_and_all_of_it_afterwards(self):
        self.mount_tmpfs(self.directory, "size=16m")
        daemon = self.start("100ms", '[log]\nmin_free = "10%"\n')
        self.wait_for_records(daemon, 2)
        (self.directory / "of-others").write_bytes(bytes((16 << 20) * 93 // 100))
        self.wait_for_message(daemon, "five of six samples")
        self.wait_for_records(daemon, 2)
        (self.directory / "of-others").unlink()
        self.wait_for_message(daemon, "there is disk space again: everything is recorded")
        self.wait_for_records(daemon, 2)
        self.assertEqual(daemon.stop(), 0)
        records = self.expect_whole()
        self.expect_no_gaps(records)
        self.assertLess(min(r.tasks for r in records), records[1].tasks)
        self.assertGreater(records[-1].tasks, min(r.tasks for r in records))


if __name__ == "__main__":
    main()
