// SPDX-License-Identifier: Apache-2.0
//
// `proctape repair`: the whole records of a damaged log, as a log.
#pragma once

#include <CLI/CLI.hpp>

namespace proctape {

// Adds the subcommand; its exit status goes to `exit_code` when it is run.
void add_repair(CLI::App& app, int& exit_code);

}  // namespace proctape
