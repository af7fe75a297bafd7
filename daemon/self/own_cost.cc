// SPDX-License-Identifier: Apache-2.0
#include "daemon/self/own_cost.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "base/file/fd.h"
#include "base/text/text.h"

namespace proctape {
namespace {

std::chrono::nanoseconds duration(const timeval& time) {
  return std::chrono::seconds(time.tv_sec) + std::chrono::microseconds(time.tv_usec);
}

double share_of(std::chrono::nanoseconds used, std::chrono::nanoseconds passed) {
  if (passed <= std::chrono::nanoseconds{}) return 0;
  return static_cast<double>(used.count()) / static_cast<double>(passed.count());
}

// The second number of statm: pages.
Bytes resident_now() {
  const Fd file(::open("/proc/self/statm", O_RDONLY | O_CLOEXEC));
  std::array<char, 128> content{};
  const ssize_t size = ::read(file.get(), content.data(), content.size());
  if (size <= 0) return {kUnknown};
  std::string_view text(content.data(), static_cast<std::size_t>(size));
  next_word(text);
  const auto pages = next_number(text);
  return pages ? Bytes{*pages * ::sysconf(_SC_PAGESIZE)} : Bytes{kUnknown};
}

}  // namespace

void OwnCost::look(SinceBoot now) {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto before = user_ + system_;
  user_ = duration(usage.ru_utime);
  system_ = duration(usage.ru_stime);
  last_ = user_ + system_ - before;
  last_share_ = share_of(last_, now - looked_);
  share_ = share_of(user_ + system_, now - begun_);
  looked_ = now;
  resident_ = resident_now();
  // The kernel counts the two with different care.
  most_resident_ = std::max(kibibytes(usage.ru_maxrss), resident_);
}

}  // namespace proctape
