# SPDX-License-Identifier: Apache-2.0
"""A daemon that gets less than it needs: no time, few descriptors, little memory, a /proc that
shows little. It records what there is, or ends with the reason; a log is never torn by it.
"""

import os
import resource
import signal
import time

from faults import FaultTest, Mounts, eventually, main

NOBODY = 65534


class Limits(FaultTest):
    def test_stopped_for_a_while_it_covers_the_pause_with_one_record(self):
        daemon = self.start()
        self.wait_for_records(daemon, 2)
        daemon.send(signal.SIGSTOP)
        time.sleep(4)
        daemon.send(signal.SIGCONT)
        self.wait_for_records(daemon, 3)
        self.assertEqual(daemon.stop(), 0)
        records = self.expect_whole()
        self.expect_no_gaps(records)
        self.assertTrue(any(record.interval >= 3 for record in records[1:]), records)

    def test_without_descriptors_it_says_so_once_and_goes_on_when_there_are_some(self):
        daemon = self.start()
        self.wait_for_records(daemon, 2)
        _, hard = resource.prlimit(daemon.pid, resource.RLIMIT_NOFILE)
        resource.prlimit(daemon.pid, resource.RLIMIT_NOFILE, (4, hard))
        self.wait_for_message(daemon, "Too many open files")
        time.sleep(3)
        self.assertTrue(daemon.alive(), daemon.messages())
        self.assertEqual(len(daemon.messages("error")), 1, daemon.messages())
        resource.prlimit(daemon.pid, resource.RLIMIT_NOFILE, (hard, hard))
        self.wait_for_message(daemon, "recording again")
        self.wait_for_records(daemon, 1)
        self.assertEqual(daemon.stop(), 0)
        records = self.expect_whole()
        self.expect_no_gaps(records)
        self.assertTrue(any(record.interval >= 3 for record in records[1:]), records)
        self.assertGreater(records[-1].tasks, 1)

    def test_without_memory_it_ends_and_leaves_whole_records(self):
        """The service manager starts it again."""
        daemon = self.start("100ms")
        self.wait_for_records(daemon, 2)
        used = int((self.proc(daemon) / "statm").read_text().split()[0]) * resource.getpagesize()
        resource.prlimit(daemon.pid, resource.RLIMIT_AS, (used, used))
        processes = [os.posix_spawn("/bin/sleep", ["sleep", "60"], {}) for _ in range(1500)]
        time.sleep(2)
        for pid in processes:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
        if daemon.alive():
            self.wait_for_records(daemon, 2)
            daemon.stop()
        else:
            self.assertEqual(daemon.wait(), -signal.SIGABRT, daemon.messages())
            self.assertIn("bad_alloc", daemon.messages()[-1])
        self.expect_whole()

    @staticmethod
    def proc(daemon):
        return type(daemon.files)(f"/proc/{daemon.pid}")

    def start_as_nobody(self, *arguments, **more):
        os.chown(self.directory, NOBODY, NOBODY)
        os.chmod(self.place / "faults", 0o666)
        return self.start(*arguments, user=NOBODY, group=NOBODY, extra_groups=[], **more)

    def test_where_processes_of_others_are_hidden_it_records_the_rest(self):
        self.need_mounts()
        root = self.place / "root"
        (root / "proc").mkdir(parents=True)
        (root / "sys").mkdir()
        Mounts.proc(root / "proc", "hidepid=2")
        self.addCleanup(Mounts.remove, root / "proc")
        daemon = self.start_as_nobody(arguments=["--root", str(root)])
        self.wait_for_records(daemon, 3)
        self.assertEqual(daemon.stop(), 0)
        records = self.expect_whole()
        self.assertTrue(all(1 <= record.tasks < 20 for record in records), records)

    def test_a_proc_of_processes_only_is_refused_with_what_it_lacks(self):
        self.need_mounts()
        root = self.place / "root"
        (root / "proc").mkdir(parents=True)
        (root / "sys").mkdir()
        Mounts.proc(root / "proc", "subset=pid")
        self.addCleanup(Mounts.remove, root / "proc")
        daemon = self.start(arguments=["--root", str(root)])
        self.assertEqual(daemon.wait(), 1)
        self.assertIn("/proc/", daemon.messages("critical")[-1])

    def test_as_a_user_without_any_capability_it_records_what_all_may_see(self):
        if os.geteuid() != 0:
            self.skipTest("needs root, to become another user")
        daemon = self.start_as_nobody(configuration='[tasks]\nexits = "auto"\n')
        self.wait_for_records(daemon, 3)
        self.assertEqual(daemon.stop(), 0)
        self.assertGreater(self.expect_whole()[-1].tasks, 1)

    def test_a_flood_of_signals_ends_nothing(self):
        daemon = self.start("100ms")
        self.wait_for_records(daemon, 1)
        for _ in range(300):
            daemon.send(signal.SIGUSR1)
            daemon.send(signal.SIGHUP)
            time.sleep(0.005)
        self.assertTrue(eventually(lambda: not daemon.alive() or self.size() > 0))
        self.assertTrue(daemon.alive(), daemon.messages())
        self.assertEqual(daemon.stop(), 0)
        self.expect_whole()


if __name__ == "__main__":
    main()
