// SPDX-License-Identifier: Apache-2.0
//
// A process may have few files open (RLIMIT_NOFILE). What is nice to have must not take those that
// a record needs.
#pragma once

#include <fcntl.h>
#include <sys/resource.h>

#include <array>

#include "base/file/fd.h"

namespace proctape {

// Keeps as many as the rest of a start and a sample need, while this lives.
class SpareFiles {
 public:
  SpareFiles() {
    for (Fd& file : files_) file = Fd(::open("/", O_PATH | O_CLOEXEC));
  }

 private:
  std::array<Fd, 12> files_;
};

// Whether `file`, which is to stay open, leaves half of all for others.
inline bool leaves_room(const Fd& file) {
  struct rlimit limit {};
  return ::getrlimit(RLIMIT_NOFILE, &limit) != 0 ||
         static_cast<rlim_t>(file.get()) < limit.rlim_cur / 2;
}

}  // namespace proctape
