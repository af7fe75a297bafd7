// SPDX-License-Identifier: Apache-2.0
//
// The fields of /proc that a log tells of a task, as the kernel would have written them.
#pragma once

#include <string_view>

#include "base/function_ref.h"
#include "cli/procfs/task_file.h"
#include "rawlog/layout/version.h"
#include "sample/host.h"
#include "sample/task.h"

namespace proctape {

struct RecordedTask {
  const Task& task;  // its counters since it began (TaskTotals)
  const Host& host;
  Version version;
  bool has_io;  // of the sample: Sample::task_io
};

// Shows what is known of a task as fields of the three files. Of one that has ended, which /proc no
// longer has, the state is X ("dead").
using FileFieldVisitor =
    FunctionRef<void(TaskFile file, std::string_view name, std::string_view value)>;
void visit_fields(const RecordedTask& told, FileFieldVisitor visit);

}  // namespace proctape
