// SPDX-License-Identifier: Apache-2.0
//
// `proctape show`: a log as a person wants to see it first. How busy the machine was, line
// by line, and what kept it busy.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "cli/view/summary.h"
#include "rawlog/file/reader.h"

namespace proctape {

// Adds the subcommand; its exit status goes to `exit_code` when it is run.
void add_show(CLI::App& app, int& exit_code);

struct ShowOptions {
  std::size_t rows = 40;  // about how many lines of samples; 0: all
  std::size_t top = 5;    // lines in each list of the busiest
};

// The whole text. `reader` was read to its end.
std::string show_text(const Reader& reader, const Summary& summary, const ShowOptions& options);

}  // namespace proctape
