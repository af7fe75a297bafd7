// SPDX-License-Identifier: Apache-2.0
//
// `proctape migrate`: the configuration of proctaped that does what atop's recorder did.
#pragma once

#include <CLI/CLI.hpp>

namespace proctape {

// Adds the subcommand; its exit status goes to `exit_code` when it is run.
void add_migrate(CLI::App& app, int& exit_code);

}  // namespace proctape
