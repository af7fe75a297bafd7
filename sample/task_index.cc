// SPDX-License-Identifier: Apache-2.0
#include "sample/task_index.h"

#include <algorithm>
#include <bit>

namespace proctape {

std::size_t TaskIndex::slot_of(Count pid, bool is_process) const {
  const auto key = static_cast<std::uint64_t>(pid) * 2 + (is_process ? 1 : 0);
  // Fibonacci hashing: the high bits of the product are well mixed.
  const auto mixed = (key * 0x9E3779B97F4A7C15U) >> 32U;
  return static_cast<std::size_t>(mixed) & (slots_.size() - 1);
}

void TaskIndex::build(std::span<const TaskReading> tasks) {
  const std::size_t wanted = std::bit_ceil(std::max<std::size_t>(tasks.size() * 2, 64));
  if (slots_.size() < wanted) slots_.resize(wanted);
  std::ranges::fill(slots_, 0U);
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    const TaskIdentity& task = tasks[i].identity;
    std::size_t slot = slot_of(task.pid, task.is_process);
    while (slots_[slot] != 0) slot = (slot + 1) & (slots_.size() - 1);
    slots_[slot] = static_cast<std::uint32_t>(i + 1);
  }
}

const TaskReading* TaskIndex::find(std::span<const TaskReading> tasks, Count pid,
                                   bool is_process) const {
  if (slots_.empty()) return nullptr;
  for (std::size_t slot = slot_of(pid, is_process); slots_[slot] != 0;
       slot = (slot + 1) & (slots_.size() - 1)) {
    const TaskReading& task = tasks[slots_[slot] - 1];
    if (task.identity.pid == pid && task.identity.is_process == is_process) return &task;
  }
  return nullptr;
}

}  // namespace proctape
