// SPDX-License-Identifier: Apache-2.0
#include "sample/deviation/deviation.h"

#include <algorithm>

#include "sample/deviation/give_back.h"

namespace proctape {

namespace {

// By how much `real` is longer than `interval`, if a rate by the one would differ from one by the
// other by more than half a percent.
Milliseconds beyond(std::chrono::nanoseconds real, Seconds interval) {
  const auto difference = real - std::chrono::seconds(interval.value);
  if (std::chrono::abs(difference) * 200 < real) return {};
  return Milliseconds{std::chrono::round<std::chrono::milliseconds>(difference).count()};
}

}  // namespace

void deviation_without_tasks(const Snapshot& previous, const Snapshot& current, Sample& sample) {
  using std::chrono::floor;
  using std::chrono::round;
  using std::chrono::seconds;
  const bool since_boot = previous.taken_at == WallTime{};
  sample.time = Seconds{floor<seconds>(current.taken_at).time_since_epoch().count()};
  const SinceBoot began = since_boot ? current.booted : previous.since_boot;
  sample.interval =
      Seconds{std::max<std::int64_t>(round<seconds>(current.since_boot - began).count(), 1)};
  sample.beyond = since_boot ? Milliseconds{} : beyond(current.since_boot - began, sample.interval);
  sample.since_boot = since_boot;
  sample.task_io = current.task_io;
  sample.accounting = current.exits_known;
  sample.containers = true;
  sample.gpu = current.gpu;
  sample.cgroup_v2 = current.cgroup_v2;
  sample.netatop = current.network;
  sample.netatopd = current.network && current.exits_known;
  sample.exits_lost = current.exits_lost;
  system_deviation(previous, current, sample.system);
  sample.tasks.clear();
  cgroup_deviation(previous, current, sample);
}

void visit_tasks(const Snapshot& previous, const Snapshot& current, const DeviationOptions& options,
                 TaskVisitor visit) {
  task_deviation(previous, current, options, visit);
  exit_deviation(previous, current, visit);
}

void deviation(const Snapshot& previous, const Snapshot& current, const DeviationOptions& options,
               Sample& sample) {
  deviation_without_tasks(previous, current, sample);
  make_room_for(sample.tasks, current.tasks.size() + current.exits.size());
  visit_tasks(previous, current, options, [&](const Task& task) { sample.tasks.push_back(task); });
  sample.containers = std::ranges::any_of(sample.tasks, [](const Task& task) {
    return !task.identity.container.empty() || !task.identity.host_name.empty();
  });
}

}  // namespace proctape
