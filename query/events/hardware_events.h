// SPDX-License-Identifier: Apache-2.0
//
// Events of hardware, real or not: CPUs, disks, interfaces and NUMA nodes that came or went, memory
// and swap of another size.
#pragma once

#include <string>
#include <vector>

#include "base/units.h"
#include "query/events/event_log.h"
#include "sample/sample.h"

namespace proctape {

class HardwareEvents {
 public:
  explicit HardwareEvents(EventLog& log) : log_(&log) {}

  void begin(const Sample& sample);

 private:
  // What was there in the sample before, in the order of the names; what is missing in one sample
  // only was not gone.
  struct Things {
    std::vector<std::string> there;
    std::vector<std::string> missing;  // in the sample before, of those that were there earlier
  };

  void compare(EventKind kind, std::string_view thing, std::vector<std::string> now,
               Things& before);
  void compare_size(std::string_view what, Bytes now, Bytes& before);

  EventLog* log_;
  bool is_first_ = true;
  Seconds time_, previous_time_;
  Things cpus_, disks_, interfaces_, nodes_;
  Bytes memory_, swap_;
};

}  // namespace proctape
