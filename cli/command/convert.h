// SPDX-License-Identifier: Apache-2.0
//
// `proctape convert`: a log in the layout of another version.
#pragma once

#include <CLI/CLI.hpp>

namespace proctape {

// Adds the subcommand; its exit status goes to `exit_code` when it is run.
void add_convert(CLI::App& app, int& exit_code);

}  // namespace proctape
