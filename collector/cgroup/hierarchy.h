// SPDX-License-Identifier: Apache-2.0
//
// Where the unified hierarchy (cgroup v2) is mounted: mostly at /sys/fs/cgroup, on hybrid
// hosts, which have the hierarchies of version 1 as well, at /sys/fs/cgroup/unified.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "collector/kernel/kernel_fs.h"

namespace proctape {

// Its path below the root ("sys/fs/cgroup"); none on hosts with version 1 alone. It is known
// by its files; a mount at another place is found on the live host only.
std::optional<std::string> find_cgroup2(const KernelFs& fs);

// The mount point of the first cgroup2 file system in the text of /proc/<pid>/mountinfo:
//
//   41 31 0:38 / /sys/fs/cgroup/unified rw,relatime shared:9 - cgroup2 cgroup2 rw,nsdelegate
//
// Empty if there is none, or its path has characters that are written escaped.
std::string_view cgroup2_mount_point(std::string_view mountinfo);

}  // namespace proctape
