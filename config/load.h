// SPDX-License-Identifier: Apache-2.0
//
// From text to Config: the configuration file (TOML), and single keys from the command line,
// by the same table of keys. A message says what was expected and what was found.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "config/config.h"

namespace proctape {

// The values of log.format besides "auto". The caller's to tell: which versions can be
// written is the business of rawlog, which this library does not know.
using Formats = std::span<const std::string>;

// What the file holds, unread. A file that cannot be read fails with the kind of its errno.
Result<std::string> config_text(const std::string& path);

// The file's settings over the defaults. A file that cannot be read fails with the kind of its
// errno. Wrong content is kInvalid, and so is none at all, which a slip or a power cut leaves. The
// message has a line for each thing that is wrong, with its line and column, in the file's order,
// and says how many more there are than anybody reads:
//   "proctape.toml:7:12: interval: expected a duration from "100ms" to "24h", found "10""
//   "proctape.toml:9:1: unknown key 'intervall'; did you mean 'interval'?"
Result<Config> load_config(const std::string& path, Formats formats);

// The same, but a file that is not there leaves the defaults.
Result<Config> load_config_if_present(const std::string& path, Formats formats);

// The same for the content of a file, which messages call `name`.
Result<Config> parse_config(std::string_view content, std::string_view name, Formats formats);

// Sets the one key ("log.directory") to a value given as plain text; one of [log] leaves the
// first log only. kInvalid if that is not
// possible, with a message such as "expected "all" or "none", found "some"", to which the
// caller adds where the text came from.
Result<> set_config(Config& config, std::string_view key, std::string_view value, Formats formats);

// All keys, as set_config names them, in the order of proctape.toml.
std::vector<std::string_view> config_keys();

}  // namespace proctape
