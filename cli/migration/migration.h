// SPDX-License-Identifier: Apache-2.0
//
// From the settings of atop's recorder to those of proctaped: what is the same becomes a key of
// proctape.toml, what is not is told in a note.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace proctape {

struct Migration {
  std::string toml;                // a whole proctape.toml; the notes stand in it as comments
  std::vector<std::string> notes;  // one line each, for whoever migrates
};

// `text` is /etc/default/atop, which `name` calls in the result. Variables that it does not set
// have the values that atop's service gives them.
Migration migrate(std::string_view text, std::string_view name);

}  // namespace proctape
