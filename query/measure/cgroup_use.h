// SPDX-License-Identifier: Apache-2.0
//
// What each cgroup did over some samples, those below it included. Until log version 2.10, which
// have no tree, it is the sum of its processes.
#pragma once

#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/units.h"
#include "query/measure/cgroup_paths.h"
#include "query/measure/over_time.h"
#include "sample/host.h"
#include "sample/sample.h"
#include "sample/task.h"

namespace proctape {

struct CgroupUse {
  std::string_view path;  // valid for as long as the CgroupUses exist
  bool is_meant = false;  // a process that is meant was in it, not below
  std::size_t sample = 0;

  // Not known where the log does not have them, or the controller is not enabled.
  OverTime user, system, cpu;           // percent of one CPU
  OverTime memory;                      // bytes
  OverTime anon, file, kernel, shmem;   // parts of it
  OverTime read, written;               // bytes per second
  OverTime reads, writes;               // requests per second
  OverTime cpu_some, cpu_full;          // percent of the time that it was there
  OverTime memory_some, memory_full;    //
  OverTime io_some, io_full;            //
  OverTime processes, processes_below;  //
  CgroupLimits limits;                  // at the end
};

class CgroupUses {
 public:
  // Of more of them than these, those that are gone and used least CPU are forgotten.
  static constexpr std::size_t kMost = 20'000;

  // The next sample: begins, then its tasks one after another, and ends.
  void begin(const Host& host, const Sample& sample);
  void take(const Task& task, bool is_meant);
  void end();

  // In the order of the tree: each behind the one that it is in, the busiest first.
  std::vector<const CgroupUse*> all() const;
  // Of all intervals.
  double seconds() const { return total_seconds_; }
  // Were there samples with a tree, and some without?
  bool has_trees() const { return has_trees_; }
  bool has_sums() const { return has_sums_; }
  bool has_forgotten() const { return has_forgotten_; }
  // Are there tasks that are not meant?
  bool is_part() const { return is_part_; }

 private:
  // Of the processes of one group in one interval.
  struct Sum {
    double user = 0, system = 0, memory = 0, read = 0, written = 0;
    double processes = 0, processes_below = 0;
    CgroupLimits limits;
  };

  CgroupUse* use_of(std::string_view path);
  void add(const Cgroup& cgroup, CgroupUse& use) const;
  void add(const Sum& sum, CgroupUse& use) const;
  void forget_the_least();

  CgroupPaths paths_;
  std::unordered_map<std::string_view, CgroupUse> uses_;
  std::vector<CgroupUse*> now_;                     // in the order of the sample's cgroups
  std::unordered_map<std::string_view, Sum> sums_;  // of a sample without a tree
  bool has_trees_ = false;
  bool has_sums_ = false;
  bool has_forgotten_ = false;
  bool is_part_ = false;
  double total_seconds_ = 0;

  // Of the sample that is being added.
  std::size_t sample_ = 0;
  Seconds time_;
  double seconds_ = 0;  // 0 of since-boot samples
  double ticks_per_second_ = 100;
  bool has_tree_ = false;
};

}  // namespace proctape
