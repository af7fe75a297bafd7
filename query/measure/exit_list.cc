// SPDX-License-Identifier: Apache-2.0
#include "query/measure/exit_list.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <utility>

#include "base/time_bounds.h"
#include "query/measure/elapsed.h"
#include "query/measure/task_identity.h"
#include "query/table/table.h"

namespace proctape {
namespace {

// A crafted log may have any number of processes.
constexpr std::size_t kMostAlive = 1 << 18;

}  // namespace

void ExitList::begin(const Host& host, const Sample& sample) {
  ++samples_;
  cgroups_.next(sample);
  time_ = bounded(sample.time);
  seconds_ = seconds_of(sample);
  since_boot_ = sample.since_boot;
  accounting_ = sample.accounting;
  ticks_per_second_ = ticks_per_second(host);
  if (!accounting_) ++not_recorded_;
  lost_ = wrapping_sum(lost_, std::max<Count>(sample.exits_lost, 0));
  alive_ = 0;
  // Nobody saw what happened since the sample before.
  if (since_boot_) lives_.clear();
}

ExitList::Life& ExitList::life_of(const Task& task) {
  const TaskIdentity& identity = task.identity;
  if (lives_.size() > kMostAlive) lives_.clear();
  const auto [found, is_new] = lives_.try_emplace(identity.pid);
  Life& life = found->second;
  if (!is_new && !is_same_start(life.so_far.started, identity.started)) life = {};
  if (life.sample == 0) {
    const bool began_now = (identity.exit_code & TaskIdentity::kNewBit) != 0;
    // Counters of a since-boot sample are of whole lives.
    life.so_far.is_whole = began_now || since_boot_;
  }
  return life;
}

void ExitList::describe(const Task& task, ExitRecord& exit) {
  const TaskIdentity& identity = task.identity;
  exit.pid = identity.pid;
  exit.ppid = identity.ppid;
  exit.uid = identity.euid;
  exit.started = identity.started;
  exit.name = identity.name;
  // An exited process has its own no longer.
  if (!identity.command_line.empty() && exit.command_line != identity.command_line) {
    exit.command_line = identity.command_line;
  }
  if (const auto container = container_of(identity); !container.empty()) {
    exit.container.assign(container);
  }
  const std::string_view cgroup = cgroups_.of(identity);
  if (!cgroup.empty()) exit.cgroup = cgroup;
  exit.cpu += (used(task.cpu.user) + used(task.cpu.system)) / ticks_per_second_;
  exit.read += used(task.disk.read) * kBytesPerSector;
  exit.written += used(task.disk.written) * kBytesPerSector;
  exit.resident = std::max(exit.resident, used(task.memory.resident));
}

void ExitList::take(const Task& task) {
  const TaskIdentity& identity = task.identity;
  if (!identity.is_process) return;
  if (identity.state != TaskIdentity::kExited) {
    Life& life = life_of(task);
    if (life.sample != samples_) ++alive_;
    life.sample = samples_;
    describe(task, life.so_far);
    return;
  }
  const auto found = lives_.find(identity.pid);
  const bool was_seen =
      found != lives_.end() && is_same_start(found->second.so_far.started, identity.started);
  add_end(task, was_seen ? &found->second : nullptr);
  if (!was_seen) return;
  if (found->second.sample == samples_) --alive_;
  lives_.erase(found);
}

// Not later than its sample, which is not exact for want of fractions of the start.
double ExitList::end_of(const TaskIdentity& task) const {
  const auto time = static_cast<double>(time_.value);
  const double end =
      static_cast<double>(bounded(task.started).value) + used(task.elapsed) / ticks_per_second_;
  constexpr double kRounding = 2;
  // Somebody may have set the clock.
  if (end < time - seconds_ - kRounding || end > time + kRounding) return time;
  return std::min(end, time);
}

void ExitList::add_end(const Task& task, const Life* life) {
  const TaskIdentity& identity = task.identity;
  const bool is_new = (identity.exit_code & TaskIdentity::kNewBit) != 0;
  ExitRecord exit;
  if (life) {
    exit = life->so_far;
  } else {
    exit.is_whole = is_new || since_boot_;
  }
  describe(task, exit);
  exit.status = exit_status(identity.exit_code);
  exit.ended = end_of(identity);
  // Less than a tick, unless it began long before.
  constexpr double kLong = 60;
  const bool is_missing = identity.elapsed.value <= 0 &&
                          used(bounded(identity.started)) < used(time_) - seconds_ - kLong;
  exit.life = is_missing ? kNotKnown : used(identity.elapsed) / ticks_per_second_;
  add(std::move(exit));
}

// Where ends are not recorded, at least that somebody is no longer there.
void ExitList::add_missing() {
  for (auto& [pid, life] : lives_) {
    if (life.sample + 1 != samples_) continue;
    ExitRecord exit = life.so_far;
    exit.ended = static_cast<double>(time_.value);
    exit.life = kNotKnown;
    add(std::move(exit));
  }
}

void ExitList::end() {
  if (alive_ == lives_.size()) return;
  if (!accounting_) add_missing();
  std::erase_if(lives_, [&](const auto& entry) { return entry.second.sample != samples_; });
}

void ExitList::add(ExitRecord&& exit) {
  const std::string name(exit.name.view());
  const bool has_room = programs_.size() < kMostPrograms || programs_.contains(name);
  const auto [found, is_new] = programs_.try_emplace(has_room ? name : std::string{});
  ProgramExits& program = found->second;
  if (is_new) {
    program.name = found->first;
    program.shortest = program.longest = kNotKnown;
    program.first = exit.ended;
  }
  ++program.number;
  if (exit.status.failed()) ++program.failed;
  if (exit.status.was_killed()) ++program.killed;
  program.cpu += exit.cpu;
  program.read += exit.read;
  program.written += exit.written;
  program.resident = std::max(program.resident, exit.resident);
  // fmin and fmax prefer what is known.
  program.shortest = std::fmin(program.shortest, exit.life);
  program.longest = std::fmax(program.longest, exit.life);
  program.first = std::min(program.first, exit.ended);
  program.last = std::max(program.last, exit.ended);

  if (exits_.size() >= most_) make_room();
  exits_.push_back(std::move(exit));
}

// A quarter at a time, so that this is seldom done.
void ExitList::make_room() {
  std::size_t to_go = std::max<std::size_t>(most_ / 4, 1);
  const auto leave_out = [&](bool also_killed) {
    left_out_ += static_cast<Count>(std::erase_if(exits_, [&](const ExitRecord& exit) {
      if (to_go == 0 || (exit.status.was_killed() && !also_killed)) return false;
      --to_go;
      return true;
    }));
  };
  leave_out(false);
  leave_out(true);
}

std::vector<const ProgramExits*> ExitList::programs() const {
  std::vector<const ProgramExits*> all;
  all.reserve(programs_.size());
  for (const auto& [name, program] : programs_) all.push_back(&program);
  return all;
}

}  // namespace proctape
