// SPDX-License-Identifier: Apache-2.0
//
// What a file of settings in the form of shell assignments (/etc/default/atop) sets, without
// running it: NAME=value, with quotes, backslashes, comments and `export` as in sh. Values that
// only a shell could make ($OTHER, $(date)) are problems, and so is everything else it holds.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace proctape {

struct ShellAssignments {
  std::map<std::string, std::string, std::less<>> values;  // of each name the last
  std::vector<std::string> problems;  // "line 3: expected NAME=value, found 'if'"
};

ShellAssignments parse_shell_assignments(std::string_view text);

}  // namespace proctape
