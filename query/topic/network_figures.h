// SPDX-License-Identifier: Apache-2.0
//
// What the network protocols counted.
#pragma once

#include <span>

#include "query/measure/figures.h"

namespace proctape {

std::span<const Figure> network_figures();

}  // namespace proctape
