// SPDX-License-Identifier: Apache-2.0
//
// A large block of which little is used: the system's, 1.4 MB of arrays for thousands of CPUs
// and disks. Only its pages that were written to take memory, and only they are cleared.
#pragma once

#include <cstddef>
#include <span>

#include "base/file/mapping.h"

namespace proctape {

class ZeroedBlock {
 public:
  // `size` zero bytes, to be written to; valid until the next call.
  std::span<std::byte> get(std::size_t size);

 private:
  Mapping memory_;
};

}  // namespace proctape
