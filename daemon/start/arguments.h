// SPDX-License-Identifier: Apache-2.0
//
// The command line of proctaped.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "config/config.h"

namespace proctape {

struct Arguments {
  std::string config_file = kConfigFile;
  bool config_given = false;  // then the file must exist
  std::string last_good;      // see last_good.h; empty: none
  bool check_config = false;
  bool list_sources = false;
  std::uint64_t samples = 0;  // 0: until told to stop
  // What beats the configuration file: key of set_config, value as given, option's name.
  struct Setting {
    std::string key;
    std::string value;
    std::string option;
    bool is_path = false;
  };
  std::vector<Setting> settings;
};

// Exit codes, as `--help` and the manual tell them.
inline constexpr int kExitOk = 0;
inline constexpr int kExitFailure = 1;  // wrong configuration, or nothing can be recorded
inline constexpr int kExitUsage = 2;

// Reads the command line. No value: the program is to end with the exit code at once,
// because help or version was printed or the usage was wrong (said on stderr).
std::optional<Arguments> parse_arguments(int argc, const char* const* argv, int& exit_code);

// The configuration file's settings, or the defaults, and over them the command line's.
Result<Config> effective_config(const Arguments& arguments);

}  // namespace proctape
