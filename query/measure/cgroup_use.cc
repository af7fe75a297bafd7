// SPDX-License-Identifier: Apache-2.0
#include "query/measure/cgroup_use.h"

#include <algorithm>
#include <cstddef>
#include <functional>
#include <utility>

#include "query/measure/elapsed.h"

namespace proctape {
namespace {

constexpr double kMicrosecondsEach = 1e6;

// "/" of "/a", "/a" of "/a/b"; nothing of "/".
std::string_view parent_of(std::string_view path) {
  if (path.size() <= 1) return {};
  const std::size_t slash = path.find_last_of('/');
  if (slash == path.npos) return {};
  return path.substr(0, std::max<std::size_t>(slash, 1));
}

double or_unknown(Count value) { return value < 0 ? kNotKnown : static_cast<double>(value); }
template <typename Unit>
double or_unknown(Quantity<Unit> value) {
  return or_unknown(value.value);
}

}  // namespace

CgroupUse* CgroupUses::use_of(std::string_view path) {
  if (path.empty()) return nullptr;
  if (const auto found = uses_.find(path); found != uses_.end()) return &found->second;
  // What is told of in this sample must stay where it is.
  if (uses_.size() >= kMost) return nullptr;
  CgroupUse& use = uses_[path];
  use.path = path;
  return &use;
}

void CgroupUses::begin(const Host& host, const Sample& sample) {
  ++sample_;
  time_ = bounded(sample.time);
  seconds_ = sample.since_boot ? 0 : seconds_of(sample);
  total_seconds_ += seconds_;
  ticks_per_second_ = ticks_per_second(host);
  paths_.next(sample);
  now_.clear();
  sums_.clear();
  if (uses_.size() + sample.cgroups.size() > kMost) forget_the_least();
  // Where there is only a root nothing was recorded.
  has_tree_ = sample.cgroups.size() > 1;
  if (!has_tree_) return;
  has_trees_ = true;
  for (std::size_t i = 0; i < sample.cgroups.size(); ++i) {
    CgroupUse* use = use_of(paths_.all()[i]);
    // Names of a damaged log may be twice.
    if (use && use->sample != sample_) {
      use->sample = sample_;
      add(sample.cgroups[i], *use);
    }
    now_.push_back(use);
    has_forgotten_ = has_forgotten_ || !use;
  }
}

void CgroupUses::add(const Cgroup& cgroup, CgroupUse& use) const {
  const auto level = [&](OverTime& of, double value) { of.add(value, seconds_, time_); };
  level(use.memory, or_unknown(cgroup.memory.current));
  level(use.anon, or_unknown(cgroup.memory.anon));
  level(use.file, or_unknown(cgroup.memory.file));
  level(use.kernel, or_unknown(cgroup.memory.kernel));
  level(use.shmem, or_unknown(cgroup.memory.shmem));
  level(use.processes, used(cgroup.identity.processes));
  level(use.processes_below, used(cgroup.identity.processes_below));
  use.limits = cgroup.limits;
  if (seconds_ == 0) return;
  const auto rate = [&](OverTime& of, double amount) { level(of, amount / seconds_); };
  const auto share = [&](OverTime& of, Microseconds time) {
    rate(of, 100 * or_unknown(time) / kMicrosecondsEach);
  };
  const auto stall = [&](OverTime& of, Microseconds time) {
    const double percent = 100 * or_unknown(time) / kMicrosecondsEach / seconds_;
    level(of, percent > 100 ? 100 : percent);
  };
  share(use.user, cgroup.cpu.user);
  share(use.system, cgroup.cpu.system);
  rate(use.cpu,
       100 * (or_unknown(cgroup.cpu.user) + or_unknown(cgroup.cpu.system)) / kMicrosecondsEach);
  rate(use.read, or_unknown(cgroup.disk.read));
  rate(use.written, or_unknown(cgroup.disk.written));
  rate(use.reads, or_unknown(cgroup.disk.reads));
  rate(use.writes, or_unknown(cgroup.disk.writes));
  stall(use.cpu_some, cgroup.cpu.pressure_some);
  stall(use.cpu_full, cgroup.cpu.pressure_full);
  stall(use.memory_some, cgroup.memory.pressure_some);
  stall(use.memory_full, cgroup.memory.pressure_full);
  stall(use.io_some, cgroup.disk.pressure_some);
  stall(use.io_full, cgroup.disk.pressure_full);
}

void CgroupUses::take(const Task& task, bool is_meant) {
  const TaskIdentity& identity = task.identity;
  is_part_ = is_part_ || !is_meant;
  if (!identity.is_process || !is_meant) return;
  if (has_tree_) {
    const auto index = static_cast<std::size_t>(identity.cgroup_index);
    if (identity.cgroup_index >= 0 && index < now_.size() && now_[index]) {
      now_[index]->is_meant = true;
    }
    return;
  }
  std::string_view path = paths_.of(identity);
  if (path.empty() || path.front() != '/') return;
  has_sums_ = true;
  const bool is_alive = identity.state != TaskIdentity::kExited;
  for (bool is_its_own = true; !path.empty(); path = parent_of(path), is_its_own = false) {
    Sum& sum = sums_[path];
    sum.user += used(task.cpu.user) / ticks_per_second_;
    sum.system += used(task.cpu.system) / ticks_per_second_;
    sum.read += used(task.disk.read) * kBytesPerSector;
    sum.written += used(task.disk.written) * kBytesPerSector;
    if (is_alive) {
      sum.memory += used(task.memory.resident);
      (is_its_own ? sum.processes : sum.processes_below) += 1;
    }
    if (is_its_own && is_alive) {
      // 0 is that of a task of which it is not known.
      const auto put = [](auto& limit, auto value) {
        if (plain(value) > 0) limit = value;
      };
      put(sum.limits.cpu_weight, task.cpu.cgroup_weight);
      put(sum.limits.cpu_max, task.cpu.cgroup_max);
      put(sum.limits.memory_max, task.memory.cgroup_max);
      put(sum.limits.swap_max, task.memory.cgroup_swap_max);
    }
  }
}

void CgroupUses::add(const Sum& sum, CgroupUse& use) const {
  const auto level = [&](OverTime& of, double value) { of.add(value, seconds_, time_); };
  level(use.memory, sum.memory);
  level(use.processes, sum.processes);
  level(use.processes_below, sum.processes_below);
  if (sum.processes > 0) use.limits = sum.limits;
  use.is_meant = true;
  if (seconds_ == 0) return;
  const auto rate = [&](OverTime& of, double amount) { level(of, amount / seconds_); };
  rate(use.user, 100 * sum.user);
  rate(use.system, 100 * sum.system);
  rate(use.cpu, 100 * (sum.user + sum.system));
  rate(use.read, sum.read);
  rate(use.written, sum.written);
}

void CgroupUses::end() {
  for (const auto& [path, sum] : sums_) {
    CgroupUse* use = use_of(path);
    has_forgotten_ = has_forgotten_ || !use;
    if (!use) continue;
    use->sample = sample_;
    add(sum, *use);
  }
}

void CgroupUses::forget_the_least() {
  std::vector<double> gone;
  for (const auto& [path, use] : uses_) {
    if (use.sample + 1 < sample_) gone.push_back(use.cpu.sum());
  }
  if (gone.empty()) return;
  const auto middle = gone.begin() + static_cast<std::ptrdiff_t>(gone.size() / 2);
  std::ranges::nth_element(gone, middle);
  std::erase_if(uses_, [&](const auto& entry) {
    const CgroupUse& use = entry.second;
    return use.sample + 1 < sample_ && !(use.cpu.sum() > *middle);
  });
  has_forgotten_ = true;
}

std::vector<const CgroupUse*> CgroupUses::all() const {
  // Those that are in one, by its path; "" of those that are in none that is here.
  std::unordered_map<std::string_view, std::vector<const CgroupUse*>> inner;
  for (const auto& [path, use] : uses_) {
    constexpr int kMostSteps = 64;  // of a crafted log
    std::string_view above = parent_of(path);
    for (int step = 0; !above.empty() && !uses_.contains(above); ++step) {
      above = step < kMostSteps ? parent_of(above) : std::string_view{};
    }
    inner[above].push_back(&use);
  }
  for (auto& [path, uses] : inner) {
    std::ranges::sort(uses, [](const CgroupUse* a, const CgroupUse* b) {
      if (a->cpu.sum() != b->cpu.sum()) return a->cpu.sum() > b->cpu.sum();
      return a->path < b->path;
    });
  }
  std::vector<const CgroupUse*> sorted;
  std::vector<const CgroupUse*> to_do;
  const auto put = [&](std::string_view path) {
    const auto found = inner.find(path);
    if (found == inner.end()) return;
    to_do.insert(to_do.end(), found->second.rbegin(), found->second.rend());
  };
  put({});
  while (!to_do.empty()) {
    sorted.push_back(to_do.back());
    to_do.pop_back();
    put(sorted.back()->path);
  }
  return sorted;
}

}  // namespace proctape
