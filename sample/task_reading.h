// SPDX-License-Identifier: Apache-2.0
//
// A task as a collector has read it: what the next reading needs to know of this one, and no log
// has.
#pragma once

#include <cstdint>

#include "base/clock.h"
#include "base/units.h"
#include "sample/task.h"

namespace proctape {

// When smaps_rollup of a process was read last, and how it was then.
struct PssReading {
  SinceBoot at{};  // 0: never
  Bytes proportional;
  Bytes resident;
  Count faults = 0;  // minor and major ones

  friend bool operator==(const PssReading&, const PssReading&) = default;
};

// What a source notes of a task, to see whether what is expensive to read may have changed.
struct TaskMarks {
  Nanoseconds user, system;  // the most CPU time shown so far: it may not fall
  std::uint64_t image = 0;   // another after execve, and when its arguments lie elsewhere
  std::uint64_t groups = 0;  // another in other cgroups
  std::uint8_t looks = 0;    // how often its command line was read, up to a few times
  bool ran = false;          // since then
  bool rewrites = false;     // it has changed it without execve
  bool lacks_io = false;     // nobody could read yet how much it has read and written
  // Of a process whose main thread has ended: one that goes on, and has its memory; else 0.
  std::int32_t living_thread = 0;

  friend bool operator==(const TaskMarks&, const TaskMarks&) = default;
};

struct TaskReading : Task {
  // From schedstat: when neither changed, the task did not run.
  Nanoseconds run_time;
  Count timeslices = 0;
  // Of a process: the length of its arguments as it was started, 0 if not known, and a digest of
  // its whole command line as it was read last.
  Bytes arguments;
  std::uint64_t command_line_digest = 0;
  TaskMarks marks;
  PssReading pss;

  friend bool operator==(const TaskReading&, const TaskReading&) = default;
};

// Whether the scheduler shows that a task ran between two readings. Without scheduler
// statistics all is zero and says nothing: it may have.
inline bool ran_between(const TaskReading& before, const TaskReading& now) {
  return now.timeslices == 0 || now.timeslices != before.timeslices ||
         now.run_time != before.run_time || now.cpu.run_delay != before.cpu.run_delay;
}

}  // namespace proctape
