// SPDX-License-Identifier: Apache-2.0
#include "collector/task/task_schedstat.h"

#include "base/text/text.h"

namespace proctape {

Result<> parse_task_schedstat(std::string_view text, TaskReading& into) {
  std::string_view rest = text;
  std::int64_t run = 0, delay = 0, timeslices = 0;
  if (!read_number(rest, run) || !read_number(rest, delay) || !read_number(rest, timeslices)) {
    return malformed("schedstat of a task", "three numbers", text);
  }
  into.run_time = Nanoseconds{run};
  into.cpu.run_delay = Nanoseconds{delay};
  into.timeslices = timeslices;
  return {};
}

}  // namespace proctape
