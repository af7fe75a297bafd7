// SPDX-License-Identifier: Apache-2.0
//
// `proctape show`: a log as a person wants to see it first. How busy the machine was, line
// by line, and what kept it busy.
#pragma once

#include <CLI/CLI.hpp>

namespace proctape {

// Adds the subcommand; its exit status goes to `exit_code` when it is run.
void add_show(CLI::App& app, int& exit_code);

}  // namespace proctape
