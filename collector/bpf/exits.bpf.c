// SPDX-License-Identifier: (GPL-2.0-only OR Apache-2.0)
//
// Tells of each process that ends: one exit_event in a ring buffer when it has been reaped.
// What nobody could tell any more by then is noted during its life: the arguments it was started
// with, when its last thread ended, and who was its parent then. One program for each event of
// a life, in that order below.
//
// Runs in the kernel, in the middle of fork, exec and exit of everybody: no loops, nothing that
// waits. Kernels from 5.17 on.
#include "kernel_types.h"

#include <linux/bpf.h>

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#include "exit_event.h"

// Some helpers are for programs that are (also) under the kernel's licence.
char LICENSE[] SEC("license") = "GPL";

// In signal_struct.flags: the process ends as a whole, with group_exit_code.
#define SIGNAL_GROUP_EXIT 0x4

struct life {
  __u64 ended;
  __u64 exec_at;
  __u64 run_delay;  // of the threads that ended, but for the main one
  __u32 ppid;
  __u32 origin;
  __u32 arguments_length;
  __u32 unused;
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

// Until it execs, a child shows the arguments of the process that it was forked from.
SEC("tp_btf/sched_process_fork")
int BPF_PROG(on_fork, struct task_struct *parent, struct task_struct *child) {
  if (child->pid != child->tgid) return 0;  // a thread
  struct life *forker = bpf_task_storage_get(&lives, parent->group_leader, 0, 0);
  struct life *life = life_of(child);
  if (!life) return 0;
  if (forker && forker->arguments_length) {
    life->arguments_length = forker->arguments_length;
    __builtin_memcpy(life->arguments, forker->arguments, sizeof life->arguments);
  } else {
    life->origin = forker && forker->origin ? forker->origin : parent->tgid;
  }
  return 0;
}

SEC("tp_btf/sched_process_exec")
int BPF_PROG(on_exec, struct task_struct *task) {
  // Also if another thread called execve: it has taken the main thread's place by now.
  struct life *life = life_of(task);
  struct mm_struct *mm = task->mm;
  if (!life || !mm) return 0;
  life->exec_at = bpf_ktime_get_boot_ns();
  life->origin = 0;
  unsigned long start = mm->arg_start;
  unsigned long length = mm->arg_end - start;
  if (length > sizeof life->arguments) length = sizeof life->arguments;
  if (bpf_probe_read_user(life->arguments, length, (void *)start)) length = 0;
  life->arguments_length = length;
  return 0;
}

SEC("tp_btf/sched_process_exit")
int BPF_PROG(on_exit, struct task_struct *task) {
  struct life *life = life_of(task->group_leader);
  if (!life) return 0;
  // The processes' sums have the main thread's run delay still when it is freed.
  if (task->pid != task->tgid && bpf_core_field_exists(task->sched_info)) {
    __sync_fetch_and_add(&life->run_delay, task->sched_info.run_delay);
  }
  if (task->signal->live.counter == 0) {
    life->ended = bpf_ktime_get_boot_ns();
    life->ppid = task->real_parent->tgid;
  }
  return 0;
}

static void tell(struct exit_event *event, struct task_struct *task, struct life *life) {
  const struct signal_struct *signal = task->signal;
  const struct cred *cred = task->real_cred;

  event->start = task->start_boottime;
  event->ended = life ? life->ended : 0;
  event->exec_at = life ? life->exec_at : 0;

  event->user = signal->utime;
  event->system = signal->stime;
  event->run_time = signal->sum_sched_runtime;
  event->shown_user = 0;
  event->shown_system = 0;
  if (bpf_core_field_exists(signal->prev_cputime)) {
    event->shown_user = signal->prev_cputime.utime;
    event->shown_system = signal->prev_cputime.stime;
  }
  event->run_delay = life ? life->run_delay : 0;
  if (bpf_core_field_exists(task->sched_info)) event->run_delay += task->sched_info.run_delay;
  event->block_io_delay = 0;
  if (bpf_core_field_exists(task->delays) && task->delays) {
    event->block_io_delay = task->delays->blkio_delay;
  }
  event->voluntary_switches = signal->nvcsw;
  event->involuntary_switches = signal->nivcsw;

  event->minor_faults = signal->min_flt;
  event->major_faults = signal->maj_flt;
  event->peak_resident = signal->maxrss;
  event->read_bytes = 0;
  event->write_bytes = 0;
  event->cancelled_write_bytes = 0;
  if (bpf_core_field_exists(signal->ioac.read_bytes)) {
    event->read_bytes = signal->ioac.read_bytes;
    event->write_bytes = signal->ioac.write_bytes;
    event->cancelled_write_bytes = signal->ioac.cancelled_write_bytes;
  }
  event->cgroup_id = 0;
  if (bpf_core_field_exists(task->cgroups)) event->cgroup_id = task->cgroups->dfl_cgrp->kn->id;

  event->pid = task->tgid;
  event->ppid = life && life->ended ? life->ppid : task->real_parent->tgid;
  event->origin = life ? life->origin : 0;
  event->status = signal->flags & SIGNAL_GROUP_EXIT ? signal->group_exit_code : task->exit_code;
  event->ruid = cred->uid.val;
  event->euid = cred->euid.val;
  event->suid = cred->suid.val;
  event->fsuid = cred->fsuid.val;
  event->rgid = cred->gid.val;
  event->egid = cred->egid.val;
  event->sgid = cred->sgid.val;
  event->fsgid = cred->fsgid.val;
  __builtin_memcpy(event->name, task->comm, sizeof event->name);
  event->unused = 0;
}

// With signal_struct's last reference the main thread's is dropped: all is summed up by then.
SEC("tp_btf/sched_process_free")
int BPF_PROG(on_free, struct task_struct *task) {
  if (task->pid != task->tgid) return 0;
  struct life *life = bpf_task_storage_get(&lives, task, 0, 0);
  const __u32 length = life ? life->arguments_length : 0;

  // The size must be a constant where it is asked for.
  struct exit_event *event;
  if (!life || length == 0) {
    event = bpf_ringbuf_reserve(&exits, sizeof *event, 0);
  } else if (length <= EXIT_EVENT_FEW_ARGUMENTS) {
    event = bpf_ringbuf_reserve(&exits, sizeof *event + EXIT_EVENT_FEW_ARGUMENTS, 0);
    if (event) __builtin_memcpy(event->arguments, life->arguments, EXIT_EVENT_FEW_ARGUMENTS);
  } else {
    event = bpf_ringbuf_reserve(&exits, sizeof *event + EXIT_EVENT_ARGUMENTS, 0);
    if (event) __builtin_memcpy(event->arguments, life->arguments, EXIT_EVENT_ARGUMENTS);
  }
  if (!event) {
    __sync_fetch_and_add(&lost, 1);
    return 0;
  }
  event->arguments_length = length;
  tell(event, task, life);

  // The daemon looks with each sample anyway. Only when half of the room is taken is it woken,
  // and from then on with each exit, in case it missed one.
  const __u64 taken = bpf_ringbuf_query(&exits, BPF_RB_AVAIL_DATA);
  bpf_ringbuf_submit(event,
                     taken > EXIT_EVENT_RING_BYTES / 2 ? BPF_RB_FORCE_WAKEUP : BPF_RB_NO_WAKEUP);
  return 0;
}
