// SPDX-License-Identifier: Apache-2.0
//
// What the daemon tells the service manager (sd_notify(3), to the socket in $NOTIFY_SOCKET).
// Nobody listens when there is no manager, and nothing can be done when telling fails:
// a manager that misses READY or WATCHDOG acts by itself. So none of these fails.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace proctape {

// Whether there is a manager that listens.
bool has_service_manager();

// Started, or done with a reload.
void notify_ready();

// One line for `systemctl status`; a newline in it becomes a space.
void notify_status(std::string_view status);

// Alive. To be told at least once per watchdog_interval().
void notify_watchdog();

// Reading the configuration anew; notify_ready() ends it.
void notify_reloading();

// Shutting down.
void notify_stopping();

// After how long a silence the manager kills this process; none if it does not watch it.
std::optional<std::chrono::microseconds> watchdog_interval();

}  // namespace proctape
