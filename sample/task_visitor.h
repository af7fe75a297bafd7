// SPDX-License-Identifier: Apache-2.0
//
// Tasks one after another. What becomes of two snapshots is many megabytes on a large host; it
// is made and encoded task by task, and never is in memory as a whole.
#pragma once

#include "base/function_ref.h"
#include "sample/task.h"

namespace proctape {

// Takes one task, which is valid during the call.
using TaskVisitor = FunctionRef<void(const Task&)>;

// Shows all tasks of a sample, in their order.
using TaskSource = FunctionRef<void(TaskVisitor)>;

}  // namespace proctape
