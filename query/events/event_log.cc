// SPDX-License-Identifier: Apache-2.0
#include "query/events/event_log.h"

#include <algorithm>
#include <utility>

namespace proctape {

std::string_view to_string(EventKind kind) {
  switch (kind) {
    case EventKind::kOom:
      return "oom";
    case EventKind::kReboot:
      return "reboot";
    case EventKind::kSignal:
      return "signal";
    case EventKind::kRestart:
      return "restart";
    case EventKind::kClock:
      return "clock";
    case EventKind::kSuspend:
      return "suspend";
    case EventKind::kGap:
      return "gap";
    case EventKind::kMemory:
      return "memory";
    case EventKind::kNuma:
      return "numa";
    case EventKind::kCpu:
      return "cpu";
    case EventKind::kDisk:
      return "disk";
    case EventKind::kInterface:
      return "interface";
    case EventKind::kExitsLost:
      return "exits_lost";
    case EventKind::kBegan:
      break;
  }
  return "began";
}

Event* EventLog::add(EventKind kind, Seconds time, std::string object, std::string what,
                     Count number) {
  // The sentence is without what differs from time to time, so that it tells what is the same.
  std::string key = std::string(to_string(kind)) + '\n' + object + '\n' + what;
  const auto known = known_.find(key);
  if (known != known_.end()) {
    Event& event = events_[known->second];
    if (time.value - event.last.value <= kTogether) {
      event.last = std::max(event.last, time);
      event.number = wrapping_sum(event.number, number);
      return &event;
    }
  }
  if (events_.size() >= kMost) {
    ++left_out_;
    return nullptr;
  }
  known_[std::move(key)] = events_.size();
  events_.push_back({time, time, kind, number, std::move(object), std::move(what)});
  return &events_.back();
}

std::vector<Event> EventLog::sorted() const {
  std::vector<Event> sorted = events_;
  std::ranges::stable_sort(sorted, {}, &Event::time);
  return sorted;
}

}  // namespace proctape
