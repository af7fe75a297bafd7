// SPDX-License-Identifier: Apache-2.0
//
// One process that has ended and was reaped: the totals of its whole life over all its threads.
// Sources: collector/exits. What a log shows of it (a Task in state E) is this minus what its
// last live sample has shown already: exit_deviation.cc.
#pragma once

#include <cstdint>

#include "base/boxed.h"
#include "base/clock.h"
#include "base/text/inline_text.h"
#include "base/units.h"
#include "sample/task.h"

namespace proctape {

// Small, because there may be tens of thousands in a sample.
struct Exit {
  std::uint32_t pid = 0;
  std::uint32_t ppid = 0;
  std::uint32_t ruid = 0, euid = 0, suid = 0, fsuid = 0;
  std::uint32_t rgid = 0, egid = 0, sgid = 0, fsgid = 0;
  std::uint32_t status = 0;  // as wait(2) tells it
  InlineText<15> name;
  // Name and ids are those of its last thread: nobody saw the main one end.
  bool of_thread = false;
  // As in Task, cleaned. Empty: not known.
  InlineText<255> command_line;
  // It is what /proc would have shown when the process ended; else that of its last execve, or
  // inherited.
  bool line_is_last = false;
  SinceBoot exec_at{};  // of that execve; 0: none was seen

  // As in Task::start. May be off by `start_error`, where the source gives no exact time.
  Ticks start;
  Ticks start_error;
  Seconds started;  // since 1970 UTC
  Ticks elapsed;    // until the end of its last thread

  // Whole ticks that are exact in sum: what is left over of one process counts for the next.
  Ticks user;
  Ticks system;
  Nanoseconds run_delay;
  Ticks block_io_delay;
  Count voluntary_switches = 0;
  Count involuntary_switches = 0;
  Count minor_faults = 0;
  Count major_faults = 0;
  Bytes peak_resident;
  Sectors read;
  Sectors written;
  Sectors cancelled;
  Boxed<TaskNetwork> network;  // where Snapshot::network
};

}  // namespace proctape
