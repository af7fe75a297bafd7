// SPDX-License-Identifier: Apache-2.0
//
// How busy a GPU was in an interval, and for whom.
#pragma once

#include <algorithm>

#include "query/measure/elapsed.h"
#include "query/table/table.h"
#include "sample/gpu.h"
#include "sample/task.h"

namespace proctape {

// The mean of the samples that a sum is of; where there are none, as it was at the end.
inline double gpu_mean(Count sum, Count samples, Count now) {
  if (samples > 0 && sum >= 0) return static_cast<double>(sum) / static_cast<double>(samples);
  return now >= 0 ? static_cast<double>(now) : kNotKnown;
}

inline double busy_percent(const Gpu& gpu) {
  return std::min(gpu_mean(gpu.busy_percent_sum, gpu.samples, gpu.busy_percent), 100.0);
}
inline double memory_busy_percent(const Gpu& gpu) {
  return std::min(gpu_mean(gpu.memory_busy_percent_sum, gpu.samples, gpu.memory_busy_percent),
                  100.0);
}
inline double memory_used(const Gpu& gpu) {
  return gpu_mean(gpu.memory_used_sum.value, gpu.samples, gpu.memory_used.value);
}

// Of one GPU, for this task: until log version 2.12 as it was in the last second.
inline double busy_percent(const TaskGpu& gpu) {
  if (gpu.state == 0) return 0;
  const double percent = gpu.busy_percent_sum > 0
                             ? gpu_mean(gpu.busy_percent_sum, gpu.samples, gpu.busy_percent)
                             : used(gpu.busy_percent);
  // Of all GPUs that a host may have.
  constexpr double kMost = 100.0 * 32;
  return std::clamp(percent, 0.0, kMost);
}

}  // namespace proctape
