// SPDX-License-Identifier: Apache-2.0
//
// The list of everything read about the system as a whole, in the order of reading.
// Tasks are read after it, by collector/task.
#pragma once

#include <span>

#include "collector/system/source.h"

namespace proctape {

std::span<const Source> system_sources();

}  // namespace proctape
