// SPDX-License-Identifier: Apache-2.0
//
// Intervals that are no whole seconds. The format stores whole ones, and atop computes its rates by
// them. By how much the real one differed, if that is more than rates may be wrong by, is kept in a
// member of the record header that atop has used in no version (the last `sfuture`), marked so that
// nothing else looks like it; readers that do not know it lose nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "base/units.h"

namespace proctape {

// Where it lies in a record header: 16 bits.
inline constexpr std::size_t kExactIntervalOffset = 14;

// Writes `beyond`, by how much the real interval was longer than the one that is stored (shorter if
// negative), to the record header that `record` begins with; nothing if it is 0.
void put_exact_interval(Milliseconds beyond, std::span<std::byte> record);

// What was written there; 0 if nothing was.
Milliseconds exact_interval(std::span<const std::byte> record);

}  // namespace proctape
