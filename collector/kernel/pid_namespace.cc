// SPDX-License-Identifier: Apache-2.0
#include "collector/kernel/pid_namespace.h"

#include <sys/stat.h>

namespace proctape {

bool in_initial_pid_namespace(const KernelFs& fs) {
  // PROC_PID_INIT_INO: part of the kernel's interface since 3.8, and the same everywhere.
  constexpr ino_t kInitial = 0xEFFFFFFC;
  struct stat status {};
  const auto directory = fs.open_directory("proc/self/ns");
  if (!directory || ::fstatat(directory->get(), "pid", &status, 0) != 0) return true;
  return status.st_ino == kInitial;
}

}  // namespace proctape
