// SPDX-License-Identifier: Apache-2.0
//
// `proctape status`: what the running daemon says of itself.
#pragma once

#include <CLI/CLI.hpp>

namespace proctape {

// Adds the subcommand; its exit status goes to `exit_code` when it is run.
void add_status(CLI::App& app, int& exit_code);

}  // namespace proctape
