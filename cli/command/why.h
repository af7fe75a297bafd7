// SPDX-License-Identifier: Apache-2.0
//
// proctape why [FILE...]: what was wrong, who caused it and who suffered.
#pragma once

#include <CLI/CLI.hpp>

namespace proctape {

void add_why(CLI::App& app, int& exit_code);

}  // namespace proctape
