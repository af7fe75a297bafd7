// SPDX-License-Identifier: Apache-2.0
#include "daemon/group.h"

#include <fstream>
#include <limits>
#include <optional>
#include <string_view>

#include "base/text.h"

namespace proctape {
namespace {

// The largest number is the system's "none".
std::optional<gid_t> to_gid(std::string_view text) {
  const auto number = to_number(text);
  if (!number || *number < 0 || *number >= std::numeric_limits<gid_t>::max()) return std::nullopt;
  return static_cast<gid_t>(*number);
}

std::string_view next_field(std::string_view& line) {
  const auto end = line.find(':');
  const auto field = line.substr(0, end);
  line.remove_prefix(end == line.npos ? line.size() : end + 1);
  return field;
}

}  // namespace

Result<gid_t> find_group(const std::string& name, const std::string& file) {
  if (const auto number = to_gid(name)) return *number;
  std::ifstream groups(file);
  for (std::string line; std::getline(groups, line);) {
    // name:password:number:members
    std::string_view rest = line;
    if (next_field(rest) != name) continue;
    next_field(rest);
    if (const auto number = to_gid(next_field(rest))) return *number;
  }
  return Error{Error::Kind::kMissing, file + " has no group '" + name + "'"};
}

}  // namespace proctape
