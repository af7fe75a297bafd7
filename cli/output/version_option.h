// SPDX-License-Identifier: Apache-2.0
//
// The option --to VERSION.
#pragma once

#include <CLI/CLI.hpp>
#include <optional>
#include <string>

#include "rawlog/layout/version.h"

namespace proctape {

// Sets `version` when the option is given; other versions than ours are wrong usage.
inline CLI::Option* add_version_option(CLI::App& app, std::optional<Version>& version,
                                       const std::string& description) {
  return app
      .add_option_function<std::string>(
          "--to",
          [&version](const std::string& text) {
            const auto parsed = parse_version(text);
            if (!parsed) {
              throw CLI::ValidationError(
                  "--to", text + " is no version from 2.3 to " + to_string(kNewestVersion));
            }
            version = *parsed;
          },
          description)
      ->type_name("VERSION");
}

}  // namespace proctape
