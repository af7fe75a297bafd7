// SPDX-License-Identifier: Apache-2.0
//
// `proctape cut`: a part of a log, from one time to another.
#pragma once

#include <CLI/CLI.hpp>

namespace proctape {

// Adds the subcommand; its exit status goes to `exit_code` when it is run.
void add_cut(CLI::App& app, int& exit_code);

}  // namespace proctape
