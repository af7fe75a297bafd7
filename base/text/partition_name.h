// SPDX-License-Identifier: Apache-2.0
//
// Names of partitions, which the kernel makes of those of their disks.
#pragma once

#include <algorithm>
#include <string_view>

#include "base/text/text.h"

namespace proctape {

// Whether `name` is that of a partition of the disk `disk`: sda1 of sda, nvme0n1p2 of nvme0n1.
constexpr bool is_partition_of(std::string_view name, std::string_view disk) {
  if (disk.empty() || !begins_with(name, disk)) return false;
  name.remove_prefix(disk.size());
  if (is_digit(disk.back())) {
    if (!name.starts_with('p')) return false;
    name.remove_prefix(1);
  }
  return !name.empty() && std::ranges::all_of(name, is_digit);
}
static_assert(is_partition_of("sda1", "sda") && !is_partition_of("sdaa", "sda"));
static_assert(is_partition_of("nvme0n1p2", "nvme0n1") && !is_partition_of("nvme0n12", "nvme0n1"));

}  // namespace proctape
