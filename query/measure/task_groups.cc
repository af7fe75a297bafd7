// SPDX-License-Identifier: Apache-2.0
#include "query/measure/task_groups.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <functional>
#include <utility>

#include "query/measure/elapsed.h"
#include "query/measure/gpu_share.h"
#include "query/measure/task_identity.h"

namespace proctape {
namespace {

void raise(Level& level, double value, Seconds time, bool is_first) {
  level.last = value;
  if (is_first) level.first = value;
  if (value > level.peak) {
    level.peak = value;
    level.peak_time = time;
  }
}

// Of the interval, in which it may have begun.
void add_interval(const Task& task, double seconds, double ticks_per_second, TaskUse& use) {
  constexpr double kNanoseconds = 1e9;
  use.user += used(task.cpu.user) / ticks_per_second;
  use.system += used(task.cpu.system) / ticks_per_second;
  use.run_delay += used(task.cpu.run_delay) / kNanoseconds;
  use.block_io_delay += used(task.cpu.block_io_delay) / ticks_per_second;
  use.read += used(task.disk.read) * kBytesPerSector;
  use.written += used(task.disk.written) * kBytesPerSector;
  use.minor_faults += used(task.memory.minor_faults);
  use.major_faults += used(task.memory.major_faults);
  use.voluntary_switches += used(task.cpu.voluntary_switches);
  use.involuntary_switches += used(task.cpu.involuntary_switches);
  const TaskNetwork& network = *task.network;
  use.received += used(network.tcp_bytes_received) + used(network.udp_bytes_received);
  use.sent += used(network.tcp_bytes_sent) + used(network.udp_bytes_sent);
  use.gpu_busy += busy_percent(*task.gpu) / 100 * seconds;
}

}  // namespace

bool TaskGroups::concerns(const Task& task) const {
  return task.identity.is_process != (by_ == GroupBy::kThread);
}

TaskGroups::Group& TaskGroups::group_of_process(const TaskIdentity& task) {
  const Count started = bounded(task.started).value;
  // The start time of one process may differ by a second between runs and in accounting.
  for (const Count difference : {0, -1, 1}) {
    const auto found = by_number_.find({task.pid, started + difference});
    if (found != by_number_.end()) return found->second;
  }
  return make_room() ? by_number_[{task.pid, started}] : rest_;
}

TaskGroups::Group& TaskGroups::group_of(const Task& task) {
  const TaskIdentity& identity = task.identity;
  const auto named = [&](std::string_view text) -> Group& {
    const auto found = by_text_.find(text);
    if (found != by_text_.end()) return found->second;
    return make_room() ? by_text_[std::string(text)] : rest_;
  };
  switch (by_) {
    case GroupBy::kProgram:
      return named(identity.name);
    case GroupBy::kUser: {
      const auto found = by_number_.find({identity.euid, 0});
      if (found != by_number_.end()) return found->second;
      return make_room() ? by_number_[{identity.euid, 0}] : rest_;
    }
    case GroupBy::kContainer:
      return named(container_of(identity));
    case GroupBy::kCgroup:
      return named(cgroups_->of(identity));
    case GroupBy::kProcess:
    case GroupBy::kThread:
      break;
  }
  return group_of_process(identity);
}

void TaskGroups::begin(const Host& host, const Sample& sample, CgroupPaths& cgroups) {
  cgroups_ = &cgroups;
  ++sample_;
  std::swap(now_, before_);
  now_.clear();
  is_full_ = false;
  time_ = bounded(sample.time);
  since_boot_ = sample.since_boot;
  seconds_ = since_boot_ ? 0 : seconds_of(sample);
  has_network_ = sample.netatop && !sample.since_boot;
  ticks_per_second_ = ticks_per_second(host);
}

void TaskGroups::end() {
  for (Group* group : before_) {
    if (group->sample != sample_) settle(*group);
  }
  for (Group* group : now_) settle(*group);
}

// It is told of in this sample first, or again.
void TaskGroups::begin_group(Group& group) {
  now_.push_back(&group);
  TaskUse& use = group.use;
  if (group.sample == 0) use.seen_first = time_;
  use.seen_last = time_;
  use.seconds += seconds_;
  use.has_network |= has_network_;
  group.sample = sample_;
  group.resident = group.proportional = group.swap = group.virtual_size = group.gpu_memory = 0;
  group.threads = group.processes = 0;
}

void TaskGroups::settle(Group& group) const {
  TaskUse& use = group.use;
  const bool is_there = group.sample == sample_;
  const bool is_first = use.seen_first == time_;
  const auto level = [&](Level& of, double value) {
    // What is gone has none of it any more.
    raise(of, is_there ? value : 0, time_, is_first);
  };
  level(use.resident, group.resident);
  level(use.proportional, group.proportional);
  level(use.swap, group.swap);
  level(use.virtual_size, group.virtual_size);
  level(use.gpu_memory, group.gpu_memory);
  level(use.threads, group.threads);
  level(use.processes, group.processes);
}

void TaskGroups::take(const Task& task) {
  if (!concerns(task)) return;
  const TaskIdentity& identity = task.identity;
  Group& group = group_of(task);
  TaskUse& use = group.use;
  const bool is_one = by_ == GroupBy::kProcess || by_ == GroupBy::kThread;
  const bool is_first = group.sample == 0;
  if (group.sample != sample_) begin_group(group);

  use.pid = identity.pid;
  use.tgid = identity.tgid;
  use.ppid = identity.ppid;
  use.uid = identity.euid;
  use.started = identity.started;
  use.state = identity.state;
  if (use.name != identity.name.view()) use.name = identity.name.view();
  // An exited process has its own no longer.
  if (!identity.command_line.empty() && use.command_line != identity.command_line.view()) {
    use.command_line = identity.command_line.view();
  }
  const std::string_view container = container_of(identity);
  if (use.container != container) use.container = container;
  const std::string_view cgroup = cgroups_->of(identity);
  if (!cgroup.empty() && use.cgroup != cgroup) use.cgroup = cgroup;

  if (identity.state == TaskIdentity::kExited) {
    use.ended += since_boot_ ? 0 : 1;
    if (is_one) {
      use.is_gone = true;
      // The most it ever was.
      const double resident = used(task.memory.resident);
      if (resident > use.resident.peak) {
        use.resident.peak = resident;
        use.resident.peak_time = time_;
      }
    }
  } else {
    group.resident += used(task.memory.resident);
    group.proportional += used(task.memory.proportional);
    group.swap += used(task.memory.swap);
    group.virtual_size += used(task.memory.virtual_size);
    if (task.gpu->state != 0) group.gpu_memory += used(task.gpu->memory);
    group.threads += used(identity.threads);
    group.processes += 1;
    use.uninterruptible += used(identity.threads_uninterruptible) * seconds_;
  }
  // A process that began and ended within the interval is told of once, as ended.
  if (!since_boot_ && (identity.exit_code & TaskIdentity::kNewBit) != 0) {
    use.begun += 1;
    if (is_first) use.begun_unseen = false;
  }
  if (!since_boot_) add_interval(task, seconds_, ticks_per_second_, use);
}

// A crafted log has more in one sample than there is room for: looking for the least again for each
// of them would take hours.
bool TaskGroups::make_room() {
  if (by_number_.size() + by_text_.size() < kMost) return true;
  if (is_full_) return false;
  forget_the_least();
  constexpr std::size_t kWorthIt = kMost - kMost / 8;
  is_full_ = by_number_.size() + by_text_.size() > kWorthIt;
  return !is_full_;
}

// Keeps those that have the most of something. Half are kept at most, so that this is seldom done.
void TaskGroups::forget_the_least() {
  constexpr std::size_t kKeptOfEach = kMost / 8;
  using Use = double (*)(const TaskUse&);
  constexpr std::array<Use, 4> kUses = {
      [](const TaskUse& use) { return use.cpu(); },
      [](const TaskUse& use) { return use.io(); },
      [](const TaskUse& use) { return use.resident.peak; },
      [](const TaskUse& use) { return use.ended; },
  };
  const auto all_of = all();
  std::array<double, kUses.size()> least{};
  std::vector<double> values;
  for (std::size_t i = 0; i < kUses.size(); ++i) {
    values.clear();
    for (const TaskUse* use : all_of) values.push_back(kUses[i](*use));
    const auto last =
        values.begin() + static_cast<std::ptrdiff_t>(std::min(kKeptOfEach, values.size() - 1));
    std::ranges::nth_element(values, last, std::greater{});
    least[i] = *last;
  }
  // Not one of the samples that are in work.
  const auto is_least = [&](const auto& entry) {
    const Group& group = entry.second;
    if (group.sample + 1 >= sample_) return false;
    for (std::size_t i = 0; i < kUses.size(); ++i) {
      if (kUses[i](group.use) > least[i]) return false;
    }
    return true;
  };
  has_forgotten_ = true;
  std::erase_if(by_number_, is_least);
  std::erase_if(by_text_, is_least);
}

std::vector<const TaskUse*> TaskGroups::all() const {
  std::vector<const TaskUse*> uses;
  uses.reserve(by_number_.size() + by_text_.size());
  for (const auto& [number, group] : by_number_) uses.push_back(&group.use);
  for (const auto& [text, group] : by_text_) uses.push_back(&group.use);
  return uses;
}

}  // namespace proctape
