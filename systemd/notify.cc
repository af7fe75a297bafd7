// SPDX-License-Identifier: Apache-2.0
//
// By the protocol of sd_notify(3), which is stable and small: one datagram per message.
#include "systemd/notify.h"

#include <sys/socket.h>
#include <sys/un.h>

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <string>

#include "base/file/fd.h"
#include "base/text/visible_text.h"

namespace proctape {
namespace {

// The environment stays as it is: SIGHUP and the next sample have more to tell.
void notify(const std::string& message) {
  const char* const path = std::getenv("NOTIFY_SOCKET");
  if (path == nullptr) return;
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::size_t length = std::strlen(path);
  if (length < 2 || length >= sizeof(address.sun_path)) return;
  std::memcpy(address.sun_path, path, length);
  // A name without a file: '@' stands for the NUL that it begins with.
  if (path[0] == '@') address.sun_path[0] = '\0';
  const Fd socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!socket) return;
  const auto address_size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + length);
  (void)::sendto(socket.get(), message.data(), message.size(), MSG_NOSIGNAL,
                 reinterpret_cast<const sockaddr*>(&address), address_size);
}

// The value of a variable that is a whole number above 0; 0 if it is none.
std::uint64_t number_in(const char* variable) {
  const char* const text = std::getenv(variable);
  if (text == nullptr) return 0;
  const char* const end = text + std::strlen(text);
  std::uint64_t number = 0;
  const auto parsed = std::from_chars(text, end, number);
  return parsed.ec == std::errc() && parsed.ptr == end ? number : 0;
}

}  // namespace

bool has_service_manager() { return std::getenv("NOTIFY_SOCKET") != nullptr; }

void notify_ready() { notify("READY=1"); }

void notify_status(std::string_view status) {
  // Lines are the protocol's own: a second one would be taken for another message.
  notify("STATUS=" + visible_message(status));
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
  const std::uint64_t microseconds = number_in("WATCHDOG_USEC");
  if (microseconds == 0) return std::nullopt;
  // Without WATCHDOG_PID it is whoever has the variable.
  const bool for_one = std::getenv("WATCHDOG_PID") != nullptr;
  if (for_one && number_in("WATCHDOG_PID") != static_cast<std::uint64_t>(::getpid())) {
    return std::nullopt;
  }
  return std::chrono::microseconds(microseconds);
}

}  // namespace proctape
