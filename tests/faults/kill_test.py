# SPDX-License-Identifier: Apache-2.0
"""proctaped is killed: at random moments while the machine is busy, and within a write. The log has
whole records only, but for a torn one at its end; the next start cuts that off, keeps it where it
is worth it, and appends. Nothing before it is lost.

FAULT_KILLS in the environment: how many random moments (200).
"""

import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import threading
import time

from faults import FILE_HEADER, RECORD_HEADER, Check, FaultTest, Shim, eventually, main, records_of

KILLS = int(os.environ.get("FAULT_KILLS", "200"))
RECORDERS = 4  # at once, each with a directory of its own
LONGEST = 180  # s: fewer kills where the machine is too busy with others
STORM = pathlib.Path(__file__).with_name("storm.py")


class Kills(FaultTest):
    def expect_torn_only_at_the_end(self):
        """Returns the whole records as bytes."""
        if not self.log.exists():
            return b""
        found = Check(self.log)
        self.assertLessEqual(len(found.problems), 1, found)
        content = self.log.read_bytes()
        return content[: found.whole] if found.records > 0 else b""

    def kept(self):
        """What was cut off, all of it."""
        return {name for name in self.names() if ".torn-" in name}

    def life_and_death(self, moment):
        """Records for a while; `moment` says for how long."""
        before = self.expect_torn_only_at_the_end()
        records = Check(self.log).records if before else 0
        torn_end = self.size() - len(before)
        kept = self.kept()

        daemon = self.start("100ms")
        appends = moment >= 0.3
        if appends:
            grown = eventually(
                lambda: self.size() > len(before) and Check(self.log).records > records,
                pause=0.05,
            )
            self.assertTrue(grown and daemon.alive(), daemon.messages())
        time.sleep(moment % 0.3)
        daemon.send(signal.SIGKILL)
        self.assertEqual(daemon.wait(), -signal.SIGKILL, daemon.messages())
        daemon.close()

        self.assertTrue(self.log_is(before), "what was there is lost")
        if appends:
            if torn_end > RECORD_HEADER and before:
                self.assertEqual(len(self.kept() - kept), 1, "the torn bytes are kept")

    def log_is(self, before):
        if not before:
            return True
        with open(self.log, "rb") as file:
            return file.read(len(before)) == before

    def test_at_random_moments_under_load(self):
        storm = subprocess.Popen([sys.executable, STORM, "--rate", "400", "--files", self.place])
        self.addCleanup(storm.wait)
        self.addCleanup(storm.kill)
        recorders = [Kills() for _ in range(RECORDERS)]
        failures, killed = [], []
        until = time.monotonic() + LONGEST

        def run(recorder):
            # Else a write is over too soon to be met.
            recorder.shim.fault(Shim.WRITE, Shim.SLOW, 100)
            try:
                for _ in range(KILLS // RECORDERS):
                    if time.monotonic() > until:
                        break
                    recorder.life_and_death(random.uniform(0, 0.6))
                    killed.append(recorder)
                last = recorder.start("100ms")
                recorder.wait_for_records(last, 1)
                recorder.assertEqual(last.stop(), 0, last.messages())
                recorder.expect_whole()
            except Exception as failure:  # of a thread: to be told by the test
                failures.append(failure)

        threads = []
        for recorder in recorders:
            recorder.setUp()
            self.addCleanup(recorder.doCleanups)
            threads.append(threading.Thread(target=run, args=(recorder,)))
            threads[-1].start()
        for thread in threads:
            thread.join()
        if failures:
            raise failures[0]
        records = sum(len(records_of(recorder.log)) for recorder in recorders)
        torn = sum(len(recorder.kept()) for recorder in recorders)
        print(f"{len(killed)} kills; {records} whole records, {torn} torn ones")
        # However busy the machine is.
        self.assertGreaterEqual(len(killed), min(KILLS, 100))
        self.assertGreater(torn, len(killed) // 20)

    def test_within_a_write_the_torn_bytes_are_cut_off_and_kept(self):
        """Of every write a part arrives, as after a power cut: from nothing to nearly all."""
        self.start_and_die(skip=2, written=0)
        self.assertEqual(Check(self.log).records, 2)
        for written in (1, 95, 96, 97, 98, 500, 1000, random.randrange(100, 1500)):
            with self.subTest(written=written):
                whole = self.expect_torn_only_at_the_end()
                torn = self.log.read_bytes()[len(whole) :]
                kept = self.kept()
                self.start_and_die(skip=1, written=written)
                self.assertTrue(self.log_is(whole))
                new = self.kept() - kept
                if len(torn) > RECORD_HEADER:
                    self.assertEqual([(self.directory / n).read_bytes() for n in new], [torn])
                else:
                    self.assertEqual(new, set())
                after = self.log.read_bytes()
                self.assertEqual(len(after) - len(self.expect_torn_only_at_the_end()), written)

    def test_within_the_first_write_of_a_file(self):
        for written in (0, 1, 479, 480, 481, 480 + 96, 480 + 97, 1200):
            with self.subTest(written=written):
                self.start_and_die(skip=0, written=written)
                begun = self.log.read_bytes()
                self.assertEqual(len(begun), written)
                daemon = self.start("100ms")
                self.assertTrue(eventually(lambda n=written: self.size() > max(n, FILE_HEADER)))
                daemon.stop()
                self.expect_whole()
                # What is no more than a header, or the begin of one, tells nobody anything.
                worth_it = written - (FILE_HEADER if written >= FILE_HEADER else 0) > RECORD_HEADER
                contents = [(self.directory / name).read_bytes() for name in self.kept()]
                self.assertEqual(contents, [begun] if worth_it else [])
                shutil.rmtree(self.directory)
                self.directory.mkdir()

    def start_and_die(self, skip, written):
        self.shim.fault(Shim.WRITE, Shim.DIE, written, skip=skip)
        daemon = self.start("100ms")
        self.assertEqual(daemon.wait(), -signal.SIGKILL, daemon.messages())
        self.shim.clear()

    # Of the recorders in test_at_random_moments_under_load, which are no tests by themselves.
    def runTest(self):
        pass


if __name__ == "__main__":
    main(at_once=1)
