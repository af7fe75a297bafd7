// SPDX-License-Identifier: Apache-2.0
//
// Events of the recording itself and of time: starts, reboots, gaps, clocks that are set, suspends,
// ends of processes that the log lost.
#pragma once

#include <array>
#include <cstddef>

#include "base/text/inline_text.h"
#include "base/units.h"
#include "query/events/event_log.h"
#include "sample/host.h"
#include "sample/sample.h"
#include "sample/task.h"

namespace proctape {

class RecordingEvents {
 public:
  explicit RecordingEvents(EventLog& log) : log_(&log) {}

  void begin(const Host& host, const Sample& sample);
  void take(const Task& task);
  void end();

 private:
  // A process by which a clock that was set is known: starts of all move together.
  struct Witness {
    Count pid = 0;
    Seconds started;
    InlineText<15> name;
    Count moved = 0;  // seconds
    bool is_there = false;
  };
  static constexpr std::size_t kWitnesses = 8;

  void add_start(Seconds booted);
  void add_suspend();
  void add_times(Count step);
  Count clock_step() const;

  EventLog* log_;
  bool is_first_ = true;

  // Of the sample before.
  Seconds previous_;
  Count previous_uptime_ = -1;  // -1: not known
  bool ticks_were_right_ = false;
  bool overlapped_ = false;
  std::array<Witness, kWitnesses> witnesses_;
  std::size_t witness_count_ = 0;

  // Of the sample that is being added.
  Seconds time_;
  double seconds_ = 0;
  Seconds gap_;
  bool since_boot_ = false;
  Seconds started_first_;  // when pid 1 began; 0: not seen
  double missing_ = 0;     // seconds for which no CPU has counted any time
  bool ticks_are_right_ = false;
  std::array<Witness, kWitnesses> next_;
  std::size_t next_count_ = 0;
};

}  // namespace proctape
