// SPDX-License-Identifier: (GPL-2.0-only OR Apache-2.0)
//
// Tells of each process that ends, in a ring buffer: see exit_event.h. Its arguments are read when
// it ends, because programs overwrite what is secret in them. Kernels before 6.16 have taken its
// memory away by then: for them they are noted at fork and execve. One program for each event of a
// life, in that order below.
//
// Runs in the kernel, in the middle of fork, exec and exit of everybody: no loops, nothing that
// waits. Kernels from 5.17 on.

// libbpf's headers need the first of these before them.
// clang-format off
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_tracing.h>
// clang-format on

#include "exit_event.h"
#include "kernel_types.h"

// Some helpers are for programs that are (also) under the kernel's licence.
char LICENSE[] SEC("license") = "GPL";

// In signal_struct.flags: the process ends as a whole, with group_exit_code.
#define SIGNAL_GROUP_EXIT 0x4

struct life {
  __u64 exec_at;
  __u64 run_delay;  // of the threads that ended, but for the main one
  __u32 arguments_length;
  __u32 arguments_from;
  __u32 arguments_began_as;
  char arguments[EXIT_EVENT_ARGUMENTS];
};

// Of each process whose life we have seen something of, kept with its main thread's
// task_struct, and freed with it.
struct {
  __uint(type, BPF_MAP_TYPE_TASK_STORAGE);
  __uint(map_flags, BPF_F_NO_PREALLOC);
  __type(key, int);
  __type(value, struct life);
} lives SEC(".maps");

struct {
  __uint(type, BPF_MAP_TYPE_RINGBUF);
  __uint(max_entries, EXIT_EVENT_RING_BYTES);
} exits SEC(".maps");

// Exits that the ring buffer had no room for. In .bss, which the daemon maps.
__u64 lost = 0;

static struct life *life_of(struct task_struct *process) {
  return bpf_task_storage_get(&lives, process, 0, BPF_LOCAL_STORAGE_GET_F_CREATE);
}

// A process that ended had its memory: nothing needs to be noted during a life.
// Not static: clang would make it one byte, and the kernel refuse what is told of its type.
__u32 memory_lasts = 0;

// What /proc shows of the running process: its arguments, and if it has overwritten their end, what
// it wrote behind them.
static void read_arguments(struct life *life, const struct mm_struct *mm) {
  const unsigned long start = mm->arg_start;
  const unsigned long end = mm->arg_end;
  const unsigned long environment = mm->env_start;
  const unsigned long environment_end = mm->env_end;
  unsigned long length = end - start;
  if (length > sizeof life->arguments) length = sizeof life->arguments;
  life->arguments_from = EXIT_ARGUMENTS_LOST;
  life->arguments_length = 0;
  life->arguments_began_as = length;
  if (bpf_probe_read_user(life->arguments, length, (void *)start)) return;
  life->arguments_from = EXIT_ARGUMENTS_LAST;
  life->arguments_length = length;
  if (length == 0 || length == sizeof life->arguments || environment != end) return;
  if (life->arguments[(length - 1) & (sizeof life->arguments - 1)] == 0) return;
  unsigned long all = environment_end - start;
  if (all > sizeof life->arguments) all = sizeof life->arguments;
  if (bpf_probe_read_user(life->arguments, all, (void *)start)) return;
  life->arguments_length = all;
}

// Until it execs, a child shows the arguments of the process that it was forked from, as they are
// in its memory now.
SEC("tp_btf/sched_process_fork")
int BPF_PROG(on_fork, struct task_struct *parent, struct task_struct *child) {
  if (memory_lasts || child->pid != child->tgid) return 0;  // or it is a thread
  const struct mm_struct *mm = parent->mm;
  struct life *life = life_of(child);
  if (!life || !mm) return 0;
  read_arguments(life, mm);
  life->arguments_from = EXIT_ARGUMENTS_NOTED;
  return 0;
}

SEC("tp_btf/sched_process_exec")
int BPF_PROG(on_exec, struct task_struct *task) {
  // Also if another thread called execve: it has taken the main thread's place by now.
  struct life *life = life_of(task);
  struct mm_struct *mm = task->mm;
  if (!life || !mm) return 0;
  life->exec_at = bpf_ktime_get_boot_ns();
  if (memory_lasts) return 0;
  read_arguments(life, mm);
  life->arguments_from = EXIT_ARGUMENTS_NOTED;
  return 0;
}

// The daemon looks with each sample anyway. Only when half of the room is taken is it woken, and
// from then on with each exit, in case it missed one.
static void submit(void *record) {
  const __u64 taken = bpf_ringbuf_query(&exits, BPF_RB_AVAIL_DATA);
  bpf_ringbuf_submit(record,
                     taken > EXIT_EVENT_RING_BYTES / 2 ? BPF_RB_FORCE_WAKEUP : BPF_RB_NO_WAKEUP);
}

static __u64 block_io_delay_of(struct task_struct *process) {
  if (!bpf_core_field_exists(process->delays)) return 0;
  const struct task_delay_info *delays = process->delays;
  return delays ? delays->blkio_delay : 0;
}

// What all threads that were reaped have left.
static void put_reaped(struct ExitTotals *totals, struct task_struct *process,
                       const struct signal_struct *signal, __u64 block_io_delay,
                       struct life *life) {
  totals->start = process->start_boottime;
  totals->pid = process->tgid;
  totals->user = signal->utime;
  totals->system = signal->stime;
  totals->run_time = signal->sum_sched_runtime;
  totals->shown_user = 0;
  totals->shown_system = 0;
  if (bpf_core_field_exists(signal->prev_cputime)) {
    totals->shown_user = signal->prev_cputime.utime;
    totals->shown_system = signal->prev_cputime.stime;
  }
  totals->run_delay = life ? life->run_delay : 0;
  if (bpf_core_field_exists(process->sched_info)) {
    totals->run_delay += process->sched_info.run_delay;
  }
  totals->block_io_delay = block_io_delay;
  totals->voluntary_switches = signal->nvcsw;
  totals->involuntary_switches = signal->nivcsw;
  totals->minor_faults = signal->min_flt;
  totals->major_faults = signal->maj_flt;
  totals->peak_resident = signal->maxrss;
  totals->read_bytes = 0;
  totals->write_bytes = 0;
  totals->cancelled_write_bytes = 0;
  if (bpf_core_field_exists(signal->ioac.read_bytes)) {
    totals->read_bytes = signal->ioac.read_bytes;
    totals->write_bytes = signal->ioac.write_bytes;
    totals->cancelled_write_bytes = signal->ioac.cancelled_write_bytes;
  }
}

static void add_thread(struct ExitTotals *totals, struct task_struct *thread) {
  totals->user += thread->utime;
  totals->system += thread->stime;
  totals->run_time += thread->se.sum_exec_runtime;
  totals->voluntary_switches += thread->nvcsw;
  totals->involuntary_switches += thread->nivcsw;
  totals->minor_faults += thread->min_flt;
  totals->major_faults += thread->maj_flt;
  if (bpf_core_field_exists(thread->ioac.read_bytes)) {
    totals->read_bytes += thread->ioac.read_bytes;
    totals->write_bytes += thread->ioac.write_bytes;
    totals->cancelled_write_bytes += thread->ioac.cancelled_write_bytes;
  }
}

static void put_identity(struct ExitEvent *event, struct task_struct *process,
                         const struct signal_struct *signal, const struct cred *cred,
                         struct life *life) {
  event->ended = bpf_ktime_get_boot_ns();
  event->exec_at = life ? life->exec_at : 0;
  event->arguments_from = life ? life->arguments_from : EXIT_ARGUMENTS_LOST;
  event->arguments_began_as = life ? life->arguments_began_as : 0;
  event->status = signal->flags & SIGNAL_GROUP_EXIT ? signal->group_exit_code : process->exit_code;
  event->ruid = cred->uid.val;
  event->euid = cred->euid.val;
  event->suid = cred->suid.val;
  event->fsuid = cred->fsuid.val;
  event->rgid = cred->gid.val;
  event->egid = cred->egid.val;
  event->sgid = cred->sgid.val;
  event->fsgid = cred->fsgid.val;
  __builtin_memcpy(event->name, process->comm, sizeof event->name);
}

SEC("tp_btf/sched_process_exit")
int BPF_PROG(on_exit, struct task_struct *task) {
  struct task_struct *process = task->group_leader;
  // Where a pointer is loaded from another one, the verifier goes through all types of the kernel,
  // and once more for each way that leads there: before the branches that makes the start 16 ms
  // shorter.
  const struct signal_struct *signal = task->signal;
  const struct cred *cred = process->real_cred;
  const __u32 ppid = process->real_parent->tgid;
  const struct mm_struct *mm = task->mm;  // that of its main thread, which may have ended before
  const __u64 block_io_delay = block_io_delay_of(process);
  struct life *life = bpf_task_storage_get(&lives, process, 0, 0);
  const int is_main = task->pid == task->tgid;
  if (!is_main && bpf_core_field_exists(task->sched_info)) {
    // Nothing sums that up; that of the main thread is there until it is freed.
    if (!life) life = life_of(process);
    if (life) __sync_fetch_and_add(&life->run_delay, task->sched_info.run_delay);
  }
  if (signal->live.counter != 0) return 0;  // other threads go on
  if (mm) {
    memory_lasts = 1;
    if (!life) life = life_of(process);
    if (life) read_arguments(life, mm);
  }

  // The size must be a constant where it is asked for.
  const __u32 length = life ? life->arguments_length : 0;
  struct ExitEvent *event;
  if (!life || length == 0) {
    event = bpf_ringbuf_reserve(&exits, sizeof *event, 0);
  } else if (length <= EXIT_EVENT_FEW_ARGUMENTS) {
    event = bpf_ringbuf_reserve(&exits, sizeof *event + EXIT_EVENT_FEW_ARGUMENTS, 0);
    if (event) __builtin_memcpy(event + 1, life->arguments, EXIT_EVENT_FEW_ARGUMENTS);
  } else {
    event = bpf_ringbuf_reserve(&exits, sizeof *event + EXIT_EVENT_ARGUMENTS, 0);
    if (event) __builtin_memcpy(event + 1, life->arguments, EXIT_EVENT_ARGUMENTS);
  }
  if (!event) {
    __sync_fetch_and_add(&lost, 1);
    return 0;
  }
  event->arguments_length = length;
  event->totals.is_final = 0;
  put_reaped(&event->totals, process, signal, block_io_delay, life);
  add_thread(&event->totals, task);
  if (!is_main) add_thread(&event->totals, process);
  put_identity(event, process, signal, cred, life);
  event->ppid = ppid;
  submit(event);
  return 0;
}

// signal_struct lives as long as the main thread's task_struct: all is summed up by then.
SEC("tp_btf/sched_process_free")
int BPF_PROG(on_free, struct task_struct *task) {
  if (task->pid != task->tgid) return 0;
  const struct signal_struct *signal = task->signal;
  const __u64 block_io_delay = block_io_delay_of(task);
  struct ExitTotals *totals = bpf_ringbuf_reserve(&exits, sizeof *totals, 0);
  if (!totals) return 0;  // what was told at the exit has to do
  totals->is_final = 1;
  put_reaped(totals, task, signal, block_io_delay, bpf_task_storage_get(&lives, task, 0, 0));
  submit(totals);
  return 0;
}
