// SPDX-License-Identifier: Apache-2.0
#include "rawlog/directory/directory_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <cerrno>
#include <utility>

namespace proctape {
namespace {

bool is_same_file(int a, int b) {
  struct stat of_a {};
  struct stat of_b {};
  return fstat(a, &of_a) == 0 && fstat(b, &of_b) == 0 && of_a.st_dev == of_b.st_dev &&
         of_a.st_ino == of_b.st_ino;
}

}  // namespace

Result<> DirectoryLock::take(const std::string& path) {
  const Error another{Error::Kind::kDenied, path + ": another proctaped is writing there"};
  if (auto taken = file_.take(path + '/' + kFileName); !taken) {
    return taken.error().kind == Error::Kind::kInvalid ? another : std::move(taken.error());
  }
  Fd directory(open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!directory) return error_from_errno(errno, "open " + path);
  if (directory_ && is_same_file(directory_.get(), directory.get())) return {};
  // Not every file system has locks; two recorders on it are then not kept apart.
  if (flock(directory.get(), LOCK_EX | LOCK_NB) == 0) {
    directory_ = std::move(directory);
    return {};
  }
  if (errno == EWOULDBLOCK && is_locked_by_program(directory.get(), "proctaped")) {
    file_.release();
    return another;
  }
  return {};
}

}  // namespace proctape
