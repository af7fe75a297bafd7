/* SPDX-License-Identifier: (GPL-2.0-only OR Apache-2.0)
 *
 * What exits.bpf.c tells of processes that end. C, because both sides read it.
 *
 * When the last thread of a process ends, an ExitEvent tells all about it, with totals that
 * lack what the exit itself still takes. When the process has been reaped, an ExitTotals tells
 * the final ones. On some kernels the latter is left out now and then, some dozen times in 100,000:
 * then the former has to do.
 */
#ifndef PROCTAPE_BPF_EXIT_EVENT_H
#define PROCTAPE_BPF_EXIT_EVENT_H

#include <linux/types.h>

/* Where the arguments of an event are from: */
#define EXIT_ARGUMENTS_NOTED 0 /* its last execve, or the process that it was forked from then */
#define EXIT_ARGUMENTS_LAST 1  /* its memory when it ended, as /proc would have shown it */
#define EXIT_ARGUMENTS_LOST 2  /* that could not be read: there are none */

/* Bytes kept of the arguments: one more than a log has room for. */
#define EXIT_EVENT_ARGUMENTS 256
/* An event ends behind its arguments, for which it has one of these sizes: none, this, or all. */
#define EXIT_EVENT_FEW_ARGUMENTS 64

/* Of the ring buffer: a power of two. About 9,000 exits. */
#define EXIT_EVENT_RING_BYTES (4 * 1024 * 1024)

/* Of a process's whole life, all threads together. Times in ns. */
struct ExitTotals {
  __u64 start; /* since boot, suspends included: with the pid it tells one process from another */
  __u32 pid;
  __u32 is_final;   /* 0: it is the beginning of an ExitEvent */
  __u64 user;       /* in ticks of the timer, if that is how this kernel measures */
  __u64 system;     /* likewise */
  __u64 run_time;   /* both, as the scheduler measured them */
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
};

/* Followed by the arguments, as in /proc/PID/cmdline. */
struct ExitEvent {
  struct ExitTotals totals;
  __u64 ended;   /* since boot, suspends included */
  __u64 exec_at; /* likewise: its last execve; 0: none that we saw */
  __u32 ppid;
  __u32 status; /* as wait(2) tells it */
  __u32 ruid, euid, suid, fsuid;
  __u32 rgid, egid, sgid, fsgid;
  __u32 arguments_length; /* at most EXIT_EVENT_ARGUMENTS, and what the event has room for */
  __u32 arguments_from;
  __u32 arguments_began_as; /* so long they were when it began, at most EXIT_EVENT_ARGUMENTS: what
                               is behind that was written there, or is its environment */
  char name[16];
};

#endif
