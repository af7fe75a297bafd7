// SPDX-License-Identifier: Apache-2.0
//
// `proctape check`: whether every record of a log is whole, and where not.
#pragma once

#include <CLI/CLI.hpp>

namespace proctape {

// Adds the subcommand; its exit status goes to `exit_code` when it is run.
void add_check(CLI::App& app, int& exit_code);

}  // namespace proctape
