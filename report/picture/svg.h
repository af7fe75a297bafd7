// SPDX-License-Identifier: Apache-2.0
//
// A picture as SVG 1.1, which any browser shows: one file, without scripts and without anything
// from elsewhere. Everything that others named is text, escaped.
#pragma once

#include <string>

#include "report/picture/picture.h"

namespace proctape {

std::string svg_of(const Picture& picture);

}  // namespace proctape
