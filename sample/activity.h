// SPDX-License-Identifier: Apache-2.0
//
// How busy an element of a list was in an interval: the sum of what its schema calls activity. Only
// elements of one kind can be compared.
#pragma once

#include <cstdint>

#include "base/units.h"
#include "sample/schema.h"

namespace proctape {

template <typename T>
constexpr std::int64_t activity(const T& difference) {
  std::int64_t sum = 0;
  for_each_row<T>([&]<typename Row>(Row) {
    constexpr auto kMember = Row::row().member;
    if constexpr (Row::row().is_activity) {
      sum = wrapping_sum(sum, plain(difference.*kMember));
    } else if constexpr (Row::row().role == Role::kPart) {
      sum = wrapping_sum(sum, activity(difference.*kMember));
    }
  });
  return sum;
}

}  // namespace proctape
