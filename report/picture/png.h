// SPDX-License-Identifier: Apache-2.0
//
// A picture as PNG, drawn by cairo. That is loaded when the first one is asked for: a server that
// never draws one needs neither cairo nor the libraries of X and the fonts that come with it.
#pragma once

#include <string>

#include "base/result.h"
#include "report/picture/picture.h"

namespace proctape {

// kMissing where cairo is not installed; says which package has it. `library`: of tests.
Result<std::string> png_of(const Picture& picture, const std::string& library = "libcairo.so.2");

}  // namespace proctape
