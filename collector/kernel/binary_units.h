// SPDX-License-Identifier: Apache-2.0
//
// Numbers that the kernel hands over in binary (BPF programs, taskstats), in a sample's units.
#pragma once

#include <cstdint>

#include "base/units.h"

namespace proctape {

inline Count to_count(std::uint64_t value) { return static_cast<Count>(value); }
inline Nanoseconds to_nanoseconds(std::uint64_t value) { return {to_count(value)}; }
inline Sectors to_sectors(std::uint64_t bytes) {
  return {to_count(bytes / std::uint64_t{kBytesPerSector})};
}

}  // namespace proctape
