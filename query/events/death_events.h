// SPDX-License-Identifier: Apache-2.0
//
// Events of processes that did not end of their own will: killed as memory was short, or by a
// signal.
#pragma once

#include <string>
#include <vector>

#include "query/events/event_log.h"
#include "query/measure/exit_status.h"
#include "sample/sample.h"
#include "sample/task.h"

namespace proctape {

class DeathEvents {
 public:
  explicit DeathEvents(EventLog& log) : log_(&log) {}

  void begin(const Sample& sample);
  // Of those that are not meant only the host's want of memory is known.
  void take(const Task& task, bool is_meant);
  void end();

  // Those of the last sample whose victims are still looked for. Before the list is read.
  void finish(EventLog& log) const;

 private:
  struct Death {
    Count pid = 0;
    ExitStatus status;
    std::string name;
    std::string container;
    double resident = 0;
    bool is_meant = true;
  };

  void add_oom(Seconds time, const Death& victim);
  static void add_unknown(EventLog& log, Seconds time, Count number);

  EventLog* log_;
  Seconds time_;
  bool since_boot_ = false;
  std::vector<Death> deaths_;  // violent, of this sample
  Count oom_kills_ = 0;        // of this sample
  // Of the sample before, whose victims were not among those who ended in it.
  Count without_victim_ = 0;
  Seconds time_without_victim_;
};

}  // namespace proctape
