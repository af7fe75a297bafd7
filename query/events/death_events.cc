// SPDX-License-Identifier: Apache-2.0
#include "query/events/death_events.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "base/time_bounds.h"
#include "query/measure/elapsed.h"
#include "query/measure/task_identity.h"

namespace proctape {
namespace {

// A crafted log may have any number.
constexpr std::size_t kMostViolent = 10'000;

}  // namespace

void DeathEvents::begin(const Sample& sample) {
  time_ = bounded(sample.time);
  since_boot_ = sample.since_boot;
  deaths_.clear();
  oom_kills_ = since_boot_ ? 0 : std::max<Count>(sample.system.memory.oom_kills, 0);
}

void DeathEvents::take(const Task& task, bool is_meant) {
  const TaskIdentity& identity = task.identity;
  if (!identity.is_process || identity.state != TaskIdentity::kExited) return;
  const ExitStatus status = exit_status(identity.exit_code);
  if (!status.is_violent() || deaths_.size() >= kMostViolent) return;
  deaths_.push_back({identity.pid, status, std::string(identity.name.view()),
                     std::string(container_of(identity)), used(task.memory.resident), is_meant});
}

void DeathEvents::add_oom(Seconds time, const Death& victim) {
  if (!victim.is_meant) return;
  std::string what = "the kernel killed " + victim.name;
  if (!victim.container.empty()) what += " in " + victim.container;
  log_->add(EventKind::kOom, time, victim.name, what + " as memory was short");
}

void DeathEvents::add_unknown(EventLog& log, Seconds time, Count number) {
  log.add(EventKind::kOom, time, {},
          "the kernel killed a process as memory was short; which one is not recorded", number);
}

void DeathEvents::end() {
  // The largest of those that were killed so; of one sample, or of the next, where ends are told
  // late.
  std::ranges::stable_sort(deaths_, [](const Death& a, const Death& b) {
    const bool killed_a = a.status.signal == kSigKill, killed_b = b.status.signal == kSigKill;
    return killed_a != killed_b ? killed_a : killed_a && a.resident > b.resident;
  });
  auto next = deaths_.begin();
  const auto victim = [&] { return next != deaths_.end() && next->status.signal == kSigKill; };
  for (; without_victim_ > 0 && victim(); --without_victim_) {
    add_oom(time_without_victim_, *next++);
  }
  if (without_victim_ > 0) add_unknown(*log_, time_without_victim_, without_victim_);
  for (; oom_kills_ > 0 && victim(); --oom_kills_) add_oom(time_, *next++);
  without_victim_ = oom_kills_;
  time_without_victim_ = time_;
  for (; next != deaths_.end(); ++next) {
    if (!next->is_meant) continue;
    log_->add(EventKind::kSignal, time_, next->name,
              next->name + (next->container.empty() ? "" : " in " + next->container) + " died by " +
                  to_text(next->status));
  }
}

void DeathEvents::finish(EventLog& log) const {
  if (without_victim_ > 0) add_unknown(log, time_without_victim_, without_victim_);
}

}  // namespace proctape
