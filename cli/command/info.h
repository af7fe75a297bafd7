// SPDX-License-Identifier: Apache-2.0
//
// `proctape info`: what a log is, which times it covers, and whether it is whole.
#pragma once

#include <CLI/CLI.hpp>

namespace proctape {

// Adds the subcommand; its exit status goes to `exit_code` when it is run.
void add_info(CLI::App& app, int& exit_code);

}  // namespace proctape
