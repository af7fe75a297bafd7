// SPDX-License-Identifier: Apache-2.0
//
// What went wrong with single tasks in one snapshot.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/text/inline_text.h"
#include "base/units.h"
#include "collector/task/task_directory.h"

namespace proctape {

struct TaskProblems {
  Count io_denied = 0;  // tasks whose io this process may not read, and the first of them
  Count first_denied = 0;
  InlineText<15> name_of_denied;
  Count malformed = 0;  // tasks with a file that could not be understood
  std::optional<Error> first_malformed;

  // A task that began to keep its reader waiting: told once.
  struct Stuck {
    std::string task;  // "task 123"
    Error error;
  };
  std::vector<Stuck> stuck;
  // Files that may hang were not read, because too many tasks keep readers waiting.
  bool too_many_stuck = false;
  bool host_names_refused = false;  // of UTS namespaces

  // Counts what is wrong with a file of the task below `proc`; returns whether the task is still
  // there.
  bool note(int proc, const TaskDirectory& directory, const Error& error);
};

}  // namespace proctape
