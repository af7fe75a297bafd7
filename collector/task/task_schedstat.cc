// SPDX-License-Identifier: Apache-2.0
#include "collector/task/task_schedstat.h"

#include "base/text.h"

namespace proctape {

Result<> parse_task_schedstat(std::string_view text, Task& into) {
  std::string_view rest = text.substr(0, text.find('\n'));
  const auto run = next_number(rest);
  const auto delay = next_number(rest);
  const auto timeslices = next_number(rest);
  if (!run || !delay || !timeslices) return malformed("schedstat of a task", "three numbers", text);
  into.run_time = Nanoseconds{*run};
  into.cpu.run_delay = Nanoseconds{*delay};
  into.timeslices = *timeslices;
  return {};
}

}  // namespace proctape
