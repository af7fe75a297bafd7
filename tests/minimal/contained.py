#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""contained.py ROOT CAPABILITIES PROGRAM ARGUMENT...: becomes PROGRAM of ROOT as root that has no
other CAPABILITIES ("cap_bpf,cap_perfmon") and can get no more, as a container's runtime does it."""
import ctypes
import os
import sys

PR_CAPBSET_READ, PR_CAPBSET_DROP, PR_SET_NO_NEW_PRIVS = 23, 24, 38
# linux/capability.h
NUMBERS = {"cap_dac_read_search": 2, "cap_net_admin": 12, "cap_sys_ptrace": 19, "cap_perfmon": 38,
           "cap_bpf": 39}

libc = ctypes.CDLL(None, use_errno=True)


def prctl(*arguments):
    padded = [ctypes.c_ulong(each) for each in (*arguments, 0, 0, 0, 0)[:5]]
    result = libc.prctl(*padded)
    if result < 0:
        raise OSError(ctypes.get_errno(), f"prctl{arguments}")
    return result


root, capabilities, *command = sys.argv[1:]
kept = {NUMBERS[name] for name in capabilities.split(",")}
os.chroot(root)
os.chdir("/")
with open("/host/proc/sys/kernel/cap_last_cap") as file:
    last = int(file.read())
for number in range(last + 1):
    if number not in kept and prctl(PR_CAPBSET_READ, number):
        prctl(PR_CAPBSET_DROP, number)
prctl(PR_SET_NO_NEW_PRIVS, 1)
os.setgroups([])
os.execve(command[0], command, {"PATH": "/usr/sbin"})
