// SPDX-License-Identifier: Apache-2.0
#include "cli/view/reported_state.h"

#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <string_view>
#include <utility>

#include "base/clock.h"
#include "base/file/fd.h"
#include "base/file/small_file.h"

namespace proctape {
namespace {

// A sample takes a while, also under load, before it is told of.
constexpr double kAllowedLateness = 10;

struct File {
  std::string content;
  bool locked = false;
};

// Nobody but the recorder or root tells how it is: in a directory such as /tmp others could.
Result<> expect_owner(const Fd& fd, const std::string& path) {
  struct stat file {};
  struct stat directory {};
  const auto place = std::filesystem::path(path).parent_path();
  if (::fstat(fd.get(), &file) != 0 ||
      ::stat(place.empty() ? "." : place.c_str(), &directory) != 0) {
    return error_from_errno(errno, "stat " + path);
  }
  if (file.st_uid == 0 || file.st_uid == ::geteuid() || file.st_uid == directory.st_uid) return {};
  return Error{Error::Kind::kDenied, path +
                                         ": expected a file of root or of its directory's owner, " +
                                         "found one of user " + std::to_string(file.st_uid)};
}

Result<File> read_file(const std::string& path) {
  constexpr std::size_t kMost = std::size_t{1} << 20U;  // no state is as long
  const auto fd = open_regular(path);
  if (!fd) return fd.error();
  if (auto owned = expect_owner(*fd, path); !owned) return std::move(owned.error());
  auto content = read_at_most(*fd, path, kMost);
  if (!content) return std::move(content.error());
  File file{.content = std::move(*content)};
  file.locked = ::flock(fd->get(), LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
  if (file.locked) return file;
  // The daemon lets go of a file that it has replaced.
  struct stat opened {};
  struct stat there {};
  if (::fstat(fd->get(), &opened) != 0 || ::stat(path.c_str(), &there) != 0) return file;
  if (opened.st_ino != there.st_ino || opened.st_dev != there.st_dev) file.content.clear();
  return file;
}

// How deep objects and arrays lie in each other, at most. Those who write JSON, and the parser,
// take each level from the stack.
std::size_t depth_of(std::string_view json) {
  std::size_t depth = 0;
  std::size_t deepest = 0;
  bool in_text = false;
  for (std::size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    if (in_text) {
      if (c == '\\') ++i;
      if (c == '"') in_text = false;
    } else if (c == '"') {
      in_text = true;
    } else if (c == '{' || c == '[') {
      deepest = std::max(deepest, ++depth);
    } else if ((c == '}' || c == ']') && depth > 0) {
      --depth;
    }
  }
  return deepest;
}

}  // namespace

Result<ReportedState> read_reported_state(const std::string& path) {
  constexpr int kTries = 10;
  Result<File> file = read_file(path);
  for (int i = 1; i < kTries && file && file->content.empty(); ++i) file = read_file(path);
  if (!file) return std::move(file.error());
  ReportedState state;
  state.running = file->locked;
  constexpr std::size_t kDeepest = 32;
  const bool flat = depth_of(file->content) <= kDeepest;
  if (flat) {
    state.content.Parse<rapidjson::kParseValidateEncodingFlag>(file->content.data(),
                                                               file->content.size());
  }
  const auto& content = state.content;
  if (!flat || content.HasParseError() || !content.IsObject() || !content.HasMember("program")) {
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
