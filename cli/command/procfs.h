// SPDX-License-Identifier: Apache-2.0
//
// `proctape procfs`: the fields of /proc/PID/stat, status and io of processes as CSV, live or from
// a log.
#pragma once

#include <CLI/CLI.hpp>

namespace proctape {

// Adds the subcommand; its exit status goes to `exit_code` when it is run.
void add_procfs(CLI::App& app, int& exit_code);

}  // namespace proctape
