// SPDX-License-Identifier: Apache-2.0
#include "systemd/notify.h"

#include <systemd/sd-daemon.h>

#include <algorithm>
#include <cstdint>
#include <ctime>
#include <string>

namespace proctape {
namespace {

// The environment stays as it is: SIGHUP and the next sample have more to tell.
void notify(const std::string& message) {
  (void)sd_notify(/*unset_environment=*/0, message.c_str());
}

}  // namespace

void notify_ready() { notify("READY=1"); }

void notify_status(std::string_view status) {
  // Lines are the protocol's own: a second one would be taken for another message.
  std::string message = "STATUS=" + std::string(status);
  std::ranges::replace(message, '\n', ' ');
  notify(message);
}

void notify_watchdog() { notify("WATCHDOG=1"); }

void notify_reloading() {
  // The time tells this reload from another; Type=notify-reload asks for it.
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  const std::int64_t microseconds = now.tv_sec * INT64_C(1'000'000) + now.tv_nsec / 1000;
  notify("RELOADING=1\nMONOTONIC_USEC=" + std::to_string(microseconds));
}

void notify_stopping() { notify("STOPPING=1"); }

std::optional<std::chrono::microseconds> watchdog_interval() {
  std::uint64_t microseconds = 0;
  if (sd_watchdog_enabled(/*unset_environment=*/0, &microseconds) <= 0) return std::nullopt;
  return std::chrono::microseconds(microseconds);
}

}  // namespace proctape
