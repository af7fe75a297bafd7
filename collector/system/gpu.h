// SPDX-License-Identifier: Apache-2.0
//
// Graphics processors (collector/gpu).
#pragma once

#include "collector/system/source.h"

namespace proctape {

// Of the running kernel only, whatever the root.
Result<> read_gpu(Reading& reading, Snapshot& into);

}  // namespace proctape
