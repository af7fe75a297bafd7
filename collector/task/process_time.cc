// SPDX-License-Identifier: Apache-2.0
#include "collector/task/process_time.h"

#include <algorithm>

namespace proctape {

ProcessTime divide_run_time(Nanoseconds run_time, ProcessTime sampled, ProcessTime shown) {
  if (shown.user + shown.system >= run_time) return shown;
  Nanoseconds system{};
  if (sampled.user == Nanoseconds{}) {
    // Also if neither was sampled: too short for the timer to meet it. /proc takes that for user
    // time.
    system = sampled.system == Nanoseconds{} ? Nanoseconds{} : run_time;
  } else {
    const auto product = static_cast<__int128>(sampled.system.value) * run_time.value;
    const auto part = product / (sampled.user + sampled.system).value;
    system = {std::min(static_cast<std::int64_t>(part), run_time.value)};
  }
  system = std::max(system, shown.system);
  Nanoseconds user = run_time - system;
  if (user < shown.user) {
    user = shown.user;
    system = run_time - user;
  }
  return {user, system};
}

}  // namespace proctape
