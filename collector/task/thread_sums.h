// SPDX-License-Identifier: Apache-2.0
//
// A process and its threads: what the log's entry of the former has as sums over the latter, and
// what threads have of their process.
#pragma once

#include <span>

#include "sample/task_reading.h"

namespace proctape {

// Sets the members threads_* of a task that is one thread, by its state.
void count_own_state(TaskIdentity& who);

struct ThreadSums {
  Count threads = 0;
  bool changed = false;  // a thread ran, began or ended
  TaskIdentity states;   // only its threads_* members
  Nanoseconds run_delay;
  Ticks block_io_delay;
  Count voluntary_switches = 0;
  Count involuntary_switches = 0;

  void add(const TaskReading& thread);
  void store(TaskReading& process) const;
};

// Threads share the memory of their process, and atop's entries of them its sizes; they live where
// it does.
void share_with_threads(const TaskReading& process, std::span<TaskReading> threads);

}  // namespace proctape
