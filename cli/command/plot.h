// SPDX-License-Identifier: Apache-2.0
//
// proctape plot: pictures of processes, as SVG or PNG.
#pragma once

#include <CLI/CLI.hpp>

namespace proctape {

void add_plot(CLI::App& app, int& exit_code);

}  // namespace proctape
