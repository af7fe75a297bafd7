// SPDX-License-Identifier: Apache-2.0
//
// What a process may use by its cgroup: the settings of its group and the smallest on the
// way up, which logs of 2.8 to 2.10 have in each task.
#pragma once

#include "sample/cgroup.h"
#include "sample/task.h"

namespace proctape {

struct EffectiveLimits {
  CgroupLimits own;
  // The smallest of the group and those above it, the root left out: -1 if all are "max",
  // -2 if none is defined.
  Count cpu_max = -2;
  Bytes memory_max{-2};
  Bytes swap_max{-2};

  friend bool operator==(const EffectiveLimits&, const EffectiveLimits&) = default;
};

// Of a group with the settings `own` below one with the limits `above`: of none, for groups below
// the root.
EffectiveLimits limits_below(const EffectiveLimits& above, const CgroupLimits& own);

void store_limits(const EffectiveLimits& limits, Task& into);

}  // namespace proctape
