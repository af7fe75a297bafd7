// SPDX-License-Identifier: Apache-2.0
#include "query/events/restart_events.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "base/time_bounds.h"
#include "query/measure/elapsed.h"
#include "query/measure/task_identity.h"

namespace proctape {
namespace {

// What begins this long after the same ended is not its restart. RestartSec= of services is 100 ms
// by default, and few have a minute.
constexpr double kSoon = 60;
// What ended well before it was this old was no daemon, but a job that is run again and again.
constexpr double kDaemonAge = 30;
constexpr double kStartRounding = 2;
// A crafted log may have any number.
constexpr std::size_t kMostMains = 20'000;
constexpr std::size_t kMostServiceNames = 2'000;
constexpr std::size_t kMostOfAName = 64;
constexpr std::size_t kMostInServices = 1 << 17;

constexpr std::string_view kServiceSuffix = ".service";

// "cron.service" of "/system.slice/cron.service/worker".
std::string_view service_in(std::string_view path) {
  while (!path.empty()) {
    const auto slash = path.rfind('/');
    const std::string_view name = slash == path.npos ? path : path.substr(slash + 1);
    if (name.ends_with(kServiceSuffix)) return name;
    path = slash == path.npos ? std::string_view{} : path.substr(0, slash);
  }
  return {};
}

}  // namespace

void RestartEvents::begin(const Host& host, const Sample& sample) {
  ++sample_;
  time_ = bounded(sample.time);
  seconds_ = seconds_of(sample);
  since_boot_ = sample.since_boot;
  ticks_per_second_ = ticks_per_second(host);
  if (since_boot_) mains_.clear();
  std::swap(in_service_, was_in_service_);
  in_service_.clear();
  services_.assign(sample.cgroups.size(), {});
  for (std::size_t i = 0; i < services_.size(); ++i) {
    const Cgroup& cgroup = sample.cgroups[i];
    const auto parent = static_cast<std::size_t>(cgroup.identity.parent);
    if (std::string_view(cgroup.name).ends_with(kServiceSuffix)) {
      services_[i] = cgroup.name;
    } else if (cgroup.identity.parent >= 0 && parent < i) {
      services_[i] = services_[parent];
    }
  }
}

std::string_view RestartEvents::service_of(const TaskIdentity& task) const {
  if (!task.cgroup_path.empty()) return service_in(task.cgroup_path);
  const auto index = static_cast<std::size_t>(task.cgroup_index);
  const bool is_in_tree =
      task.cgroup_index >= 0 && index < services_.size() && task.state != TaskIdentity::kExited;
  return is_in_tree ? services_[index] : std::string_view{};
}

bool RestartEvents::is_main(const TaskIdentity& task, std::string_view service) const {
  if (task.ppid == 1) return true;
  if (service.empty()) return false;
  const std::size_t own = std::hash<std::string_view>()(service);
  for (const auto* all : {&in_service_, &was_in_service_}) {
    const auto parent = all->find(task.ppid);
    if (parent != all->end() && parent->second == own) return false;
  }
  return true;
}

void RestartEvents::take(const Task& task) {
  const TaskIdentity& identity = task.identity;
  if (!identity.is_process) return;
  if (identity.state == TaskIdentity::kExited) {
    take_end(identity);
    return;
  }
  const std::string_view service = service_of(identity);
  if (!service.empty() && in_service_.size() < kMostInServices) {
    in_service_[identity.pid] = std::hash<std::string_view>()(service);
  }
  if (!is_main(identity, service)) return;
  if (mains_.size() >= kMostMains) mains_.clear();
  Main& main = mains_[identity.pid];
  const bool began = main.sample == 0 || main.started != identity.started;
  main.sample = sample_;
  main.started = identity.started;
  if (main.name != identity.name.view()) main.name = identity.name.view();
  // A zombie has none any more.
  if (!identity.command_line.empty() && main.command_line != identity.command_line) {
    main.command_line = identity.command_line;
  }
  if (!service.empty() && main.unit != service) main.unit = service;
  const bool is_new = (identity.exit_code & TaskIdentity::kNewBit) != 0;
  if (began && is_new && !since_boot_) {
    add(main.name, Begin{identity.pid, used(bounded(identity.started)),
                         std::string(identity.command_line.view()), main.unit});
  }
}

void RestartEvents::take_end(const TaskIdentity& task) {
  const auto known = mains_.find(task.pid);
  const double began = used(bounded(task.started));
  const bool was_seen = known != mains_.end() && is_same_start(known->second.started, task.started);
  if (!was_seen && task.ppid != 1) return;
  const double life = used(task.elapsed) / ticks_per_second_;
  Death death{task.pid,
              began,
              began + life,
              exit_status(task.exit_code),
              std::string(task.command_line.view()),
              std::string(service_of(task))};
  const std::string name(task.name.view());
  if (was_seen) {
    if (death.command_line.empty()) death.command_line = known->second.command_line.view();
    if (death.unit.empty()) death.unit = known->second.unit;
    mains_.erase(known);
  } else if ((task.exit_code & TaskIdentity::kNewBit) != 0 && !since_boot_) {
    add(name, Begin{task.pid, began, death.command_line, death.unit});
  }
  add(name, std::move(death));
}

RestartEvents::Halves* RestartEvents::halves_of(const std::string& name) {
  if (halves_.size() >= kMostServiceNames && !halves_.contains(name)) return nullptr;
  Halves& halves = halves_[name];
  halves.is_changed = true;
  return &halves;
}

void RestartEvents::add(const std::string& name, Death death) {
  Halves* halves = halves_of(name);
  if (!halves) return;
  if (halves->deaths.size() >= kMostOfAName) halves->deaths.erase(halves->deaths.begin());
  halves->deaths.push_back(std::move(death));
}

void RestartEvents::add(const std::string& name, Begin begin) {
  Halves* halves = halves_of(name);
  if (!halves) return;
  if (halves->begins.size() >= kMostOfAName) halves->begins.erase(halves->begins.begin());
  halves->begins.push_back(std::move(begin));
}

// Finds for each end the beginning that followed it.
void RestartEvents::settle(const std::string& name, Halves& halves) {
  std::ranges::stable_sort(halves.deaths, {}, &Death::ended);
  std::ranges::stable_sort(halves.begins, {}, &Begin::began);
  const auto followed = [&](const Death& death) {
    const bool was_no_job = death.status.failed() || death.status.was_killed() ||
                            death.ended - death.began >= kDaemonAge;
    if (!was_no_job) return false;
    const auto next = std::ranges::find_if(halves.begins, [&](const Begin& begin) {
      if (begin.pid == death.pid || begin.began < death.began) return false;
      // In the same second the pid says which was first.
      if (begin.began == death.began && begin.pid < death.pid) return false;
      const double pause = begin.began - death.ended;
      if (pause < -kStartRounding || pause > kSoon) return false;
      if (!death.unit.empty() && !begin.unit.empty() && death.unit != begin.unit) return false;
      // A zombie has no command line any more.
      return death.command_line.empty() || begin.command_line.empty() ||
             death.command_line == begin.command_line;
    });
    if (next == halves.begins.end()) return false;
    const std::string& unit = next->unit.empty() ? death.unit : next->unit;
    const std::string how = death.status.is_known ? " (" + to_text(death.status) + ")" : "";
    const Seconds time{std::min(static_cast<Count>(next->began), time_.value)};
    log_->add(EventKind::kRestart, time, unit.empty() ? name : unit,
              name + " ended" + how + " and was started again");
    halves.begins.erase(next);
    return true;
  };
  std::erase_if(halves.deaths, followed);
  halves.is_changed = false;
}

void RestartEvents::forget_old() {
  const double oldest = used(time_) - seconds_ - kSoon;
  for (auto& [name, halves] : halves_) {
    std::erase_if(halves.deaths, [&](const Death& death) { return death.ended < oldest; });
    std::erase_if(halves.begins, [&](const Begin& begin) { return begin.began < oldest; });
  }
  std::erase_if(halves_, [](const auto& entry) {
    return entry.second.deaths.empty() && entry.second.begins.empty();
  });
}

void RestartEvents::end() {
  // Those whose end is not recorded.
  for (const auto& [pid, main] : mains_) {
    if (main.sample == sample_) continue;
    const double began = used(bounded(main.started));
    const double ended = std::max(used(time_) - seconds_, began);
    add(main.name, Death{pid, began, ended, {}, std::string(main.command_line.view()), main.unit});
  }
  std::erase_if(mains_, [&](const auto& entry) { return entry.second.sample != sample_; });
  for (auto& [name, halves] : halves_) {
    if (halves.is_changed) settle(name, halves);
  }
  forget_old();
}

}  // namespace proctape
