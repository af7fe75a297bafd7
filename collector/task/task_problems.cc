// SPDX-License-Identifier: Apache-2.0
#include "collector/task/task_problems.h"

#include <fcntl.h>
#include <unistd.h>

namespace proctape {

bool TaskProblems::note(int proc, const TaskDirectory& directory, const Error& error) {
  if (error.kind == Error::Kind::kMalformed) {
    ++malformed;
    if (!first_malformed) first_malformed = error;
    return true;
  }
  if (error.kind != Error::Kind::kGone) return true;
  // Either the task vanished or this kernel has no such file.
  return ::faccessat(proc, directory / "stat", F_OK, 0) == 0;
}

}  // namespace proctape
