# SPDX-License-Identifier: Apache-2.0
"""A log of two records that ends anywhere, as a power cut may leave it: the next start of proctaped
keeps every whole record, keeps the torn bytes beside it where they are more than a header, and
appends.

LogDirectoryTest.AFileThatEndsAnywhereKeepsItsWholeRecords does this for every length; here it is
the real program, for the lengths around each border and some in between.
"""

import random
import shutil

from faults import FILE_HEADER, RECORD_HEADER, Check, FaultTest, atop_times, has_atop, main


class TornLogs(FaultTest):
    def record(self, samples):
        daemon = self.start("100ms", arguments=["--samples", str(samples)])
        self.assertEqual(daemon.wait(), 0, daemon.messages())
        messages = daemon.complaints()
        daemon.close()
        return messages

    def test_every_whole_record_stays_and_the_next_one_follows(self):
        self.record(2)
        whole = self.log.read_bytes()
        shorter = self.place / "shorter"
        shorter.write_bytes(whole[:-1])
        second = Check(shorter).whole  # where the second record begins
        lengths = {0, 1, 3, 4, 5, FILE_HEADER // 2, len(whole)}
        for border in (FILE_HEADER, second, len(whole)):
            lengths |= {border - 97, border - 1, border, border + 1}
            lengths |= {border + RECORD_HEADER + more for more in (-1, 0, 1)}
        lengths |= set(random.sample(range(len(whole)), 10))
        for length in sorted(n for n in lengths if n <= len(whole)):
            with self.subTest(length=length):
                shutil.rmtree(self.directory)
                self.directory.mkdir()
                self.log.write_bytes(whole[:length])
                messages = self.record(1)

                kept = 0 if length < second else second if length < len(whole) else length
                header_only = FILE_HEADER if FILE_HEADER <= length < second else 0
                tail = length - (kept or header_only)
                content = self.log.read_bytes()
                self.assertEqual(content[:kept], whole[:kept])
                records = self.expect_whole()
                self.assertEqual(len(records), {0: 0, second: 1, len(whole): 2}[kept] + 1)
                torn = [name for name in self.names() if name != self.log.name]
                if tail > RECORD_HEADER:
                    self.assertEqual(torn, [f"{self.log.name}.torn-1"])
                    bytes_kept = (self.directory / torn[0]).read_bytes()
                    self.assertEqual(bytes_kept, whole[kept:length])
                else:
                    self.assertEqual(torn, [])
                in_order = length in (0, second, len(whole))
                self.assertEqual(len(messages), 0 if in_order else 1, messages)


class EmptyBodies(FaultTest):
    def test_a_record_that_lost_its_body_is_not_appended_to(self):
        """As a power cut leaves it: atop ended there, and lost the rest of the day."""
        daemon = self.start()
        self.wait_for_records(daemon, 4)
        self.assertEqual(daemon.stop(), 0)
        log = self.log.read_bytes()
        shorter = self.place / "shorter"
        shorter.write_bytes(log[:-1])
        last = Check(shorter).whole
        for begin in (last + RECORD_HEADER, last + RECORD_HEADER + 700, last - 200, len(log) - 20):
            with self.subTest(begin=begin - last):
                shutil.rmtree(self.directory)
                self.directory.mkdir()
                self.log.write_bytes(log[:begin] + bytes(len(log) - begin))
                daemon = self.start()
                self.wait_for_records(daemon, 2)
                self.assertEqual(daemon.stop(), 0)
                records = self.expect_whole()
                self.assertGreaterEqual(len(records), 4)
                if has_atop():
                    self.assertEqual(len(atop_times(self.log)), len(records))


if __name__ == "__main__":
    main()
