// SPDX-License-Identifier: Apache-2.0
#include "base/file/pid_directory.h"

#include <dirent.h>
#include <fcntl.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "base/file/fd.h"
#include "base/text/text.h"

namespace proctape {

Result<> list_pids(int directory_fd, const char* path, std::vector<Count>& pids) {
  pids.clear();
  const Fd directory(::openat(directory_fd, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!directory) {
    if (errno == ENOENT) return Error{Error::Kind::kGone, {}};
    return error_from_errno(errno, path);
  }
  alignas(dirent64) std::array<char, 32 * 1024> entries;
  for (;;) {
    // musl's takes no other type.
    auto* const into = reinterpret_cast<dirent64*>(entries.data());
    const ssize_t length = ::getdents64(directory.get(), into, entries.size());
    if (length == 0) break;
    if (length < 0) {
      if (errno == ENOENT || errno == ESRCH) return Error{Error::Kind::kGone, {}};
      return error_from_errno(errno, path);
    }
    for (ssize_t at = 0; at < length;) {
      const auto* entry = reinterpret_cast<const dirent64*>(entries.data() + at);
      const auto pid = to_number(entry->d_name);
      if (pid && *pid > 0) pids.push_back(*pid);
      at += entry->d_reclen;
    }
  }
  // The kernel lists processes in this order, a fixture's directory in any.
  std::ranges::sort(pids);
  return {};
}

}  // namespace proctape
