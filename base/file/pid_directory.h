// SPDX-License-Identifier: Apache-2.0
//
// The numeric names in /proc and in /proc/<pid>/task.
#pragma once

#include <vector>

#include "base/result.h"
#include "base/units.h"

namespace proctape {

// Replaces `pids` by the numeric names in the directory `path` below `directory_fd`,
// ascending. Allocates nothing once `pids` has grown. kGone if the process vanished.
Result<> list_pids(int directory_fd, const char* path, std::vector<Count>& pids);

}  // namespace proctape
