// SPDX-License-Identifier: Apache-2.0
#include "query/events/restart_events.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "base/time_bounds.h"
#include "query/measure/elapsed.h"

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
constexpr std::size_t kMostNames = 2'000;
constexpr std::size_t kMostDeathsOfAName = 64;

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
  ticks_per_second_ = static_cast<double>(std::max<Count>(host.ticks_per_second, 1));
  begun_.clear();
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
  if (!service.empty()) in_service_[identity.pid] = std::hash<std::string_view>()(service);
  if (!is_main(identity, service)) return;
  if (mains_.size() >= kMostMains) mains_.clear();
  Main& main = mains_[identity.pid];
  const bool began = main.sample == 0 || main.started != identity.started;
  main.sample = sample_;
  main.started = identity.started;
  if (main.name != identity.name.view()) main.name = identity.name.view();
  if (main.command_line != identity.command_line) main.command_line = identity.command_line;
  if (main.unit != service) main.unit = service;
  const bool is_new = (identity.exit_code & TaskIdentity::kNewBit) != 0;
  if (began && is_new && !since_boot_) {
    begun_.push_back({used(bounded(identity.started)), main.name,
                      std::string(identity.command_line.view()), main.unit});
  }
}

void RestartEvents::take_end(const TaskIdentity& task) {
  const auto known = mains_.find(task.pid);
  const double began = used(bounded(task.started));
  constexpr double kSecond = 1;
  const bool was_seen =
      known != mains_.end() && std::max(began, used(bounded(known->second.started))) -
                                       std::min(began, used(bounded(known->second.started))) <=
                                   kSecond;
  if (!was_seen && task.ppid != 1) return;
  const double life = used(task.elapsed) / ticks_per_second_;
  Death death{began + life, life, exit_status(task.exit_code),
              std::string(task.command_line.view()), std::string(service_of(task))};
  const std::string name(task.name.view());
  if (was_seen) {
    if (death.command_line.empty()) death.command_line = known->second.command_line.view();
    if (death.unit.empty()) death.unit = known->second.unit;
    mains_.erase(known);
  } else if ((task.exit_code & TaskIdentity::kNewBit) != 0 && !since_boot_) {
    begun_.push_back({began, name, death.command_line, death.unit});
  }
  add_death(name, std::move(death));
}

void RestartEvents::add_death(const std::string& name, Death death) {
  if (deaths_.size() >= kMostNames && !deaths_.contains(name)) return;
  auto& all = deaths_[name];
  if (all.size() >= kMostDeathsOfAName) all.erase(all.begin());
  all.push_back(std::move(death));
}

// Is it the one that ended shortly before?
void RestartEvents::settle(const Begun& begun) {
  const auto found = deaths_.find(begun.name);
  if (found == deaths_.end()) return;
  const auto is_it = [&](const Death& death) {
    const double pause = begun.began - death.ended;
    if (pause < -kStartRounding || pause > kSoon) return false;
    // The same that is still starting.
    if (begun.began + kStartRounding < death.ended) return false;
    if (!death.status.failed() && !death.status.was_killed() && death.life < kDaemonAge) {
      return false;
    }
    if (!death.unit.empty() && !begun.unit.empty() && death.unit != begun.unit) return false;
    if (!death.command_line.empty() && !begun.command_line.empty()) {
      return death.command_line == begun.command_line;
    }
    return !death.unit.empty() && death.unit == begun.unit;
  };
  const auto death = std::ranges::find_if(found->second, is_it);
  if (death == found->second.end()) return;
  const std::string& unit = begun.unit.empty() ? death->unit : begun.unit;
  const std::string how = death->status.is_known ? " (" + to_text(death->status) + ")" : "";
  const Seconds time{std::min(static_cast<Count>(begun.began), time_.value)};
  log_->add(EventKind::kRestart, time, unit.empty() ? begun.name : unit,
            begun.name + " ended" + how + " and was started again");
  found->second.erase(death);
}

void RestartEvents::forget_old() {
  const double oldest = used(time_) - seconds_ - kSoon;
  for (auto& [name, all] : deaths_) {
    std::erase_if(all, [&](const Death& death) { return death.ended < oldest; });
  }
  std::erase_if(deaths_, [](const auto& entry) { return entry.second.empty(); });
}

void RestartEvents::end() {
  // Those whose end is not recorded.
  for (const auto& [pid, main] : mains_) {
    if (main.sample == sample_) continue;
    const double began = used(bounded(main.started));
    const double ended = std::max(used(time_) - seconds_, began);
    add_death(main.name,
              {ended, ended - began, {}, std::string(main.command_line.view()), main.unit});
  }
  std::erase_if(mains_, [&](const auto& entry) { return entry.second.sample != sample_; });
  std::ranges::stable_sort(begun_, {}, &Begun::began);
  for (const Begun& begun : begun_) settle(begun);
  forget_old();
}

}  // namespace proctape
