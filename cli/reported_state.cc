// SPDX-License-Identifier: Apache-2.0
#include "cli/reported_state.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "base/clock.h"
#include "base/fd.h"

namespace proctape {
namespace {

// A sample takes a while, also under load, before it is told of.
constexpr double kAllowedLateness = 10;

struct File {
  std::string content;
  bool locked = false;
};

Result<File> read_file(const std::string& path) {
  constexpr std::size_t kMost = std::size_t{1} << 20U;  // no state is as long
  const Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!fd) return error_from_errno(errno, "open " + path);
  File file;
  file.content.resize(kMost);
  const ssize_t size = ::read(fd.get(), file.content.data(), kMost);
  if (size < 0) return error_from_errno(errno, "read " + path);
  file.content.resize(static_cast<std::size_t>(size));
  file.locked = ::flock(fd.get(), LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
  if (file.locked) return file;
  // The daemon lets go of a file that it has replaced.
  struct stat opened {};
  struct stat there {};
  if (::fstat(fd.get(), &opened) != 0 || ::stat(path.c_str(), &there) != 0) return file;
  if (opened.st_ino != there.st_ino || opened.st_dev != there.st_dev) file.content.clear();
  return file;
}

}  // namespace

Result<ReportedState> read_reported_state(const std::string& path) {
  constexpr int kTries = 10;
  Result<File> file = read_file(path);
  for (int i = 1; i < kTries && file && file->content.empty(); ++i) file = read_file(path);
  if (!file) return std::move(file.error());
  ReportedState state;
  state.running = file->locked;
  state.content.Parse(file->content.data(), file->content.size());
  const auto& content = state.content;
  if (content.HasParseError() || !content.IsObject() || !content.HasMember("program")) {
    return Error{Error::Kind::kMalformed, path + " is no state of a daemon"};
  }
  const auto number = [](const rapidjson::Value& object, const char* name) {
    const auto member = object.FindMember(name);
    return member != object.MemberEnd() && member->value.IsNumber() ? member->value.GetDouble() : 0;
  };
  const auto samples = content.FindMember("samples");
  if (state.running && samples != content.MemberEnd() && samples->value.IsObject()) {
    const double next = number(samples->value, "next_since_boot");
    const double now = std::chrono::duration<double>(SystemClock().since_boot()).count();
    const double late = now - next;
    if (late > std::max(kAllowedLateness, number(content, "interval_now"))) {
      state.overdue = std::chrono::duration<double>(late);
    }
  }
  return state;
}

}  // namespace proctape
