// SPDX-License-Identifier: Apache-2.0
//
// When the next sample is due. Pure, so that a test can step the clock.
#pragma once

#include <chrono>

#include "base/clock.h"

namespace proctape {

// The first moment after `now` that is a multiple of `interval` since local midnight, as
// far as the offset from UTC at `now` tells: 10 s gives :00, :10, ..., 1 h the full hours
// also in time zones that are half an hour off.
WallTime next_aligned(WallTime now, std::chrono::nanoseconds interval);

// The same for the sample after one that was not aligned, at least half an interval after `now`: a
// shorter one is joined to the next.
WallTime first_aligned(WallTime now, std::chrono::nanoseconds interval);

// Whether the timer for a sample due at `due` has fired a little early at `now`, because the wall
// clock was slowed down meanwhile. When `due` is further away than an interval, the clock was set
// back, and the interval has passed all the same.
bool too_early(WallTime now, WallTime due, std::chrono::nanoseconds interval);

}  // namespace proctape
