// SPDX-License-Identifier: Apache-2.0
#include "collector/task/pss_budget.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace proctape {
namespace {

// A small process's pages do not show in its cost.
constexpr Bytes kTellsCostPerByte{Bytes{16 << 20}};
// How much more urgent a process is that changed.
constexpr double kChangedWeight = 8;

bool changed(const TaskReading& task) {
  const PssReading& last = task.pss;
  return last.resident != task.memory.resident ||
         last.faults != task.memory.minor_faults + task.memory.major_faults;
}

}  // namespace

PssBudget::Duration PssBudget::cost(Bytes resident) const {
  return kSmallest +
         Duration(static_cast<Duration::rep>(static_cast<double>(resident.value) * per_byte_));
}

void PssBudget::read(Bytes resident, Duration cpu_time) {
  credit_ -= cpu_time;
  if (resident < kTellsCostPerByte) return;
  const double per_byte =
      static_cast<double>(cpu_time.count()) / static_cast<double>(resident.value);
  // Up at once, down slowly, and never below what was measured on a fast machine.
  per_byte_ = std::max({per_byte, per_byte_ + (per_byte - per_byte_) / 16, kNanosecondsPerByte});
}

std::span<const PssBudget::Choice> PssBudget::plan(std::span<const TaskReading> tasks,
                                                   SinceBoot now) {
  const bool first = planned_at_ == SinceBoot{};
  const Duration passed = now - planned_at_;
  planned_at_ = now;
  credit_ = first ? kAtFirst
                  : std::min(credit_ + passed / kOfCpu + std::exchange(owed_, {}), kMostAtOnce);
  // A reading that took long by chance must not keep large processes out for good.
  per_byte_ += (kNanosecondsPerByte - per_byte_) / 16;
  choices_.clear();
  if (credit_ <= Duration{}) return choices_;

  candidates_.clear();
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    const TaskReading& task = tasks[i];
    // Kernel threads and zombies have no memory of their own.
    if (!task.identity.is_process || task.memory.virtual_size == Bytes{}) continue;
    if (too_large(task.memory.resident)) continue;
    const Duration unread = now - task.pss.at;
    const bool has_changed = changed(task);
    const Duration rest = has_changed ? kChangedFor : kUnchangedFor;
    if (task.pss.at != SinceBoot{} && unread < rest) continue;
    const double urgency = task.pss.at == SinceBoot{} ? std::numeric_limits<double>::infinity()
                                                      : static_cast<double>(unread.count()) *
                                                            (has_changed ? kChangedWeight : 1);
    candidates_.push_back({urgency, {i, cost(task.memory.resident)}});
  }
  const auto less = [](const Candidate& a, const Candidate& b) {
    if (a.urgency != b.urgency) return a.urgency < b.urgency;
    return a.choice.position > b.choice.position;
  };
  std::ranges::make_heap(candidates_, less);
  // The costs are upper bounds: some more may turn out to be possible.
  Duration left = credit_ * 2;
  while (!candidates_.empty() && left > Duration{}) {
    std::ranges::pop_heap(candidates_, less);
    left -= candidates_.back().choice.cost;
    choices_.push_back(candidates_.back().choice);
    candidates_.pop_back();
  }
  return choices_;
}

Bytes estimated_pss(const PssReading& pss, Bytes resident) {
  if (pss.proportional.value <= 0 || pss.resident.value <= 0) return pss.proportional;
  const double ratio =
      static_cast<double>(pss.proportional.value) / static_cast<double>(pss.resident.value);
  return Bytes{static_cast<std::int64_t>(ratio * static_cast<double>(resident.value))};
}

}  // namespace proctape
