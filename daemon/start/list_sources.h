// SPDX-License-Identifier: Apache-2.0
//
// `proctaped --list-sources`.
#pragma once

#include "base/result.h"
#include "config/config.h"

namespace proctape {

// Takes one snapshot of the host below `config.root` and prints, on stdout, a line per
// source: its name, whether it could be read, and what it reads or why it could not.
Result<> list_sources(const Config& config);

}  // namespace proctape
