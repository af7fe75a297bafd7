// SPDX-License-Identifier: Apache-2.0
//
// Long options, as a table of them tells: reads a command line by it and writes the help. Small,
// because the minimal build counts every byte; the reader of logs has a larger one.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"

namespace proctape {

struct CommandLineOption {
  std::string_view name;   // "--interval"
  std::string_view value;  // what the help calls its value; empty: it takes none
  std::string_view help;
  // Gets the value; returns what is wrong with it, or nothing. One that takes none gets "".
  std::function<std::string(std::string_view)> take;
  std::string_view short_name = {};  // "-h"
};

// Takes "--name value" and "--name=value", in order, each option that has a value once only;
// a value that begins with "--" in the second way only.
// kInvalid at the first word that is wrong, with a message for the user.
Result<> read_command_line(std::span<const CommandLineOption> options,
                           std::span<const char* const> words);

// A line or more for each option, in columns.
std::string help_of(std::span<const CommandLineOption> options);

}  // namespace proctape
