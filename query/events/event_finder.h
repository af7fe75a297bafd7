// SPDX-License-Identifier: Apache-2.0
//
// Finds what happened in a pass over the samples of a log: boots, gaps, clocks that were set,
// kills, crashes, restarts, hardware that came or went.
#pragma once

#include <vector>

#include "query/events/death_events.h"
#include "query/events/event_log.h"
#include "query/events/hardware_events.h"
#include "query/events/recording_events.h"
#include "query/events/restart_events.h"
#include "sample/host.h"
#include "sample/sample.h"
#include "sample/task.h"

namespace proctape {

class EventFinder {
 public:
  EventFinder() = default;
  EventFinder(const EventFinder&) = delete;
  EventFinder& operator=(const EventFinder&) = delete;

  // The next sample: begins, then its tasks one after another, and ends. Of tasks that are not
  // meant only what concerns the host is told.
  void begin(const Host& host, const Sample& sample);
  void take(const Task& task, bool is_meant);
  void end();

  // So far, by time.
  std::vector<Event> all() const;
  Count left_out() const { return log_.left_out(); }

 private:
  EventLog log_;
  RecordingEvents recording_{log_};
  HardwareEvents hardware_{log_};
  DeathEvents deaths_{log_};
  RestartEvents restarts_{log_};
};

}  // namespace proctape
