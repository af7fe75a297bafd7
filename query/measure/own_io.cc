// SPDX-License-Identifier: Apache-2.0
#include "query/measure/own_io.h"

#include <algorithm>

#include "query/measure/task_identity.h"

namespace proctape {
namespace {

// The parent may wait for its child a little later than the end is recorded.
constexpr int kMostSamples = 2;
// A log may hold any number of processes.
constexpr std::size_t kMostProcesses = 1 << 18;
// What is stored are whole sectors, of each process by itself.
constexpr std::int64_t kRounding = 8;

constexpr Sectors TaskDisk::*kMembers[] = {&TaskDisk::read, &TaskDisk::written,
                                           &TaskDisk::cancelled};

bool is_process_with_io(const Task& task) {
  return task.identity.is_process &&
         std::ranges::any_of(kMembers, [&](auto member) { return (task.disk.*member).value > 0; });
}

bool has_ended(const Task& task) { return task.identity.state == TaskIdentity::kExited; }

// A process that ignores the ends of its children inherits nothing: then it did less than they.
bool holds(const TaskDisk& whole, const TaskDisk& part) {
  return std::ranges::all_of(kMembers, [&](auto member) {
    return (whole.*member).value >= (part.*member).value - kRounding;
  });
}

}  // namespace

void OwnIo::add_up(const Task& task, bool since_boot) {
  const bool ended = has_ended(task) && task.identity.is_process;
  if (!ended && !is_process_with_io(task)) return;
  if (totals_.size() > kMostProcesses) totals_.clear();
  const auto [found, is_new] =
      totals_.try_emplace(task.identity.pid, Total{task.identity.started, {}});
  Total& total = found->second;
  const bool is_other = !is_same_start(total.started, task.identity.started);
  if (is_other || since_boot) total = {task.identity.started, {}};
  for (auto member : kMembers) {
    total.disk.*member += Sectors{std::max<std::int64_t>((task.disk.*member).value, 0)};
  }
  if (!ended) return;
  const bool any =
      std::ranges::any_of(kMembers, [&](auto member) { return (total.disk.*member).value > 0; });
  if (any && inheritances_.size() < kMostProcesses) {
    inheritances_[task.identity.ppid].push_back({total.disk});
  }
  totals_.erase(found);
}

void OwnIo::take_out(Task& process) {
  const auto of_children = inheritances_.find(process.identity.pid);
  if (of_children == inheritances_.end()) return;
  for (Inheritance& inherited : of_children->second) {
    if (inherited.found || !holds(process.disk, inherited.disk)) continue;
    for (auto member : kMembers) {
      Sectors& whole = process.disk.*member;
      whole.value = std::max<std::int64_t>(whole.value - (inherited.disk.*member).value, 0);
    }
    process.disk.read_requests = process.disk.read.value;
    process.disk.write_requests = process.disk.written.value;
    inherited.found = true;
  }
}

void OwnIo::forget_found() {
  for (auto& [parent, of_children] : inheritances_) {
    for (Inheritance& inherited : of_children) ++inherited.samples;
    std::erase_if(of_children, [](const Inheritance& inherited) {
      return inherited.found || inherited.samples >= kMostSamples;
    });
  }
  std::erase_if(inheritances_, [](const auto& of_parent) { return of_parent.second.empty(); });
}

void OwnIo::visit(bool since_boot, TaskSource tasks, TaskVisitor visit) {
  // Those that ended stand behind their parents.
  tasks([&](const Task& task) { add_up(task, since_boot); });
  tasks([&](const Task& task) {
    if (!inheritances_.contains(task.identity.pid) || !is_process_with_io(task)) {
      visit(task);
      return;
    }
    Task own = task;
    take_out(own);
    visit(own);
  });
  forget_found();
}

}  // namespace proctape
