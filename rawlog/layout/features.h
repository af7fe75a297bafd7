// SPDX-License-Identifier: Apache-2.0
//
// What releases of atop differ in beyond the members of their records: each difference is a row
// here, and asked for by its name. What a single member needs stands in its row.
#pragma once

#include <cstdint>

#include "rawlog/layout/version.h"
#include "sample/sink/needs.h"

namespace proctape {

struct Feature {
  Version first = kOldestVersion;
  Version last = kNewestVersion;

  static constexpr Feature since(Version version) { return {.first = version}; }
  static constexpr Feature until(Version version) { return {.last = version}; }
  constexpr bool in(Version version) const { return first <= version && version <= last; }
};

namespace feature {

// ---- flags of the file header and of records ----
inline constexpr auto kGpuFlag = Feature::since(v2_4);
inline constexpr auto kCgroupFlag = Feature::since(v2_8);
inline constexpr auto kNetatopBpfFlag = Feature::since(v2_10);
inline constexpr auto kNumaFlag = Feature::since(v2_12);
inline constexpr auto kZswapFlag = Feature::since(v2_12);

// ---- blocks, and lists of the system block ----
inline constexpr auto kCgroupBlocks = Feature::since(v2_11);
inline constexpr auto kGpus = Feature::since(v2_4);
inline constexpr auto kInfiniband = Feature::since(v2_4);
inline constexpr auto kCaches = Feature::since(v2_8);
// CPUs stand at the places of their numbers, and offline ones are there; else one after another.
inline constexpr auto kCpusByNumber = Feature::since(v2_13);
inline constexpr auto kNumbersOfNodes = Feature::since(v2_8);  // else their places
inline constexpr auto kPidWidth = Feature::since(v2_8);

// ---- tasks ----
inline constexpr Feature kTaskCgroups{v2_8, v2_10};          // path and limits of its cgroup
inline constexpr auto kContainerIds = Feature::until(v2_9);  // of 12 digits, then names
inline constexpr auto kLongHostNames = Feature::since(v2_13);
inline constexpr auto kThreadSwitches = Feature::since(v2_9);
inline constexpr auto kOomScore = Feature::since(v2_13);
inline constexpr auto kIdleThreads = Feature::since(v2_10);
// Idle threads are counted among the uninterruptible ones.
inline constexpr Feature kIdleIsUninterruptible{v2_7, v2_9};

// atop appends only where the cgroup version of the host is that of the file.
inline constexpr auto kOneCgroupVersion = Feature::since(v2_12);

}  // namespace feature

// What is to be collected for a log of this version.
constexpr Needs needs_of(Version version) {
  return {.oom_score = feature::kOomScore.in(version),
          .thread_switches = feature::kThreadSwitches.in(version),
          .task_cgroups = feature::kTaskCgroups.in(version),
          .cgroups = feature::kCgroupBlocks.in(version)};
}

}  // namespace proctape
