// SPDX-License-Identifier: Apache-2.0
//
// What happened, as a bounded list: what happens again soon to the same object is one event with
// its number.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/units.h"

namespace proctape {

// In the order of importance, the most important first.
enum class EventKind {
  kOom,
  kReboot,
  kSignal,
  kRestart,
  kClock,
  kSuspend,
  kGap,
  kMemory,
  kNuma,
  kCpu,
  kDisk,
  kInterface,
  kExitsLost,
  kBegan,
};
// A stable word: "oom", "reboot", "signal" ...
std::string_view to_string(EventKind kind);

struct Event {
  Seconds time;  // of the first
  Seconds last;  // of the last
  EventKind kind = EventKind::kBegan;
  Count number = 1;    // how often
  std::string object;  // to whom: a program, a disk ...; empty: the host
  std::string what;    // a sentence without its end, of the first
};

class EventLog {
 public:
  static constexpr std::size_t kMost = 10'000;
  // What happens again within this time is the same event.
  static constexpr Count kTogether = 600;

  // Returns the event that it became, valid until the next call; null if there are too many.
  Event* add(EventKind kind, Seconds time, std::string object, std::string what, Count number = 1);

  // By time.
  std::vector<Event> sorted() const;
  Count left_out() const { return left_out_; }

 private:
  std::vector<Event> events_;
  // The last one that says so.
  std::unordered_map<std::string, std::size_t> known_;
  Count left_out_ = 0;
};

}  // namespace proctape
