# SPDX-License-Identifier: Apache-2.0
"""The clock is set while the daemon records, the machine sleeps, and the time zone changes: times
in a file rise, intervals are the time that really passed, files are those of the date, and atop
reads all of it.
"""

import calendar
import pathlib
import signal
import time

from faults import DAY, FaultTest, Mounts, atop_times, eventually, has_atop, main

HOUR = 3600


class Clock(FaultTest):
    def recorded_through(self, *steps, **more):
        """The records of each file, by name, when each of `steps` was done with the clock."""
        started = time.monotonic()
        daemon = self.start(**more)
        self.wait_for_any_record(1)
        begun = time.monotonic()
        self.wait_for_any_record(1)
        for step in steps:
            step()
            self.wait_for_any_record(3)
        self.assertTrue(daemon.alive())
        self.least = time.monotonic() - begun
        self.assertEqual(daemon.stop(), 0, daemon.messages())
        self.most = time.monotonic() - started
        found = {name: self.expect_whole(self.directory / name) for name in self.names()}
        for name, records in found.items():
            times = [record.time for record in records]
            self.assertEqual(times, sorted(set(times)), f"{name}: they rise")
        self.daemon = daemon
        self.compare_with_atop(found)
        return found

    def wait_for_any_record(self, count):
        for _ in range(count):
            before = self.total()
            self.assertTrue(eventually(lambda size=before: self.total() > size), self.names())

    def total(self):
        while True:
            try:
                return sum((self.directory / name).stat().st_size for name in self.names())
            except FileNotFoundError:
                pass  # just renamed: counted as nothing, its new name would look like a record

    def compare_with_atop(self, found):
        if not has_atop():
            return
        for name, records in found.items():
            read = atop_times(self.directory / name)
            self.assertIsNotNone(read, name)
            ours = [(record.time, record.interval) for record in records]
            self.assertEqual(read, ours, name)

    def expect_true_intervals(self, found, asleep=0):
        """All together they are the time that passed."""
        intervals = [r.interval for records in found.values() for r in records if not r.since_boot]
        # From the first sample to the last one; each is rounded.
        self.assertGreaterEqual(sum(intervals), self.least + asleep - 2, found)
        self.assertLessEqual(sum(intervals), self.most + asleep + 2, found)

    def step(self, seconds):
        return lambda: self.shim.step_clock(seconds)

    def test_a_second_forwards_or_back_goes_on_in_the_file(self):
        found = self.recorded_through(self.step(1), self.step(-1), self.step(-1))
        self.assertEqual(list(found), [self.log.name])
        self.expect_true_intervals(found)

    def test_ten_minutes_back_go_on_until_the_clock_has_caught_up(self):
        found = self.recorded_through(self.step(-595))
        self.assertEqual(list(found), [self.log.name])
        self.expect_true_intervals(found)
        steps = [b.time - a.time for a, b in zip(found[self.log.name], found[self.log.name][1:])]
        self.assertEqual(steps[-3:], [1, 1, 1], "the last time and a second")

    def test_an_hour_forwards_goes_on_and_an_hour_back_begins_a_file(self):
        found = self.recorded_through(self.step(HOUR), self.step(-HOUR))
        self.assertEqual(list(found), [self.log.name, f"{self.log.name}.1"])
        self.expect_true_intervals(found)
        before, after = found[f"{self.log.name}.1"], found[self.log.name]
        self.assertTrue(before[0].since_boot)
        self.assertFalse(after[0].since_boot, "a new file goes on with true differences")
        self.assertGreaterEqual(before[-1].time - after[0].time, HOUR - 10)
        told = [line for line in self.daemon.complaints() if "set aside" in line]
        self.assertEqual(len(told), 1, self.daemon.complaints())

    def test_across_midnight_and_back_each_date_has_its_file(self):
        """The day before is gone on with behind its last record."""
        tomorrow = f"atop_{self.shim.date(1)}"
        self.shim.set_clock(self.shim.now() // DAY * DAY + DAY - 4)
        found = self.recorded_through(self.step(5), self.step(-60))
        self.assertEqual(list(found), [self.log.name, tomorrow])
        self.expect_true_intervals(found)
        self.assertFalse(found[tomorrow][0].since_boot)

    def test_a_day_forwards_and_back_leaves_the_file_of_tomorrow(self):
        tomorrow = f"atop_{self.shim.date(1)}"
        found = self.recorded_through(self.step(DAY), self.step(-DAY))
        self.assertEqual(list(found), [self.log.name, tomorrow])
        self.expect_true_intervals(found)

    def test_the_interval_after_a_suspend_is_as_long_as_it_was(self):
        found = self.recorded_through(lambda: self.shim.suspend(2 * HOUR))
        self.assertEqual(list(found), [self.log.name])
        self.expect_true_intervals(found, asleep=2 * HOUR)
        self.expect_no_gaps(found[self.log.name])

    def test_a_suspend_over_midnight_begins_the_file_of_the_new_day(self):
        tomorrow = f"atop_{self.shim.date(1)}"
        found = self.recorded_through(lambda: self.shim.suspend(13 * HOUR))
        self.assertEqual(list(found), [self.log.name, tomorrow])
        self.assertFalse(found[tomorrow][0].since_boot)
        self.assertGreaterEqual(found[tomorrow][0].interval, 13 * HOUR)
        self.assertLessEqual(found[tomorrow][0].interval, 13 * HOUR + self.most)

    def test_no_log_goes_because_the_clock_is_wrong_and_all_go_that_are_old(self):
        """All of them had gone with the second sample of a clock that was a year ahead."""
        configuration = '[log]\nmax_age = "3d"\n'
        daemon = self.start(configuration=configuration)
        for _ in range(7):
            self.wait_for_any_record(2)
            self.shim.suspend(DAY)
        self.wait_for_any_record(2)
        kept = self.names()
        # The days that passed are known, and those that are too old have gone.
        self.assertIn(len(kept), (4, 5, 6))
        inodes = {(self.directory / name).stat().st_ino for name in kept}
        year = 366 * DAY
        for step in (year, year, -3 * year, 2 * year, -year):
            self.shim.step_clock(step)
            self.wait_for_any_record(2)
            if step == 2 * year:
                self.assertEqual(daemon.stop(), 0)
                daemon = self.start(configuration=configuration)
                self.wait_for_any_record(2)
        left = {(self.directory / name).stat().st_ino for name in self.names()}
        self.assertLessEqual(inodes, left, daemon.messages())
        self.assertEqual(daemon.stop(), 0)

    def test_quick_restarts_do_not_make_times_run_ahead(self):
        """Each start within a second that had a record moved all later ones by a second."""
        for _ in range(8):
            daemon = self.start()
            eventually(lambda d=daemon: any("a sample every" in m for m in d.messages()))
            time.sleep(0.2)
            self.assertEqual(daemon.stop(), 0)
        daemon = self.start()
        self.wait_for_any_record(1)
        for _ in range(30):
            daemon.send(signal.SIGUSR1)
            time.sleep(0.1)
        self.wait_for_any_record(1)
        self.assertEqual(daemon.stop(), 0)
        records = self.expect_whole()
        self.assertLessEqual(records[-1].time, self.shim.now())
        times = [record.time for record in records]
        self.assertEqual(times, sorted(set(times)))

    def test_an_hour_that_comes_twice_is_recorded_twice(self):
        """Summer time ends in Berlin on 2026-10-25 at 03:00, which is 01:00 UTC."""
        self.shim.set_clock(calendar.timegm((2026, 10, 25, 1, 0, 0)) - 4)
        found = self.recorded_through(
            self.step(0), self.step(HOUR - 6), environment={"TZ": "Europe/Berlin"}
        )
        self.assertEqual(list(found), ["atop_20261025"])
        self.expect_true_intervals(found)

    def test_another_time_zone_of_the_host_changes_the_date_at_once(self):
        """/etc/localtime is another file, as timedatectl makes it one; nobody tells the daemon."""
        zones = pathlib.Path("/usr/share/zoneinfo")
        ahead = zones / "Pacific" / "Kiritimati"  # 14 hours
        if not ahead.exists() or not pathlib.Path("/etc/localtime").exists():
            self.skipTest("no time zones here")
        self.need_mounts()
        Mounts.bind(zones / "Etc" / "UTC", "/etc/localtime")
        self.addCleanup(Mounts.remove, "/etc/localtime")
        tomorrow = f"atop_{self.shim.date(1)}"

        def go_there():
            Mounts.bind(ahead, "/etc/localtime")

        def go_back():
            Mounts.remove("/etc/localtime")

        found = self.recorded_through(go_there, go_back, environment={"TZ": None})
        self.assertEqual(list(found), [self.log.name, tomorrow])
        self.expect_true_intervals(found)
        self.assertTrue(all(len(records) >= 3 for records in found.values()), found)


if __name__ == "__main__":
    main()
