// SPDX-License-Identifier: Apache-2.0
#include "query/why/evidence.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "query/measure/elapsed.h"
#include "query/measure/exit_status.h"
#include "query/measure/task_identity.h"
#include "query/why/rules.h"

namespace proctape {
namespace {

// A crafted log has as many as it likes of everything.
constexpr std::size_t kMostDeaths = 20'000;
constexpr std::size_t kMostNames = 20'000;
constexpr std::size_t kMostPids = 50'000;
constexpr std::size_t kMostEpisodes = 64;
constexpr std::size_t kMostLimited = 4'000;
// No leak is worth a word below it.
constexpr double kLeastResident = 8 * 1024 * 1024;

// Not known is not short.
bool at_least(double value, double limit) { return value >= limit; }

}  // namespace

void Growth::add(Seconds time, double bytes) {
  if (count == 0) {
    from = time;
    first = bytes;
  }
  const double x = static_cast<double>((time - from).value);
  ++count;
  t += x;
  tt += x * x;
  v += bytes;
  vv += bytes * bytes;
  tv += x * bytes;
  highest = std::max(highest, bytes);
  fallen = std::max(fallen, highest - bytes);
  last = bytes;
  to = time;
}

double Growth::per_second() const {
  const auto n = static_cast<double>(count);
  const double spread = n * tt - t * t;
  return spread > 0 ? (n * tv - t * v) / spread : 0;
}

double Growth::straightness() const {
  const auto n = static_cast<double>(count);
  const double x = n * tt - t * t;
  const double y = n * vv - v * v;
  const double both = n * tv - t * v;
  return x > 0 && y > 0 ? both * both / (x * y) : 0;
}

Evidence::Evidence() = default;
Evidence::~Evidence() = default;

double Evidence::baseline_of(Measure measure) const {
  return has_baseline() ? baseline_.mean_and_peak(measure).mean : kNotKnown;
}
double Evidence::period_of(Measure measure) const { return period_.mean_and_peak(measure).mean; }

bool Evidence::is_long(double seconds) const {
  constexpr double kLeast = 4, kPart = 0.05, kAlways = 120;
  return seconds >= std::min(kAlways, std::max(kLeast, kPart * period_.seconds()));
}

const TaskUse* Evidence::process(Count pid) const {
  if (by_pid_.empty()) {
    for (const TaskUse* use : processes_.all()) {
      const TaskUse*& known = by_pid_[use->pid];
      if (!known || known->started < use->started) known = use;
    }
  }
  const auto found = by_pid_.find(pid);
  return found == by_pid_.end() ? nullptr : found->second;
}

const TaskUse* Evidence::named(const TaskGroups& programs, ByName& names, std::string_view name) {
  if (names.empty()) {
    for (const TaskUse* use : programs.all()) names[use->name] = use;
  }
  const auto found = names.find(name);
  return found == names.end() ? nullptr : found->second;
}

void Evidence::close(Kind& kind) {
  kind.closed.push_back(closed(*kind.open, cpus_));
  kind.open.reset();
  if (kind.closed.size() <= kMostEpisodes) return;
  kind.closed.erase(std::ranges::min_element(kind.closed, {}, &Episode::seconds));
}

void Evidence::watch(Shortage shortage, bool is_short) {
  Kind& kind = kinds_[static_cast<std::size_t>(shortage)];
  if (kind.open) {
    kind.open->is_now = false;
    // What stops for a moment only goes on.
    const double away = static_cast<double>((time_ - kind.open->last).value);
    if (away > std::max(30.0, 3 * seconds_)) close(kind);
  }
  if (!is_short) return;
  if (!kind.open) {
    kind.open.emplace();
    kind.open->shortage = shortage;
    kind.open->from = Seconds{time_.value - std::llround(seconds_)};
    kind.open->groups = std::make_unique<Groups>();
  }
  kind.open->is_now = true;
}

void Evidence::begin(const Host& host, const Sample& sample, bool in_period) {
  in_period_ = in_period;
  since_boot_ = sample.since_boot;
  seconds_ = seconds_of(sample);
  time_ = bounded(sample.time);
  ticks_per_second_ = ticks_per_second(host);
  paths_.next(sample);
  for (auto& [parent, zombies] : in_period ? zombies_ : zombies_before_) zombies.now = 0;
  memory_total_ = std::max(memory_total_, used(sample.system.memory.total));
  if (!in_period) {
    baseline_.begin(host, sample);
    programs_before_.begin(host, sample, paths_);
    return;
  }
  if (from_.value == 0)
    from_ = sample.since_boot ? time_ : Seconds{time_.value - std::llround(seconds_)};
  to_ = time_;
  period_.begin(host, sample);
  processes_.begin(host, sample, paths_);
  programs_.begin(host, sample, paths_);
  swap_total_ = used(sample.system.memory.swap_total);
  cpus_ = static_cast<double>(std::max<Count>(sample.system.cpus.online, 1));
  has_accounting_ = has_accounting_ || sample.accounting;
  has_idle_ = false;
  if (since_boot_) return;

  const SystemPoint& point = period_.points().back();
  const double cpu = point[Measure::kCpuBusy];
  const double waits = point[Measure::kPressureCpuSome];
  watch(Shortage::kCpu,
        at_least(cpu + used(point[Measure::kCpuSteal]), limit(RuleId::kCpuSaturated, 0)) ||
            (at_least(cpu, limit(RuleId::kCpuSaturated, 1)) &&
             at_least(waits, limit(RuleId::kCpuSaturated, 2))));
  watch(Shortage::kSteal, at_least(point[Measure::kCpuSteal], limit(RuleId::kCpuStolen, 0)));
  const double available = 100 * point[Measure::kMemoryAvailable] / std::max(memory_total_, 1.0);
  const bool reclaims =
      at_least(point[Measure::kAllocationStalls], limit(RuleId::kMemoryShort, 2)) ||
      at_least(point[Measure::kPressureMemorySome], limit(RuleId::kMemoryShort, 1));
  watch(Shortage::kMemory,
        available < limit(RuleId::kMemoryShort, 5) ||
            (available < limit(RuleId::kMemoryShort, 0) && reclaims) ||
            at_least(point[Measure::kPressureMemoryFull], limit(RuleId::kMemoryShort, 3)));
  watch(Shortage::kSwap, at_least(point[Measure::kSwapIn], limit(RuleId::kSwapping, 0)) ||
                             at_least(point[Measure::kSwapOut], limit(RuleId::kSwapping, 1)));
  watch(Shortage::kOom, point[Measure::kOomKills] > 0);
  const double busiest = point[Measure::kDiskBusiest];
  watch(Shortage::kDisk,
        at_least(point[Measure::kPressureIoSome], limit(RuleId::kDiskSaturated, 2)) ||
            (at_least(busiest, limit(RuleId::kDiskSaturated, 0)) &&
             (at_least(point[Measure::kDiskQueue], limit(RuleId::kDiskSaturated, 1)) ||
              at_least(point[Measure::kCpuIowait], limit(RuleId::kDiskSaturated, 3)))));
  const double segments = used(sample.system.protocols.tcp.out_segs) / seconds_;
  const double again = point[Measure::kTcpRetransmits];
  watch(Shortage::kRetransmits, at_least(again, limit(RuleId::kRetransmits, 0)) &&
                                    again >= limit(RuleId::kRetransmits, 1) / 100 * segments);
  const double packets = used(point[Measure::kNetPackets]);
  const double lost = used(point[Measure::kNetDrops]) + used(point[Measure::kNetErrors]);
  watch(Shortage::kDrops, lost >= limit(RuleId::kPacketsDropped, 0) &&
                              lost >= limit(RuleId::kPacketsDropped, 1) / 100 * packets);
  watch(Shortage::kUdp, at_least(point[Measure::kUdpErrors], limit(RuleId::kUdpErrors, 0)));
  watch(Shortage::kForks, at_least(point[Measure::kForks], limit(RuleId::kForkStorm, 0)));
  has_idle_ = cpu + used(point[Measure::kCpuSteal]) < limit(RuleId::kWaitsWhileIdle, 0);

  for (Kind& kind : kinds_) {
    if (!kind.open || !kind.open->is_now) continue;
    kind.open->groups->begin(host, sample, paths_);
    kind.open->devices.add(sample.system, seconds_, time_);
    kind.open->seconds += seconds_;
    kind.open->out_segments += segments * seconds_;
    kind.open->last = time_;
  }
  nfs_calls_ += used(sample.system.nfs.client.rpc_calls);
  nfs_retransmits_ += used(sample.system.nfs.client.rpc_retransmits);
  watch_cgroups(sample);
}

void Evidence::watch_cgroups(const Sample& sample) {
  constexpr double kMicroseconds = 1e6;
  for (std::size_t i = 0; i < sample.cgroups.size(); ++i) {
    const Cgroup& cgroup = sample.cgroups[i];
    const double cpu_max = used(cgroup.limits.cpu_max);
    const double memory_max = used(cgroup.limits.memory_max);
    if (cpu_max <= 0 && memory_max <= 0) continue;
    const std::string path(paths_.all()[i]);
    if (cgroup_uses_.size() >= kMostLimited && !cgroup_uses_.contains(path)) continue;
    WatchedCgroup& use = cgroup_uses_[path];
    use.path = path;
    const double cpu = (used(cgroup.cpu.user) + used(cgroup.cpu.system)) / kMicroseconds;
    if (cpu_max > 0) {
      use.cpu_max = cpu_max;
      if (100 * cpu / seconds_ >= limit(RuleId::kCpuQuota, 0) / 100 * cpu_max) {
        if (use.at_quota == 0) use.quota_from = Seconds{time_.value - std::llround(seconds_)};
        use.quota_to = time_;
        use.at_quota += seconds_;
        use.cpu_seconds += cpu;
        use.cpu_waited += used(cgroup.cpu.pressure_some) / kMicroseconds;
      }
    }
    if (memory_max > 0) {
      use.memory_max = memory_max;
      const double current = used(cgroup.memory.current);
      use.memory_peak = std::max(use.memory_peak, current);
      if (current >= limit(RuleId::kCgroupMemory, 0) / 100 * memory_max) {
        if (use.near_limit == 0) use.memory_from = Seconds{time_.value - std::llround(seconds_)};
        use.memory_to = time_;
        use.near_limit += seconds_;
        use.memory_waited += used(cgroup.memory.pressure_some) / kMicroseconds;
      }
    }
  }
}

// A container that is started again has another parent each time, but its name.
std::string Evidence::key_of(const TaskIdentity& task) {
  const std::string_view container = container_of(task);
  std::string key(task.name.view());
  key += '\n';
  key += container.empty() ? std::to_string(task.ppid) : std::string(container);
  return key;
}

// What it does not tell any more stays as it was.
void Evidence::describe(const TaskIdentity& task, Party& party) {
  party.name = task.name.view();
  party.pid = task.pid;
  party.processes = 1;
  if (!task.command_line.empty()) party.command = task.command_line.view();
  party.container = container_of(task);
  const std::string_view path = paths_.of(task);
  if (!path.empty()) party.cgroup = path;
}

void Evidence::take_exit(const Task& task) {
  const TaskIdentity& identity = task.identity;
  const bool is_new = (identity.exit_code & TaskIdentity::kNewBit) != 0;
  const bool is_exit = identity.state == TaskIdentity::kExited;
  if (since_boot_ || (!is_new && !is_exit)) return;
  const ExitStatus status = is_exit ? exit_status(identity.exit_code) : ExitStatus{};
  const std::string key = key_of(identity);
  if (restarts_.size() >= kMostNames && !restarts_.contains(key)) return;
  Restarts& restarts = restarts_[key];
  restarts.ppid = identity.ppid;
  if (is_new) ++restarts.begun;
  restarts.at_once = std::max(restarts.at_once, restarts.begun - restarts.ended);
  if (!is_exit) return;
  const double lived = used(identity.elapsed) / ticks_per_second_;
  ++restarts.ended;
  restarts.lived += lived;
  if (!status.failed() && !status.was_killed()) return;
  if (restarts.failed == 0) restarts.from = time_;
  restarts.to = time_;
  ++restarts.failed;
  if (status.was_killed()) {
    ++restarts.by_signal;
    restarts.last_signal = status.signal;
  } else {
    restarts.last_code = status.code;
  }
  describe(identity, restarts.party);
  if (!status.was_killed() || deaths_.size() >= kMostDeaths) return;
  Death& death = deaths_.emplace_back();
  death.time = time_;
  death.ppid = identity.ppid;
  death.signal = status.signal;
  death.lived = lived;
  death.resident = used(task.memory.resident);
  describe(identity, death.party);
}

// Over all samples, of the baseline too: what grows slowly shows itself in hours.
void Evidence::take_growth(const Task& task) {
  const TaskIdentity& identity = task.identity;
  const double resident = used(task.memory.resident) + used(task.memory.swap);
  if (resident < kLeastResident || identity.state == TaskIdentity::kExited) return;
  auto found = growth_of_pid_.find(identity.pid);
  const auto is_same = [&](const Growth& growth) {
    return is_same_start(growth.started, identity.started);
  };
  if (found == growth_of_pid_.end()) {
    if (growths_.size() >= kMostPids) return;
    found = growth_of_pid_.emplace(identity.pid, growths_.size()).first;
    growths_.emplace_back();
  } else if (!is_same(growths_[found->second])) {
    growths_[found->second] = {};
  }
  Growth& growth = growths_[found->second];
  growth.pid = identity.pid;
  growth.started = bounded(identity.started);
  growth.add(time_, resident);
}

void Evidence::take_idle_wait(const Task& task) {
  constexpr double kNanoseconds = 1e9;
  const double waited = used(task.cpu.run_delay) / kNanoseconds;
  const double cpu = (used(task.cpu.user) + used(task.cpu.system)) / ticks_per_second_;
  if (waited < limit(RuleId::kWaitsWhileIdle, 1) / 100 * seconds_ ||
      waited < limit(RuleId::kWaitsWhileIdle, 2) / 100 * cpu) {
    return;
  }
  auto found = idle_wait_of_pid_.find(task.identity.pid);
  if (found == idle_wait_of_pid_.end()) {
    if (idle_waits_.size() >= kMostPids) return;
    found = idle_wait_of_pid_.emplace(task.identity.pid, idle_waits_.size()).first;
    IdleWait& wait = idle_waits_.emplace_back();
    wait.from = Seconds{time_.value - std::llround(seconds_)};
  }
  IdleWait& wait = idle_waits_[found->second];
  describe(task.identity, wait.party);
  wait.waited += waited;
  wait.cpu += cpu;
  wait.seconds += seconds_;
  wait.to = time_;
}

void Evidence::take(const Task& task, bool is_meant) {
  const TaskIdentity& identity = task.identity;
  (in_period_ ? period_ : baseline_).take(task);
  if (!is_meant) return;
  if (!in_period_) {
    programs_before_.take(task);
  } else {
    processes_.take(task);
    programs_.take(task);
    for (Kind& kind : kinds_) {
      if (kind.open && kind.open->is_now) kind.open->groups->take(task);
    }
  }
  if (!identity.is_process) return;
  take_growth(task);
  if (identity.state == 'Z') {
    auto& all = in_period_ ? zombies_ : zombies_before_;
    if (all.size() < kMostPids || all.contains(identity.ppid)) {
      Zombies& zombies = all[identity.ppid];
      ++zombies.now;
      if (zombies.child.empty()) zombies.child = identity.name.view();
    }
  }
  if (!in_period_) return;
  take_exit(task);
  if (has_idle_ && !since_boot_) take_idle_wait(task);
}

void Evidence::end() {
  for (auto& [parent, zombies] : in_period_ ? zombies_ : zombies_before_) {
    if (zombies.from.value == 0) {
      zombies.from = time_;
      // Those of a parent that had none before are all new.
      zombies.first =
          time_ == from_ || !in_period_ || period_.points().size() == 1 ? zombies.now : 0;
    }
    zombies.last = zombies.now;
    if (zombies.now > zombies.peak) zombies.peak = zombies.now;
    if (zombies.now > 0) zombies.to = time_;
  }
  if (!in_period_) {
    baseline_.end();
    programs_before_.end();
    return;
  }
  period_.end();
  processes_.end();
  programs_.end();
  for (Kind& kind : kinds_) {
    if (!kind.open || !kind.open->is_now) continue;
    kind.open->groups->end();
    kind.open->points.push_back(period_.last());
  }
}

void Evidence::finish() {
  for (Kind& kind : kinds_) {
    if (kind.open) close(kind);
  }
}

}  // namespace proctape
