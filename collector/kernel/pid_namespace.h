// SPDX-License-Identifier: Apache-2.0
//
// Whether the pids that this process sees are those of the whole host.
#pragma once

#include "collector/kernel/kernel_fs.h"

namespace proctape {

// By /proc/self/ns/pid. True where that cannot be told: kernels without pid namespaces.
bool in_initial_pid_namespace(const KernelFs& fs);

}  // namespace proctape
