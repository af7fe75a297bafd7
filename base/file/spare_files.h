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

// What the rest may need while the logs are not open yet: three for each of 16, and some for a
// sample. Half was too little for three logs.
inline constexpr rlim_t kForLogsAndSample = 64;
// And once they are: a sample, and some logs that a reload closed and the sample opens again.
inline constexpr rlim_t kForSampleAfterReload = 12;

// Whether `file`, which is to stay open, leaves so many.
inline bool leaves_room(const Fd& file, rlim_t for_the_rest = kForLogsAndSample) {
  struct rlimit limit {};
  return ::getrlimit(RLIMIT_NOFILE, &limit) != 0 ||
         static_cast<rlim_t>(file.get()) + for_the_rest < limit.rlim_cur;
}

}  // namespace proctape
