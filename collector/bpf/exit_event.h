/* SPDX-License-Identifier: (GPL-2.0-only OR Apache-2.0)
 *
 * What exits.bpf.c tells of a process that has ended and was reaped: its whole life, all
 * threads together, as the kernel counts it. C, because both sides read it.
 */
#ifndef PROCTAPE_BPF_EXIT_EVENT_H
#define PROCTAPE_BPF_EXIT_EVENT_H

#include <linux/types.h>

/* Bytes kept of the arguments: one more than a log has room for. */
#define EXIT_EVENT_ARGUMENTS 256
/* An event ends behind its arguments, for which it has one of these sizes: none, this, or all. */
#define EXIT_EVENT_FEW_ARGUMENTS 64

/* Of the ring buffer: a power of two. About 10,000 exits. */
#define EXIT_EVENT_RING_BYTES (4 * 1024 * 1024)

/* Times in ns. */
struct exit_event {
  __u64 start;    /* since boot, suspends included */
  __u64 ended;    /* likewise: when its last thread ended; 0: not known */
  __u64 exec_at;  /* likewise: of its last execve; 0: none that we saw */
  __u64 user;     /* in ticks of the timer, if that is how this kernel measures */
  __u64 system;
  __u64 run_time; /* as the scheduler measured user + system */
  __u64 shown_user; /* the most that /proc ever showed */
  __u64 shown_system;
  __u64 run_delay;      /* waited for a CPU */
  __u64 block_io_delay; /* waited for block I/O: the main thread */
  __u64 voluntary_switches;
  __u64 involuntary_switches;
  __u64 minor_faults;
  __u64 major_faults;
  __u64 peak_resident; /* pages */
  __u64 read_bytes;
  __u64 write_bytes;
  __u64 cancelled_write_bytes;
  __u64 cgroup_id; /* in the unified hierarchy; 0: not known */
  __u32 pid;
  __u32 ppid;   /* when it ended */
  __u32 origin; /* without arguments: the process it was forked from, by way of others that did
                   not exec either; 0: not known */
  __u32 status; /* as wait(2) tells it */
  __u32 ruid, euid, suid, fsuid;
  __u32 rgid, egid, sgid, fsgid;
  char name[16];
  __u32 arguments_length; /* at most EXIT_EVENT_ARGUMENTS, and what the event has room for */
  __u32 unused;
  char arguments[]; /* as in /proc/PID/cmdline */
};

#endif
