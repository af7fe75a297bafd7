// SPDX-License-Identifier: Apache-2.0
//
// Finds a task among thousands by pid, as process or as thread. Built anew with each
// snapshot in memory that is kept, so that building it allocates nothing once grown.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "sample/task_reading.h"

namespace proctape {

class TaskIndex {
 public:
  // Over `tasks`, which must stay as they are until the next build.
  void build(std::span<const TaskReading> tasks);

  // The process or the thread of this pid, or null. That it is still the same task the
  // caller tells by its start; if a pid occurs twice (alive and exited), the first is found.
  const TaskReading* find(std::span<const TaskReading> tasks, Count pid, bool is_process) const;

 private:
  std::size_t slot_of(Count pid, bool is_process) const;

  std::vector<std::uint32_t> slots_;  // open addressing: position in tasks + 1, 0 empty
};

}  // namespace proctape
