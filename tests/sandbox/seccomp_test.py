#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""seccomp_test.py PROFILE PROCTAPED FORBIDDEN_CALLS: the seccomp profile of the DaemonSet. It is what a
runtime expects, refuses what forbidden_calls tries, and proctaped does under it what it does without."""
import ctypes
import json
import os
import platform
import re
import signal
import struct
import subprocess
import sys
import tempfile
import time
import unittest

PROFILE, PROCTAPED, FORBIDDEN_CALLS = sys.argv[1:4]
ARCHITECTURES = {"x86_64": ("SCMP_ARCH_X86_64", 0xC000003E), "aarch64": ("SCMP_ARCH_AARCH64", 0xC00000B7)}
EPERM = 1
PR_SET_SECCOMP, PR_SET_NO_NEW_PRIVS, SECCOMP_MODE_FILTER = 22, 38, 2
# linux/filter.h, linux/seccomp.h
LOAD, JUMP_IF_EQUAL, RETURN = 0x20, 0x15, 0x06
ALLOW, ERRNO, KILL = 0x7FFF0000, 0x00050000, 0x80000000


def profile():
    with open(PROFILE, encoding="utf-8") as file:
        return json.load(file)


def numbers():
    """Of system calls, by name, as the headers have them."""
    headers = subprocess.run(["cc", "-E", "-dM", "-include", "sys/syscall.h", "-x", "c", "/dev/null"],
                             check=True, capture_output=True, text=True).stdout
    return {name: int(number) for name, number in
            re.findall(r"#define __NR_(\w+) (\d+)$", headers, re.MULTILINE)}


def program():
    """What a container's runtime makes of the profile for this machine."""
    known = numbers()
    allowed = [known[name] for rule in profile()["syscalls"] for name in rule["names"] if name in known]
    lines = [(LOAD, 0, 0, 4),  # seccomp_data.arch
             (JUMP_IF_EQUAL, 1, 0, ARCHITECTURES[platform.machine()][1]), (RETURN, 0, 0, KILL),
             (LOAD, 0, 0, 0)]  # seccomp_data.nr
    for number in allowed:
        lines += [(JUMP_IF_EQUAL, 0, 1, number), (RETURN, 0, 0, ALLOW)]
    lines.append((RETURN, 0, 0, ERRNO | profile()["defaultErrnoRet"]))
    return b"".join(struct.pack("HBBI", *line) for line in lines), len(lines)


CODE, LENGTH = program()


def confine():
    libc = ctypes.CDLL(None, use_errno=True)
    buffer = ctypes.create_string_buffer(CODE)
    filter_program = struct.pack("HxxxxxxQ", LENGTH, ctypes.addressof(buffer))
    if (libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 or
            libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.c_char_p(filter_program), 0, 0) != 0):
        os._exit(126)


class SeccompProfile(unittest.TestCase):
    def test_is_an_allow_list_that_runtimes_understand(self):
        content = profile()
        self.assertEqual(content["defaultAction"], "SCMP_ACT_ERRNO")
        self.assertEqual(content["defaultErrnoRet"], EPERM)
        self.assertIn(ARCHITECTURES[platform.machine()][0], content["architectures"])
        for rule in content["syscalls"]:
            self.assertEqual(set(rule), {"names", "action"})
            self.assertEqual(rule["action"], "SCMP_ACT_ALLOW")
            self.assertEqual(rule["names"], sorted(set(rule["names"])))

    def test_refuses_the_ways_to_root(self):
        done = subprocess.run([FORBIDDEN_CALLS], preexec_fn=confine, capture_output=True, text=True)
        self.assertEqual((done.returncode, done.stdout), (0, ""))

    @unittest.skipIf(os.geteuid() != 0, "needs root, whom nothing refuses")
    def test_would_not_be_refused_otherwise(self):
        done = subprocess.run([FORBIDDEN_CALLS, "--unfiltered"], capture_output=True, text=True)
        self.assertEqual((done.returncode, done.stdout), (0, ""))

    def test_is_enough_for_all_that_proctaped_does(self):
        self.assertEqual(self.sources(confine), self.sources(None))
        self.assertEqual(self.life(confine), self.life(None))

    def sources(self, before):
        listed = subprocess.run([PROCTAPED, "--list-sources"], preexec_fn=before, check=True,
                                capture_output=True, text=True).stdout
        return [line.split("  ")[0] + line[15:23] for line in listed.splitlines()[:-1]]

    def life(self, before):
        """What it says from its start by a reload and a sample on demand to its end, but for times."""
        with tempfile.TemporaryDirectory() as directory:
            configuration = os.path.join(directory, "proctape.toml")
            with open(configuration, "w", encoding="utf-8") as file:
                file.write(f'interval = "200ms"\nstate_file = "{directory}/status.json"\n'
                           f'[log]\ndirectory = "{directory}/log"\nmin_free = "off"\n'
                           '[system]\nperf_counters = true\n'
                           '[process]\nnice = 1\nscheduling = "batch"\noom_score_adj = 1\n'
                           '[pressure]\nextra_samples = true\n')
            daemon = subprocess.Popen([PROCTAPED, "--config", configuration, "--last-good",
                                       os.path.join(directory, "last-good.toml")],
                                      preexec_fn=before, stderr=subprocess.PIPE, text=True)
            state = os.path.join(directory, "status.json")
            for _ in range(200):
                if os.path.exists(state):
                    break
                time.sleep(0.05)
            for number in (signal.SIGHUP, signal.SIGUSR1, signal.SIGTERM):
                time.sleep(0.5)
                daemon.send_signal(number)
            said = daemon.communicate(timeout=60)[1]
            self.assertEqual(daemon.returncode, 0, said)
            self.assertTrue(os.path.exists(os.path.join(directory, "last-good.toml")), said)
            said = said.replace(directory, "DIRECTORY")
            lines = {re.sub(r"\d+", "N", re.sub(r"^\S+ \S+ ", "", line)) for line in said.splitlines()}
            # Pressure, how busy this machine is, and which processes it has are not the same both
            # times; names of their hosts need a call that the profile refuses.
            others = r"samples|some task waited|the clock|host names of UTS"
            return {line for line in lines if not re.search(others, line)}


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
