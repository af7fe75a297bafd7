// SPDX-License-Identifier: Apache-2.0
//
// The settings of a group, from the files that its controllers have given it: cpu.weight,
// cpu.max, memory.max, memory.swap.max and io.bfq.weight.
#pragma once

#include "collector/kernel/kernel_fs.h"
#include "sample/cgroup.h"

namespace proctape {

// Of the group in `directory`. A setting whose file is not there, or not understood, stays
// -2, not defined.
CgroupLimits read_cgroup_limits(int directory, FileBuffer& buffer);

}  // namespace proctape
