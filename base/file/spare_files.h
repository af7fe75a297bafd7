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

// Whether `file`, which is to stay open, leaves what the rest may need: three for each of 16 logs,
// which are opened later, and some for a sample. Half was too little for three logs.
inline bool leaves_room(const Fd& file) {
  constexpr rlim_t kForTheRest = 64;
  struct rlimit limit {};
  return ::getrlimit(RLIMIT_NOFILE, &limit) != 0 ||
         static_cast<rlim_t>(file.get()) + kForTheRest < limit.rlim_cur;
}

}  // namespace proctape
