// SPDX-License-Identifier: Apache-2.0
#include "cli/input/rereadable.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <span>

namespace proctape {
namespace {

Result<> copy(int from, int to) {
  std::array<std::byte, 65536> buffer;
  for (;;) {
    const ssize_t count = ::read(from, buffer.data(), buffer.size());
    if (count == 0) return {};
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return error_from_errno(errno, "read standard input");
    auto rest = std::span(buffer).first(static_cast<std::size_t>(count));
    while (!rest.empty()) {
      const ssize_t written = ::write(to, rest.data(), rest.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) return error_from_errno(errno, "write to a temporary file");
      rest = rest.subspan(static_cast<std::size_t>(written));
    }
  }
}

}  // namespace

Result<Rereadable> Rereadable::open(const std::string& path) {
  const bool standard_input = path == "-";
  struct stat status {};
  const int found = standard_input ? fstat(STDIN_FILENO, &status) : stat(path.c_str(), &status);
  // What is not there is told when it is opened.
  if (!standard_input && (found != 0 || S_ISREG(status.st_mode))) return Rereadable(path, path);

  const Fd opened(standard_input ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0)
                                 : ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
  if (!opened) return error_from_errno(errno, "open " + path);
  const char* directory = std::getenv("TMPDIR");
  if (!directory || !*directory) directory = "/tmp";
  Fd temporary(::open(directory, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
  if (!temporary) {
    return error_from_errno(errno, std::string("make a temporary file in ") + directory);
  }
  if (auto copied = copy(opened.get(), temporary.get()); !copied) return copied.error();
  Rereadable file(standard_input ? "standard input" : path,
                  "/proc/self/fd/" + std::to_string(temporary.get()));
  file.copy_ = std::move(temporary);
  return file;
}

}  // namespace proctape
