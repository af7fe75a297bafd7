// SPDX-License-Identifier: Apache-2.0
#include "collector/cgroup/cgroup_limits.h"

#include "base/text/text.h"
#include "collector/cgroup/cgroup_files.h"

namespace proctape {

CgroupLimits read_cgroup_limits(int directory, FileBuffer& buffer) {
  CgroupLimits limits;
  const auto read = [&](const char* file, auto parse, Count& into) {
    const auto text = read_once(directory, file, buffer);
    if (!text) return;
    if (const auto value = parse(*text)) into = *value;
  };
  const auto weight = [](std::string_view text) { return to_number(trimmed(text)); };
  read("cpu.weight", weight, limits.cpu_weight);
  read("cpu.max", parse_cgroup_cpu_max, limits.cpu_max);
  read("memory.max", parse_cgroup_limit, limits.memory_max.value);
  read("memory.swap.max", parse_cgroup_limit, limits.swap_max.value);
  read("io.bfq.weight", parse_cgroup_disk_weight, limits.disk_weight);
  return limits;
}

}  // namespace proctape
