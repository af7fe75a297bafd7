// SPDX-License-Identifier: Apache-2.0
//
// Memory that is kept from sample to sample, so that the steady state allocates nothing, but
// not the memory that a storm of short processes needed once.
#pragma once

#include <cstddef>
#include <vector>

namespace proctape {

// Empties `values`, which will hold `wanted` elements next. Its memory is kept, unless it is a
// large lot and most of it would stay unused.
template <typename T>
void clear_for(std::vector<T>& values, std::size_t wanted) {
  constexpr std::size_t kLargeBytes = std::size_t{512} << 10U;
  if (values.capacity() * sizeof(T) > kLargeBytes && wanted < values.capacity() / 4) {
    std::vector<T>().swap(values);
  } else {
    values.clear();
  }
}

// And makes room for them and a few more, when there is not: at once, because a vector that grows
// has its elements twice meanwhile.
template <typename T>
void make_room_for(std::vector<T>& values, std::size_t wanted) {
  clear_for(values, wanted);
  if (values.capacity() >= wanted) return;
  std::vector<T>().swap(values);
  values.reserve(wanted + wanted / 8);
}

}  // namespace proctape
