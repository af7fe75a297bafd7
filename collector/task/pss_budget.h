// SPDX-License-Identifier: Apache-2.0
//
// Which processes' PSS is read for a snapshot, when not all can be: reading it costs the
// kernel time for each page of the process, and holds up what the process does with its
// memory meanwhile.
//
// - CPU time: on average 0.05 % of one CPU, and at most 50 ms for one snapshot; 5 ms for the
//   first, that the start does not wait for it, and 15 ms more for the second: all of a small host
//   is known then.
// - A process whose reading would take longer than its memory may be held up (5 ms) is
//   never read; its PSS is estimated by the ratio to its resident size of the last reading,
//   from when it was smaller.
// - First those that were never read; then those that faulted, grew or shrank since, at
//   most every 5 seconds, before those that only others can have changed (by ending, say), which
//   are read every 10 minutes; among each of them the longest unread.
//
// Plans only: no I/O, no clock.
#pragma once

#include <chrono>
#include <span>
#include <vector>

#include "base/clock.h"
#include "sample/task_reading.h"

namespace proctape {

class PssBudget {
 public:
  using Duration = std::chrono::nanoseconds;

  static constexpr int kOfCpu = 2000;  // one part of so many
  static constexpr Duration kMostAtOnce = std::chrono::milliseconds(50);
  static constexpr Duration kAtFirst = std::chrono::milliseconds(5);
  static constexpr Duration kAfterFirst = std::chrono::milliseconds(15);
  static constexpr Duration kLongestPause = std::chrono::milliseconds(5);
  static constexpr Duration kUnchangedFor = std::chrono::minutes(10);
  static constexpr Duration kChangedFor = std::chrono::seconds(5);

  struct Choice {
    std::size_t position;  // of the task
    Duration cost;         // expected
  };

  // The processes to read for the snapshot taken at `now`, in this order and as far as
  // budget() goes; valid until the next plan. The budget grows by the time since the last.
  std::span<const Choice> plan(std::span<const TaskReading> tasks, SinceBoot now);

  // CPU time that may be taken now.
  Duration budget() const { return credit_; }

  // That a process of this resident size was read, and what it took.
  void read(Bytes resident, Duration cpu_time);

  // What reading a process of this size will take at most, by what others took.
  Duration cost(Bytes resident) const;
  bool too_large(Bytes resident) const { return cost(resident) > kLongestPause; }

 private:
  struct Candidate {
    double urgency;
    Choice choice;
  };

  // Measured: 8.8 us per MiB of 4 KiB pages, 13 us for a small process. Slower machines show
  // it; huge pages, which cost almost nothing, do not make another process cheap.
  static constexpr double kNanosecondsPerByte = 8'800.0 / (1 << 20);
  static constexpr Duration kSmallest = std::chrono::microseconds(13);

  Duration credit_{};
  Duration owed_ = kAfterFirst;  // to the second snapshot
  SinceBoot planned_at_{};
  double per_byte_ = kNanosecondsPerByte;
  std::vector<Candidate> candidates_;
  std::vector<Choice> choices_;
};

// What is stored for a process whose PSS was read as `pss` when it was smaller than now.
Bytes estimated_pss(const PssReading& pss, Bytes resident);

}  // namespace proctape
