// SPDX-License-Identifier: Apache-2.0
#include "sample/effective_limits.h"

#include <algorithm>

namespace proctape {
namespace {

Count smaller(Count own, Count above) {
  if (own >= 0 && above >= 0) return std::min(own, above);
  return std::max(own, above);  // the only one that is a limit, else "max" before undefined
}

}  // namespace

EffectiveLimits limits_below(const EffectiveLimits& above, const CgroupLimits& own) {
  return {.own = own,
          .cpu_max = smaller(own.cpu_max, above.cpu_max),
          .memory_max = {smaller(own.memory_max.value, above.memory_max.value)},
          .swap_max = {smaller(own.swap_max.value, above.swap_max.value)}};
}

void store_limits(const EffectiveLimits& limits, Task& into) {
  into.cpu.cgroup_weight = limits.own.cpu_weight;
  into.cpu.cgroup_max = limits.own.cpu_max;
  into.cpu.cgroup_max_effective = limits.cpu_max;
  into.memory.cgroup_max = limits.own.memory_max;
  into.memory.cgroup_max_effective = limits.memory_max;
  into.memory.cgroup_swap_max = limits.own.swap_max;
  into.memory.cgroup_swap_max_effective = limits.swap_max;
}

}  // namespace proctape
