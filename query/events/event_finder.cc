// SPDX-License-Identifier: Apache-2.0
#include "query/events/event_finder.h"

namespace proctape {

void EventFinder::begin(const Host& host, const Sample& sample) {
  recording_.begin(host, sample);
  hardware_.begin(sample);
  deaths_.begin(sample);
  restarts_.begin(host, sample);
}

void EventFinder::take(const Task& task, bool is_meant) {
  recording_.take(task);
  deaths_.take(task, is_meant);
  if (is_meant) restarts_.take(task);
}

void EventFinder::end() {
  recording_.end();
  deaths_.end();
  restarts_.end();
}

std::vector<Event> EventFinder::all() const {
  EventLog log = log_;
  deaths_.finish(log);
  return log.sorted();
}

}  // namespace proctape
