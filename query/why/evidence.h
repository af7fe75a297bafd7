// SPDX-License-Identifier: Apache-2.0
//
// What the rules look at, gathered in one pass over the samples of a baseline and of the period
// that is asked about.
//
// A mean over a day hides ten bad minutes, and who used most over a day is not who used most in
// them. So each resource has episodes: samples that follow each other closely in which it was
// short, with who used it then.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "query/measure/cgroup_paths.h"
#include "query/measure/device_use.h"
#include "query/measure/system_series.h"
#include "query/measure/task_groups.h"
#include "query/why/culprits.h"
#include "query/why/episode.h"
#include "sample/host.h"
#include "sample/sample.h"

namespace proctape {

// One cgroup with a limit.
struct WatchedCgroup {
  std::string path;
  double cpu_max = 0;      // percent of one CPU; 0: none
  double cpu_seconds = 0;  // used while at the quota
  double cpu_waited = 0;   // seconds of pressure while at the quota
  double at_quota = 0;     // seconds
  Seconds quota_from, quota_to;
  double memory_max = 0;  // bytes; 0: none
  double memory_peak = 0;
  double memory_waited = 0;  // seconds of pressure while near the limit
  double near_limit = 0;     // seconds
  Seconds memory_from, memory_to;
};

// A process that ended by a signal.
struct Death {
  Seconds time;
  Party party;
  Count ppid = 0;
  int signal = 0;
  double lived = 0;     // seconds
  double resident = 0;  // bytes, the most it had
};

// Processes of one name, and of one container or parent, that end and begin again.
struct Restarts {
  Party party;  // of the last one
  Count ppid = 0;
  Count failed = 0;  // ended by a signal, or with a code other than 0
  Count by_signal = 0;
  Count ended = 0;
  Count begun = 0;
  int last_signal = 0;
  int last_code = 0;
  Count at_once = 0;  // the most that had begun and not ended
  double lived = 0;   // seconds, all that ended
  Seconds from, to;   // of deaths
};

// Children that a process does not wait for.
struct Zombies {
  Count first = 0;
  Count peak = 0;
  Count now = 0;
  Count last = 0;
  Seconds from, to;
  std::string child;  // name of one
};

// How the memory of a process grew: sums for a straight line through it.
struct Growth {
  Count pid = 0;
  Seconds started;
  Seconds from, to;
  double first = 0, last = 0;  // bytes
  double highest = 0;
  double fallen = 0;  // the most it ever was below its highest
  std::size_t count = 0;
  double t = 0, tt = 0, v = 0, vv = 0, tv = 0;

  void add(Seconds time, double bytes);
  double per_second() const;
  // Of the variance, what the line explains: 0 to 1.
  double straightness() const;
};

// A process that waits for a CPU although some are idle.
struct IdleWait {
  Party party;
  double waited = 0;  // seconds
  double cpu = 0;     // seconds
  double seconds = 0;
  Seconds from, to;
};

class Evidence {
 public:
  Evidence();
  Evidence(const Evidence&) = delete;
  Evidence& operator=(const Evidence&) = delete;
  ~Evidence();

  // The next sample, in the order of time: of the period, or of the baseline.
  void begin(const Host& host, const Sample& sample, bool in_period);
  // Not `is_meant`: it can be no culprit and no victim.
  void take(const Task& task, bool is_meant = true);
  void end();
  // After the last one.
  void finish();

  const SystemSeries& period() const { return period_; }
  const SystemSeries& baseline() const { return baseline_; }
  bool has_baseline() const { return baseline_.seconds() > 0; }
  // Mean; kNotKnown without one.
  double baseline_of(Measure measure) const;
  double period_of(Measure measure) const;

  const TaskGroups& processes() const { return processes_; }
  const TaskGroups& programs() const { return programs_; }
  const TaskGroups& programs_before() const { return programs_before_; }
  const TaskUse* process(Count pid) const;  // the last one of this number; none if unknown
  // By name; none if there is none.
  const TaskUse* program(std::string_view name) const { return named(programs_, by_name_, name); }
  const TaskUse* program_before(std::string_view name) const {
    return named(programs_before_, by_name_before_, name);
  }

  const std::vector<Episode>& episodes(Shortage shortage) const {
    return kinds_[static_cast<std::size_t>(shortage)].closed;
  }
  const std::unordered_map<std::string, WatchedCgroup>& cgroups() const { return cgroup_uses_; }
  const std::vector<Death>& deaths() const { return deaths_; }
  const std::unordered_map<std::string, Restarts>& restarts() const { return restarts_; }
  const std::unordered_map<Count, Zombies>& zombies() const { return zombies_; }
  const std::unordered_map<Count, Zombies>& zombies_before() const { return zombies_before_; }
  const std::vector<Growth>& growths() const { return growths_; }
  const std::vector<IdleWait>& idle_waits() const { return idle_waits_; }

  double memory_total() const { return memory_total_; }
  double swap_total() const { return swap_total_; }
  double cpus() const { return cpus_; }
  bool has_accounting() const { return has_accounting_; }
  double nfs_calls() const { return nfs_calls_; }
  double nfs_retransmits() const { return nfs_retransmits_; }
  Seconds from() const { return from_; }
  Seconds to() const { return to_; }

  // An episode of so many seconds is worth a warning: it lasted for a good part of the period, or
  // long enough for anybody to notice.
  bool is_long(double seconds) const;

 private:
  struct Kind {
    std::vector<Episode> closed;
    std::optional<OpenEpisode> open;
  };

  using ByName = std::unordered_map<std::string_view, const TaskUse*>;
  static const TaskUse* named(const TaskGroups& programs, ByName& names, std::string_view name);

  void watch(Shortage shortage, bool is_short);
  void close(Kind& kind);
  void watch_cgroups(const Sample& sample);
  void describe(const TaskIdentity& task, Party& party);
  void take_exit(const Task& task);
  void take_growth(const Task& task);
  void take_idle_wait(const Task& task);
  std::string key_of(const TaskIdentity& task);

  SystemSeries period_{SystemSeries::kMostPoints}, baseline_{SystemSeries::kMostPoints};
  TaskGroups processes_{GroupBy::kProcess}, programs_{GroupBy::kProgram};
  TaskGroups programs_before_{GroupBy::kProgram};
  std::array<Kind, kShortageCount> kinds_;
  CgroupPaths paths_;
  std::unordered_map<std::string, WatchedCgroup> cgroup_uses_;
  std::vector<Death> deaths_;
  std::unordered_map<std::string, Restarts> restarts_;
  std::unordered_map<Count, Zombies> zombies_, zombies_before_;
  std::unordered_map<Count, std::size_t> growth_of_pid_;
  std::vector<Growth> growths_;
  std::unordered_map<Count, std::size_t> idle_wait_of_pid_;
  std::vector<IdleWait> idle_waits_;
  // Made when they are asked for first, after the last sample.
  mutable std::unordered_map<Count, const TaskUse*> by_pid_;
  mutable ByName by_name_, by_name_before_;

  double memory_total_ = 0, swap_total_ = 0, cpus_ = 1;
  double nfs_calls_ = 0, nfs_retransmits_ = 0;
  bool has_accounting_ = false;
  Seconds from_, to_;

  // Of the sample that is being added.
  bool in_period_ = false;
  bool since_boot_ = false;
  bool has_idle_ = false;
  double seconds_ = 0;
  double ticks_per_second_ = 100;
  Seconds time_, last_time_;
};

}  // namespace proctape
