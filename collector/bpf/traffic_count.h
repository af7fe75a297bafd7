// SPDX-License-Identifier: (GPL-2.0-only OR Apache-2.0)
//
// What traffic.bpf.c and traffic_calls.bpf.c share: counting what a task has sent or received, and
// telling of it (traffic_report.h). Runs in the kernel in the middle of everybody's calls: no
// loops, nothing that waits.
#ifndef PROCTAPE_BPF_TRAFFIC_COUNT_H
#define PROCTAPE_BPF_TRAFFIC_COUNT_H

// libbpf's headers need the first of these before them.
// clang-format off
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_tracing.h>
// clang-format on

#include "kernel_types.h"
#include "traffic_report.h"

// Some helpers are for programs that are (also) under the kernel's licence.
char LICENSE[] SEC("license") = "GPL";

#define AF_INET 2
#define AF_INET6 10
#define IPPROTO_TCP 6
#define IPPROTO_UDP 17
#define IPPROTO_MPTCP 262
// Of recvmsg: the data stays in the socket, or is none but an error's copy of what was sent.
#define MSG_PEEK 0x2
#define MSG_ERRQUEUE 0x2000

struct traffic {
  struct TrafficCounters thread;  // which writes it alone
  struct TrafficCounters others;  // of a main thread: all others, also those that ended
};

// Of each task that has sent or received, kept with its task_struct, and freed with it.
struct {
  __uint(type, BPF_MAP_TYPE_TASK_STORAGE);
  __uint(map_flags, BPF_F_NO_PREALLOC);
  __type(key, int);
  __type(value, struct traffic);
} traffic_of SEC(".maps");

struct {
  __uint(type, BPF_MAP_TYPE_HASH);
  __uint(map_flags, BPF_F_NO_PREALLOC);
  __uint(max_entries, TRAFFIC_MOST_ENDED);
  __type(key, struct TrafficKey);
  __type(value, struct TrafficCounters);
} ended SEC(".maps");

// What could not be kept with a task_struct: the kernel refuses to make storage while another task
// on the same processor was interrupted making some. Of processes, which the reader removes; and of
// threads, until they end.
struct {
  __uint(type, BPF_MAP_TYPE_HASH);
  __uint(map_flags, BPF_F_NO_PREALLOC);
  __uint(max_entries, TRAFFIC_MOST_STRAY);
  __type(key, struct TrafficKey);
  __type(value, struct TrafficCounters);
} stray SEC(".maps");

// In .bss, which the daemon maps.
struct TrafficState state = {};

// The stack has no room for it. There is one reader.
static struct TrafficReport report;

// Whether what such a socket moves is counted: TCP 1, UDP 0, neither -1.
static int protocol_of(const struct sock *socket) {
  const __u16 family = socket->__sk_common.skc_family;
  if (family != AF_INET && family != AF_INET6) return -1;
  const __u16 protocol = socket->sk_protocol;
  if (protocol == IPPROTO_TCP || protocol == IPPROTO_MPTCP) return 1;
  return protocol == IPPROTO_UDP ? 0 : -1;
}

static struct traffic *traffic_of_task(struct task_struct *task) {
  return bpf_task_storage_get(&traffic_of, task, 0, BPF_LOCAL_STORAGE_GET_F_CREATE);
}

static struct TrafficKey key_of(const struct task_struct *task, int is_thread) {
  return (struct TrafficKey){
      .start = task->start_boottime, .pid = task->pid, .is_thread = is_thread};
}

static struct TrafficCounters *stray_of(const struct task_struct *task, int is_thread) {
  const struct TrafficKey key = key_of(task, is_thread);
  struct TrafficCounters *counters = bpf_map_lookup_elem(&stray, &key);
  if (counters) return counters;
  const struct TrafficCounters none = {};
  bpf_map_update_elem(&stray, &key, &none, BPF_NOEXIST);
  counters = bpf_map_lookup_elem(&stray, &key);
  if (counters) {
    state.has_stray = 1;
  } else {
    __sync_fetch_and_add(&state.lost, 1);
  }
  return counters;
}

// A datagram may be empty; of TCP that means the end.
static int moved_nothing(int is_tcp, int bytes) { return bytes < 0 || (is_tcp && bytes == 0); }

// For counters that several threads write.
static void count_together(struct TrafficCounters *into, int is_tcp, int bytes, int sent) {
  if (is_tcp && sent) {
    __sync_fetch_and_add(&into->tcp_sent, 1);
    __sync_fetch_and_add(&into->tcp_bytes_sent, bytes);
  } else if (is_tcp) {
    __sync_fetch_and_add(&into->tcp_received, 1);
    __sync_fetch_and_add(&into->tcp_bytes_received, bytes);
  } else if (sent) {
    __sync_fetch_and_add(&into->udp_sent, 1);
    __sync_fetch_and_add(&into->udp_bytes_sent, bytes);
  } else {
    __sync_fetch_and_add(&into->udp_received, 1);
    __sync_fetch_and_add(&into->udp_bytes_received, bytes);
  }
}

static void count_for(struct task_struct *task, int is_tcp, int bytes, int sent) {
  struct traffic *own = traffic_of_task(task);
  if (!own) {
    struct TrafficCounters *counters = stray_of(task, 1);
    if (counters) count_together(counters, is_tcp, bytes, sent);
    counters = stray_of(task->group_leader, 0);
    if (counters) count_together(counters, is_tcp, bytes, sent);
    return;
  }
  struct TrafficCounters *thread = &own->thread;
  if (is_tcp && sent) {
    thread->tcp_sent += 1;
    thread->tcp_bytes_sent += bytes;
  } else if (is_tcp) {
    thread->tcp_received += 1;
    thread->tcp_bytes_received += bytes;
  } else if (sent) {
    thread->udp_sent += 1;
    thread->udp_bytes_sent += bytes;
  } else {
    thread->udp_received += 1;
    thread->udp_bytes_received += bytes;
  }
  if (task->pid == task->tgid) return;
  struct traffic *process = traffic_of_task(task->group_leader);
  struct TrafficCounters *others = process ? &process->others : stray_of(task->group_leader, 0);
  if (others) count_together(others, is_tcp, bytes, sent);
}

static void count(const struct sock *socket, int bytes, int sent) {
  const int is_tcp = protocol_of(socket);
  if (is_tcp < 0 || moved_nothing(is_tcp, bytes)) return;
  count_for(bpf_get_current_task_btf(), is_tcp, bytes, sent);
  // Written only when it is read as 0, so that processors need not fight for it.
  if (!state.stirred) state.stirred = 1;
}

static void count_received(const struct sock *socket, int bytes, int flags) {
  if (!(flags & (MSG_PEEK | MSG_ERRQUEUE))) count(socket, bytes, 0);
}

static void add(const struct TrafficCounters *some, struct TrafficCounters *sum) {
  sum->tcp_sent += some->tcp_sent;
  sum->tcp_bytes_sent += some->tcp_bytes_sent;
  sum->tcp_received += some->tcp_received;
  sum->tcp_bytes_received += some->tcp_bytes_received;
  sum->udp_sent += some->udp_sent;
  sum->udp_bytes_sent += some->udp_bytes_sent;
  sum->udp_received += some->udp_received;
  sum->udp_bytes_received += some->udp_bytes_received;
}

// The last thread of a process ends, after its last call. When two end at the same time both may be
// taken for it.
SEC("tp_btf/sched_process_exit")
int BPF_PROG(on_exit, struct task_struct *task) {
  if (state.has_stray) {
    const struct TrafficKey thread = key_of(task, 1);
    bpf_map_delete_elem(&stray, &thread);
  }
  if (task->signal->live.counter != 0) return 0;
  struct task_struct *process = task->group_leader;
  const struct traffic *traffic = bpf_task_storage_get(&traffic_of, process, 0, 0);
  const struct TrafficKey key = key_of(process, 0);
  const struct TrafficCounters *strays = 0;
  if (state.has_stray) strays = bpf_map_lookup_elem(&stray, &key);
  if (!traffic && !strays) return 0;
  struct TrafficCounters all = {};
  if (traffic) {
    add(&traffic->thread, &all);
    add(&traffic->others, &all);
  }
  if (strays) add(strays, &all);
  if (bpf_map_update_elem(&ended, &key, &all, BPF_ANY)) {
    __sync_fetch_and_add(&state.lost, 1);
  } else {
    state.has_ended = 1;
  }
  return 0;
}

SEC("iter/task")
int tell_traffic(struct bpf_iter__task *context) {
  struct task_struct *task = context->task;
  if (!task) return 0;
  const struct traffic *traffic = bpf_task_storage_get(&traffic_of, task, 0, 0);
  if (!traffic) return 0;
  report.task.start = task->start_boottime;
  report.task.pid = task->pid;
  report.tgid = task->tgid;
  report.thread = traffic->thread;
  report.others = traffic->others;
  bpf_seq_write(context->meta->seq, &report, sizeof report);
  return 0;
}

#endif
