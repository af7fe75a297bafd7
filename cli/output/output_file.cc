// SPDX-License-Identifier: Apache-2.0
#include "cli/output/output_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

namespace proctape {
namespace {

bool is_same(const struct stat& output, const std::string& input) {
  struct stat status {};
  const int result = input == "-" ? fstat(STDIN_FILENO, &status) : stat(input.c_str(), &status);
  // Who reads a terminal or a device may write to it as well.
  return result == 0 && S_ISREG(status.st_mode) && status.st_dev == output.st_dev &&
         status.st_ino == output.st_ino;
}

Result<WholeFile> standard_output() {
  if (isatty(STDOUT_FILENO)) {
    return Error{Error::Kind::kInvalid, "a log is not written to a terminal"};
  }
  Fd file(fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 0));
  if (!file) return error_from_errno(errno, "open standard output");
  return WholeFile::onto(std::move(file), "standard output");
}

}  // namespace

Result<WholeFile> create_output(const std::string& path, std::span<const std::string> inputs,
                                const WholeFile::Options& options) {
  if (path == "-") return standard_output();
  auto place = find_place(path);
  if (!place) return std::move(place.error());
  for (const std::string& input : inputs) {
    if (place->there && is_same(place->status, input)) {
      return Error{Error::Kind::kInvalid, path + " is the input, which is not changed"};
    }
  }
  return WholeFile::create(std::move(*place), options);
}

}  // namespace proctape
