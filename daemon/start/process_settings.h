// SPDX-License-Identifier: Apache-2.0
//
// How the daemon runs beside other processes: its priority, its chance to survive when memory
// is out, and whether its pages may be taken from it.
#pragma once

#include <vector>

#include "base/result.h"
#include "config/config.h"

namespace proctape {

// Makes what differs from `old` so, for all threads; those that begin later take it over. `old`
// is a Config::Process{} at the start. What is refused is told in the result, and stays as it
// was; what goes back to "as it was started" stays as it is, too.
std::vector<Error> apply(const Config::Process& wanted, const Config::Process& old);

// Keeps pages that were touched in memory, now and from now on, or no longer. kDenied without
// the right to lock all there may ever be: with a limit, memory beyond it could not be had.
Result<> lock_touched_memory(bool lock);

}  // namespace proctape
