// SPDX-License-Identifier: Apache-2.0
//
// `proctape dump`: every value of a log with its name and unit.
#pragma once

#include <CLI/CLI.hpp>

namespace proctape {

// Adds the subcommand; its exit status goes to `exit_code` when it is run.
void add_dump(CLI::App& app, int& exit_code);

}  // namespace proctape
