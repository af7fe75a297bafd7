/* SPDX-License-Identifier: (GPL-2.0-only OR Apache-2.0)
 *
 * What tasks.bpf.c tells of tasks: a stream of reports, by ascending pid (of a thread: tid). A
 * process is a ProcessReport, which begins with what concerns its main thread; another thread is a
 * ThreadReport. Numbers are as the kernel has them: sizes in pages, times in ns; since the task's
 * start, of that thread alone. C, because both sides read it.
 */
#ifndef PROCTAPE_BPF_TASK_REPORT_H
#define PROCTAPE_BPF_TASK_REPORT_H

#include <linux/types.h>

/* task_struct.flags */
#define TASK_REPORT_WORKER 0x00000020u        /* PF_WQ_WORKER */
#define TASK_REPORT_KERNEL_THREAD 0x00200000u /* PF_KTHREAD */

/* In ProcessReport.has. */
#define TASK_REPORT_HAS_IO 1u         /* this kernel counts I/O of tasks */
#define TASK_REPORT_HAS_MEMORY 2u     /* it has memory: no kernel thread, not ended */
#define TASK_REPORT_BORROWS_MEMORY 4u /* that of its parent, which waits for it (vfork) */
#define TASK_REPORT_ROUGH_SIZES 8u    /* resident and swapped are not summed up over CPUs */

struct TaskCounters {
  __u64 user;   /* in ticks of the timer, if that is how this kernel measures */
  __u64 system; /* likewise */
  __u64 run_time;
  __u64 minor_faults;
  __u64 major_faults;
  __u64 read_bytes;
  __u64 write_bytes;
  __u64 cancelled_write_bytes;
};

struct ThreadReport {
  __u32 size; /* of the whole report: that of a ThreadReport or of a ProcessReport */
  __u32 pid, tgid, ppid;
  __u32 state, exit_state, flags;
  __s32 priority, static_priority;
  __u32 realtime_priority, policy, cpu;
  __u32 ruid, euid, suid, fsuid;
  __u32 rgid, egid, sgid, fsgid;
  char name[16];
  char work[16]; /* "+events": what a worker of work queues is doing, "-events": did last */
  __u64 start;   /* since boot, suspends included */
  struct TaskCounters own;
  __u64 shown_user, shown_system; /* the most that /proc showed of the thread */
  __u64 timeslices, run_delay, block_io_delay;
  __u64 voluntary_switches, involuntary_switches;
};

struct ProcessReport {
  struct ThreadReport main;
  struct TaskCounters ended;      /* of its threads that have ended */
  __u64 shown_user, shown_system; /* the most that /proc showed of the process */
  __u64 exec_id;
  __u64 groups, group;                          /* which cgroups it is in, and that of v2 */
  __u64 total, data, stack, executable, locked; /* pages */
  __u64 file, anonymous, swapped, shared;       /* pages */
  __u64 page_table_bytes;
  __u64 code_begin, code_end, arguments_begin, arguments_end; /* addresses */
  __u32 threads;
  __s32 oom_score_adj;
  __u32 has;
  __u32 uts_namespace; /* its inode; 0: none any more */
};

#endif
