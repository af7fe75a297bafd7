// SPDX-License-Identifier: Apache-2.0
//
// Memory that is kept from sample to sample, so that the steady state allocates nothing, but
// not the memory that a storm of short processes needed once.
#pragma once

#include <cstddef>
#include <vector>

namespace proctape {

// Empties `values`. Its memory is kept, unless the last use left most of a large lot unused.
template <typename T>
void give_back_if_large(std::vector<T>& values) {
  constexpr std::size_t kLargeBytes = std::size_t{4} << 20U;
  const bool large = values.capacity() * sizeof(T) > kLargeBytes;
  if (large && values.size() < values.capacity() / 4) {
    std::vector<T>().swap(values);
  } else {
    values.clear();
  }
}

}  // namespace proctape
