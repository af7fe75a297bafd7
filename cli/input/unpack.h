// SPDX-License-Identifier: Apache-2.0
//
// What logs may be packed by besides gzip: xz, zstd and bzip2. Only here, as the daemon, which
// uses the rest of rawlog/, shall not load their libraries.
#pragma once

#include <span>

#include "rawlog/file/input.h"

namespace proctape {

// The memory that a packed file may ask for. xz -9 and zstd --ultra -21 stay below it.
inline constexpr std::size_t kMostUnpackerMemory = std::size_t{72} << 20U;

std::span<const Packing> packings();

}  // namespace proctape
