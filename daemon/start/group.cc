// SPDX-License-Identifier: Apache-2.0
#include "daemon/start/group.h"

#include <cstdio>
#include <cstdlib>
#include <limits>
#include <memory>
#include <optional>
#include <string_view>

#include "base/text/text.h"

namespace proctape {
namespace {

// The largest number is the system's "none".
std::optional<gid_t> to_gid(std::string_view text) {
  const auto number = to_number(text);
  if (!number || *number < 0 || *number >= std::numeric_limits<gid_t>::max()) return std::nullopt;
  return static_cast<gid_t>(*number);
}

struct Close {
  void operator()(FILE* file) const { std::fclose(file); }
};
struct Free {
  void operator()(char* text) const { std::free(text); }
};

std::string_view next_field(std::string_view& line) {
  const auto end = line.find(':');
  const auto field = line.substr(0, end);
  line.remove_prefix(end == line.npos ? line.size() : end + 1);
  return field;
}

}  // namespace

Result<gid_t> find_group(const std::string& name, const std::string& file) {
  if (const auto number = to_gid(name)) return *number;
  const std::unique_ptr<FILE, Close> groups(std::fopen(file.c_str(), "re"));
  std::unique_ptr<char, Free> line;
  std::size_t room = 0;
  while (groups) {
    char* text = line.release();
    const ssize_t length = ::getline(&text, &room, groups.get());
    line.reset(text);
    if (length < 0) break;
    // name:password:number:members
    std::string_view whole(text, static_cast<std::size_t>(length));
    std::string_view rest = next_line(whole);
    if (next_field(rest) != name) continue;
    next_field(rest);
    if (const auto number = to_gid(next_field(rest))) return *number;
  }
  return Error{Error::Kind::kMissing, file + " has no group '" + name + "'"};
}

}  // namespace proctape
