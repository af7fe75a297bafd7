// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string_view>

namespace proctape {

// So many elements of one kind did not fit into a sink's form of a sample.
struct LeftOut {
  std::string_view what;  // "disks"
  std::size_t kept = 0;
  std::size_t left_out = 0;

  friend bool operator==(const LeftOut&, const LeftOut&) = default;
};

}  // namespace proctape
