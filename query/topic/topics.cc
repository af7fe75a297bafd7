// SPDX-License-Identifier: Apache-2.0
#include "query/topic/events.h"
#include "query/topic/exits.h"
#include "query/topic/overview.h"
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
  };
  return kTopics;
}

}  // namespace proctape
