// SPDX-License-Identifier: Apache-2.0
//
// shmctl(SHM_INFO): how much of the System V shared memory is in memory and in swap.
//
// A system call, not a file: it tells about the IPC namespace of this process, so it is
// asked only on the live host. Pages; zero elsewhere. Manual: shmctl(2).
#pragma once

#include "collector/system/source.h"

namespace proctape {

Result<> read_sysv_shm(Reading& reading, Snapshot& into);

}  // namespace proctape
