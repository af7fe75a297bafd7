// SPDX-License-Identifier: Apache-2.0
#include "config/advice.h"

#include "config/duration.h"

namespace proctape {
namespace {

void check_interval(const char* key, std::chrono::nanoseconds interval,
                    std::vector<std::string>& advice) {
  if (interval % std::chrono::seconds(1) == std::chrono::nanoseconds{}) return;
  advice.push_back(std::string("warning: ") + key + ": " + to_string(interval) +
                   " is not a whole number of seconds, which is what atop's format stores: atop "
                   "shows wrong rates, proctape shows right ones");
}

}  // namespace

std::vector<std::string> advice_on(const Config& config) {
  std::vector<std::string> advice;
  check_interval("interval", config.interval, advice);
  if (config.pressure.extra_samples) {
    check_interval("pressure.interval", config.pressure.interval, advice);
  }
  return advice;
}

}  // namespace proctape
