// SPDX-License-Identifier: Apache-2.0
#include "query/topic/cgroups.h"
#include "query/topic/cpus.h"
#include "query/topic/disks.h"
#include "query/topic/events.h"
#include "query/topic/exits.h"
#include "query/topic/gpu.h"
#include "query/topic/memory.h"
#include "query/topic/network.h"
#include "query/topic/nfs.h"
#include "query/topic/numa.h"
#include "query/topic/overview.h"
#include "query/topic/pressure.h"
#include "query/topic/process.h"
#include "query/topic/task_topics.h"
#include "query/topic/topic.h"

namespace proctape {

std::span<const TopicRow> topics() {
  static constexpr TopicRow kTopics[] = {
      {"overview", "", "what happened, and who used most", overview_topic},
      {"processes", "", "who used CPU, memory and disks", processes_topic},
      {"threads", "", "the same of threads", threads_topic},
      {"programs", "", "the same by name of the program, short lives included", programs_topic},
      {"users", "", "by user", users_topic},
      {"containers", "", "by container or pod", containers_topic},
      {"events", "", "boots, gaps, kills, crashes, restarts, hardware that came or went",
       events_topic},
      {"process", "PID|NAME", "one process over time, from its start to its end", process_topic},
      {"exits", "", "processes that ended: when, how, and what they used", exits_topic},
      {"cgroups", "", "by control group: the tree with CPU, memory, limits, pressure, I/O",
       cgroups_topic},
      {"cpus", "", "each CPU: user, system, iowait, steal, peaks; which came or went", cpus_topic},
      {"memory", "", "memory, swap, reclaim and OOM kills", memory_topic},
      {"disks", "", "disks, volumes and arrays: busy, rates, latency", disks_topic},
      {"network", "", "interfaces, errors, retransmits, connections", network_topic},
      {"pressure", "", "who waited for CPU, memory and I/O, and how long", pressure_topic},
      {"numa", "", "NUMA nodes: memory and CPU", numa_topic},
      {"gpu", "", "GPUs, and the processes on them", gpu_topic},
      {"nfs", "", "NFS mounts, client and server", nfs_topic},
  };
  return kTopics;
}

}  // namespace proctape
