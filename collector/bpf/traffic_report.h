/* SPDX-License-Identifier: (GPL-2.0-only OR Apache-2.0)
 *
 * What traffic_count.h tells of the network use of tasks: a stream of TrafficReports, by ascending
 * pid (of a thread: tid), of the tasks that have sent or received anything; and, in a map by
 * TrafficKey, the TrafficCounters of processes that have ended. C, because both sides read it.
 */
#ifndef PROCTAPE_BPF_TRAFFIC_REPORT_H
#define PROCTAPE_BPF_TRAFFIC_REPORT_H

#include <linux/types.h>

/* Processes with traffic that ended, and were not asked for yet. */
#define TRAFFIC_MOST_ENDED 65536
/* And processes of which something is counted apart, for want of storage. */
#define TRAFFIC_MOST_STRAY 4096

/* Calls that sent or received something, and bytes of payload; IPv4 and IPv6. */
struct TrafficCounters {
  __u64 tcp_sent, tcp_bytes_sent;
  __u64 tcp_received, tcp_bytes_received;
  __u64 udp_sent, udp_bytes_sent;
  __u64 udp_received, udp_bytes_received;
};

/* Which process or thread: its start since boot, suspends included, in ns. */
struct TrafficKey {
  __u64 start;
  __u32 pid; /* of a thread its tid */
  __u32 is_thread;
};

/* Mapped by both sides. */
struct TrafficState {
  __u64 lost;    /* calls that there was no memory to count for, and ended processes without room */
  __u32 stirred; /* something was counted since the reader put 0 there */
  __u32 has_ended; /* likewise: a process with traffic ended */
  __u32 has_stray; /* there was something in `stray` */
  __u32 unused;    /* 0 */
};

struct TrafficReport {
  struct TrafficKey task; /* is_thread is 0 here */
  __u32 tgid;
  __u32 unused;
  struct TrafficCounters thread;
  struct TrafficCounters others; /* of a main thread: of all others, also those that ended */
};

#endif
