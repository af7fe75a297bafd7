// SPDX-License-Identifier: Apache-2.0
#include "collector/system/wireless.h"

#include <linux/wireless.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <algorithm>

#include "base/file/fd.h"

namespace proctape {

Count wireless_speed(const std::string& interface) {
  constexpr Count kMegabit = 1'000'000;
  const Fd socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!socket) return 0;
  iwreq request{};
  // The name stays terminated: the last byte is never written.
  const auto length = std::min(interface.size(), sizeof(request.ifr_name) - 1);
  std::copy_n(interface.begin(), length, request.ifr_name);
  if (::ioctl(socket.get(), SIOCGIWRATE, &request) < 0) return 0;
  return std::max<Count>(0, (request.u.bitrate.value + kMegabit / 2) / kMegabit);
}

}  // namespace proctape
