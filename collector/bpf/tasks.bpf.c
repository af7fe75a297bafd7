// SPDX-License-Identifier: (GPL-2.0-only OR Apache-2.0)
//
// Tells of all tasks, as a stream of reports: see task_report.h. Runs in the kernel once for each
// task, when the daemon reads. May run twice for one (if its report did not fit into the kernel's
// buffer any more), so it must change nothing. Kernels from 5.17 on.

// libbpf's headers need the first of these before them.
// clang-format off
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
// clang-format on

#include "kernel_types.h"
#include "task_report.h"

// Some helpers are for programs that are (also) under the kernel's licence.
char LICENSE[] SEC("license") = "GPL";

// Indices of mm_struct.rss_stat, which must be constants where they are used.
#define MM_FILEPAGES 0
#define MM_ANONPAGES 1
#define MM_SWAPENTS 2
#define MM_SHMEMPAGES 3

// The stack has no room for it. There is one reader.
static struct ProcessReport report;

static void put_counters(struct TaskCounters *into, __u64 user, __u64 system, __u64 run_time,
                         __u64 minor_faults, __u64 major_faults,
                         const struct task_io_accounting *io) {
  into->user = user;
  into->system = system;
  into->run_time = run_time;
  into->minor_faults = minor_faults;
  into->major_faults = major_faults;
  if (bpf_core_field_exists(io->read_bytes)) {
    into->read_bytes = io->read_bytes;
    into->write_bytes = io->write_bytes;
    into->cancelled_write_bytes = io->cancelled_write_bytes;
  }
}

// What /proc appends to the name of such a thread.
static void put_work(struct ThreadReport *into, struct task_struct *task) {
  if (!(task->flags & TASK_REPORT_WORKER)) return;
  // Elsewhere in kernels that were given newer BPF than they had.
  if (!bpf_core_field_exists(task->worker_private) || !bpf_core_field_exists(struct worker, desc)) {
    return;
  }
  const struct kthread *thread = task->worker_private;
  const struct worker *worker = BPF_CORE_READ(thread, data);
  if (!worker || !BPF_CORE_READ(worker, pool)) return;
  bpf_core_read_str(into->work + 1, sizeof into->work - 1, &worker->desc);
  if (!into->work[1]) return;
  into->work[0] = BPF_CORE_READ(worker, current_work) ? '+' : '-';
}

static void put_thread(struct ThreadReport *into, struct task_struct *task) {
  const struct cred *cred = task->real_cred;
  into->pid = task->pid;
  into->tgid = task->tgid;
  into->ppid = task->real_parent->tgid;
  into->state = task->__state;
  into->exit_state = task->exit_state;
  into->flags = task->flags;
  into->priority = task->prio;
  into->static_priority = task->static_prio;
  into->realtime_priority = task->rt_priority;
  into->policy = task->policy;
  if (bpf_core_field_exists(task->thread_info.cpu)) {
    into->cpu = task->thread_info.cpu;
  } else if (bpf_core_field_exists(struct task_struct___cpu, cpu)) {
    into->cpu = BPF_CORE_READ((struct task_struct___cpu *)task, cpu);
  }
  into->ruid = cred->uid.val;
  into->euid = cred->euid.val;
  into->suid = cred->suid.val;
  into->fsuid = cred->fsuid.val;
  into->rgid = cred->gid.val;
  into->egid = cred->egid.val;
  into->sgid = cred->sgid.val;
  into->fsgid = cred->fsgid.val;
  __builtin_memcpy(into->name, task->comm, sizeof into->name);
  put_work(into, task);
  into->start = task->start_boottime;
  put_counters(&into->own, task->utime, task->stime, task->se.sum_exec_runtime, task->min_flt,
               task->maj_flt, &task->ioac);
  if (bpf_core_field_exists(task->prev_cputime)) {
    into->shown_user = task->prev_cputime.utime;
    into->shown_system = task->prev_cputime.stime;
  } else {
    into->own.run_time = into->own.user + into->own.system;  // nothing is sampled here
  }
  if (bpf_core_field_exists(task->sched_info)) {
    into->timeslices = task->sched_info.pcount;
    into->run_delay = task->sched_info.run_delay;
  }
  if (bpf_core_field_exists(task->delays) && task->delays) {
    into->block_io_delay = task->delays->blkio_delay;
  }
  into->voluntary_switches = task->nvcsw;
  into->involuntary_switches = task->nivcsw;
}

static void put_sizes(struct ProcessReport *into, struct mm_struct *mm) {
  into->total = mm->total_vm;
  into->data = mm->data_vm;
  into->stack = mm->stack_vm;
  into->executable = mm->exec_vm;
  into->locked = mm->locked_vm;
  into->page_table_bytes = mm->pgtables_bytes.counter;
  into->code_begin = mm->start_code;
  into->code_end = mm->end_code;
  into->arguments_begin = mm->arg_start;
  into->arguments_end = mm->arg_end;
  __s64 pages[4];
  if (bpf_core_field_exists(struct mm_struct___until_6_1, rss_stat.count)) {
    const struct mm_struct___until_6_1 *old = (void *)mm;
    pages[0] = BPF_CORE_READ(old, rss_stat.count[MM_FILEPAGES].counter);
    pages[1] = BPF_CORE_READ(old, rss_stat.count[MM_ANONPAGES].counter);
    pages[2] = BPF_CORE_READ(old, rss_stat.count[MM_SWAPENTS].counter);
    pages[3] = BPF_CORE_READ(old, rss_stat.count[MM_SHMEMPAGES].counter);
  } else {
    into->has |= TASK_REPORT_ROUGH_SIZES;
    pages[0] = mm->rss_stat[MM_FILEPAGES].count;
    pages[1] = mm->rss_stat[MM_ANONPAGES].count;
    pages[2] = mm->rss_stat[MM_SWAPENTS].count;
    pages[3] = mm->rss_stat[MM_SHMEMPAGES].count;
  }
  into->file = pages[0] > 0 ? pages[0] : 0;
  into->anonymous = pages[1] > 0 ? pages[1] : 0;
  into->swapped = pages[2] > 0 ? pages[2] : 0;
  into->shared = pages[3] > 0 ? pages[3] : 0;
}

static void put_process(struct ProcessReport *into, struct task_struct *task) {
  const struct signal_struct *signal = task->signal;
  put_counters(&into->ended, signal->utime, signal->stime, signal->sum_sched_runtime,
               signal->min_flt, signal->maj_flt, &signal->ioac);
  if (bpf_core_field_exists(signal->prev_cputime)) {
    into->shown_user = signal->prev_cputime.utime;
    into->shown_system = signal->prev_cputime.stime;
  } else {
    into->ended.run_time = into->ended.user + into->ended.system;
  }
  into->exec_id = task->self_exec_id;
  into->threads = signal->nr_threads;
  into->oom_score_adj = signal->oom_score_adj;
  into->has = bpf_core_field_exists(task->ioac.read_bytes) ? TASK_REPORT_HAS_IO : 0;
  if (bpf_core_field_exists(task->cgroups)) {
    const struct css_set *groups = task->cgroups;
    into->groups = (__u64)groups;
    into->group = groups->dfl_cgrp->kn->id;
  }
  // Reads 0 behind a null pointer.
  into->uts_namespace = task->nsproxy->uts_ns->ns.inum;
  struct mm_struct *mm = task->mm;
  // A kernel thread may use somebody's memory for a while.
  if (!mm || task->flags & TASK_REPORT_KERNEL_THREAD) return;
  into->has |= TASK_REPORT_HAS_MEMORY;
  if (task->vfork_done && task->real_parent->mm == mm) into->has |= TASK_REPORT_BORROWS_MEMORY;
  put_sizes(into, mm);
}

SEC("iter/task")
int tell_task(struct bpf_iter__task *context) {
  struct task_struct *task = context->task;
  if (!task) return 0;
  __builtin_memset(&report, 0, sizeof report);
  put_thread(&report.main, task);
  if (task->pid != task->tgid) {
    report.main.size = sizeof report.main;
    bpf_seq_write(context->meta->seq, &report, sizeof report.main);
    return 0;
  }
  report.main.size = sizeof report;
  put_process(&report, task);
  bpf_seq_write(context->meta->seq, &report, sizeof report);
  return 0;
}
