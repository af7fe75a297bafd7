// SPDX-License-Identifier: Apache-2.0
#include "base/file/small_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace proctape {
namespace {

const char* kind_of(mode_t mode) {
  if (S_ISDIR(mode)) return "a directory";
  if (S_ISFIFO(mode)) return "a pipe";
  if (S_ISSOCK(mode)) return "a socket";
  return "a device";
}

}  // namespace

Result<Fd> open_regular(const std::string& path) {
  // Looked at before it is opened: to open a device may do something.
  const Fd there(::open(path.c_str(), O_PATH | O_CLOEXEC));
  struct stat status {};
  if (!there || ::fstat(there.get(), &status) != 0) return error_from_errno(errno, "open " + path);
  if (!S_ISREG(status.st_mode)) {
    return Error{Error::Kind::kInvalid,
                 path + ": expected a regular file, found " + kind_of(status.st_mode)};
  }
  // By its number, so that it is the same.
  const std::string same = "/proc/self/fd/" + std::to_string(there.get());
  Fd file(::open(same.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  // A container may be without /proc.
  if (!file && errno == ENOENT) {
    file = Fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  }
  if (!file) return error_from_errno(errno, "open " + path);
  return file;
}

Result<std::string> read_at_most(const Fd& file, const std::string& path, std::size_t most) {
  std::string content;
  char chunk[4096];
  for (;;) {
    const ssize_t count = ::read(file.get(), chunk, sizeof(chunk));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return error_from_errno(errno, "read " + path);
    if (count == 0) return content;
    content.append(chunk, static_cast<std::size_t>(count));
    if (content.size() > most) {
      return Error{Error::Kind::kInvalid, path + ": expected a file of at most " +
                                              std::to_string(most) + " bytes, found more"};
    }
  }
}

Result<std::string> read_small_file(const std::string& path, std::size_t most) {
  const auto file = open_regular(path);
  if (!file) return file.error();
  return read_at_most(*file, path, most);
}

}  // namespace proctape
