// SPDX-License-Identifier: Apache-2.0
//
// `proctape cat`: several logs as one, in the order of time.
#pragma once

#include <CLI/CLI.hpp>

namespace proctape {

// Adds the subcommand; its exit status goes to `exit_code` when it is run.
void add_cat(CLI::App& app, int& exit_code);

}  // namespace proctape
