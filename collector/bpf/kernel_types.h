// SPDX-License-Identifier: (GPL-2.0-only OR Apache-2.0)
//
// The members of the kernel's structs that our BPF programs read, and no others. The offsets are
// those of no kernel: each access is recorded by name (preserve_access_index), and the running
// kernel puts in its own when it loads the program. So order and gaps mean nothing here, names,
// types and nesting do. What depends on the kernel's configuration or version is asked for with
// bpf_core_field_exists before it is used.
#ifndef PROCTAPE_BPF_KERNEL_TYPES_H
#define PROCTAPE_BPF_KERNEL_TYPES_H

#include <linux/types.h>

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

typedef struct {
  int counter;
} atomic_t;
typedef struct {
  unsigned int val;
} kuid_t;
typedef struct {
  unsigned int val;
} kgid_t;

struct cred {
  kuid_t uid, euid, suid, fsuid;
  kgid_t gid, egid, sgid, fsgid;
};

typedef struct {
  __s64 counter;
} atomic64_t;
// Until 6.1, and from then on: a sum over CPUs, of which this is what they have handed in.
struct mm_rss_stat {
  atomic64_t count[4];
};
struct percpu_counter {
  __s64 count;
};

struct mm_struct {
  unsigned long total_vm, locked_vm, data_vm, exec_vm, stack_vm;  // pages
  unsigned long start_code, end_code, arg_start, arg_end, env_start, env_end;
  atomic64_t pgtables_bytes;
  struct percpu_counter rss_stat[4];
};
struct mm_struct___until_6_1 {
  struct mm_rss_stat rss_stat;
};

struct kernfs_node {
  __u64 id;
};
struct cgroup {
  struct kernfs_node *kn;
};
// The groups of a task in all hierarchies; tasks in the same ones share it.
struct css_set {
  struct cgroup *dfl_cgrp;  // in that of version 2
};

struct ns_common {
  unsigned int inum;
};
struct uts_namespace {
  struct ns_common ns;
};
struct nsproxy {
  struct uts_namespace *uts_ns;
};

struct thread_info {
  __u32 cpu;
};
struct completion;
struct work_struct;
struct worker_pool;

// Of a kernel thread, and of one that serves work queues.
struct kthread {
  void *data;
};
struct worker {
  struct work_struct *current_work;
  struct worker_pool *pool;
  char desc[16];  // more, of which we read as many
};

// CONFIG_TASK_IO_ACCOUNTING
struct task_io_accounting {
  __u64 read_bytes, write_bytes, cancelled_write_bytes;
};
struct sched_entity {
  __u64 sum_exec_runtime;
};
// CONFIG_SCHED_INFO
struct sched_info {
  unsigned long pcount;
  unsigned long long run_delay;
};
// CONFIG_TASK_DELAY_ACCT
struct task_delay_info {
  __u64 blkio_delay;
};
// Unless CONFIG_VIRT_CPU_ACCOUNTING_NATIVE: what /proc showed last, so that it never falls.
struct prev_cputime {
  __u64 utime, stime;
};

// Shared by the threads of a process. Each adds its counters here when it is reaped: a main
// thread with the process, others as they end.
struct signal_struct {
  atomic_t live;  // threads that have not begun to exit
  int nr_threads;
  int group_exit_code;
  unsigned int flags;
  __u64 utime, stime;
  struct prev_cputime prev_cputime;
  unsigned long long sum_sched_runtime;
  unsigned long nvcsw, nivcsw, min_flt, maj_flt;
  unsigned long maxrss;  // pages
  struct task_io_accounting ioac;
  short oom_score_adj;
};

struct task_struct {
  struct thread_info thread_info;
  unsigned int __state;
  unsigned int flags;
  int prio, static_prio;
  unsigned int rt_priority, policy;
  int exit_state;
  int pid, tgid;
  int exit_code;
  __u64 start_boottime;
  char comm[16];
  struct task_struct *real_parent, *group_leader;
  struct mm_struct *mm;
  const struct cred *real_cred;
  struct signal_struct *signal;
  __u64 utime, stime;
  struct prev_cputime prev_cputime;
  struct sched_entity se;
  unsigned long nvcsw, nivcsw, min_flt, maj_flt;
  struct task_io_accounting ioac;
  struct sched_info sched_info;
  struct task_delay_info *delays;
  struct css_set *cgroups;
  struct nsproxy *nsproxy;  // null once it exits
  struct completion *vfork_done;
  void *worker_private;  // of a kernel thread: its kthread
  __u64 self_exec_id;    // another after each execve
};
// CONFIG_THREAD_INFO_IN_TASK is not everywhere.
struct task_struct___cpu {
  __u32 cpu;
};

struct sock_common {
  unsigned short skc_family;
};
struct sock {
  struct sock_common __sk_common;
  __u16 sk_protocol;
};
struct socket {
  struct sock *sk;
};

struct seq_file;
struct bpf_iter_meta {
  struct seq_file *seq;
};
struct bpf_iter__task {
  struct bpf_iter_meta *meta;
  struct task_struct *task;  // null: that was all
};

#pragma clang attribute pop

#endif
