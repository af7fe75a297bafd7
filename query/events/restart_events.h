// SPDX-License-Identifier: Apache-2.0
//
// Services that ended and began again: children of pid 1, and what another process started as the
// first one of a cgroup *.service.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/text/shared_text.h"
#include "query/events/event_log.h"
#include "query/measure/exit_status.h"
#include "sample/host.h"
#include "sample/sample.h"
#include "sample/task.h"

namespace proctape {

class RestartEvents {
 public:
  explicit RestartEvents(EventLog& log) : log_(&log) {}

  void begin(const Host& host, const Sample& sample);
  void take(const Task& task);
  void end();

 private:
  // The main process of a service.
  struct Main {
    Seconds started;
    std::string name;
    SharedText<255> command_line;
    std::string unit;  // "cron.service"; empty where it is not known
    Count sample = 0;
  };
  struct Death {
    Count pid = 0;
    double began = 0;
    double ended = 0;
    ExitStatus status;
    std::string command_line;
    std::string unit;
  };
  struct Begin {
    Count pid = 0;
    double began = 0;
    std::string command_line;
    std::string unit;
  };
  // Of one name, in the last minute, what has not found its other half yet: the end of a process
  // may be recorded after the beginning of the next one, as long as nobody waited for it.
  struct Halves {
    std::vector<Death> deaths;
    std::vector<Begin> begins;
    bool is_changed = false;
  };

  std::string_view service_of(const TaskIdentity& task) const;
  bool is_main(const TaskIdentity& task, std::string_view service) const;
  void take_end(const TaskIdentity& task);
  Halves* halves_of(const std::string& name);
  void add(const std::string& name, Death death);
  void add(const std::string& name, Begin begin);
  void settle(const std::string& name, Halves& halves);
  void forget_old();

  EventLog* log_;
  std::unordered_map<Count, Main> mains_;           // by pid
  std::unordered_map<std::string, Halves> halves_;  // by name

  // Of the sample that is being added.
  Count sample_ = 0;
  Seconds time_;
  double seconds_ = 0;
  bool since_boot_ = false;
  double ticks_per_second_ = 100;
  // By index of the sample's cgroups: "cron.service", or empty.
  std::vector<std::string_view> services_;
  // By pid, of those in one, its hash: in this sample, and in the one before.
  std::unordered_map<Count, std::size_t> in_service_, was_in_service_;
};

}  // namespace proctape
