// SPDX-License-Identifier: Apache-2.0
//
// How busy an element of a list was in an interval: the sum of what its schema calls activity. Only
// elements of one kind can be compared. In floating point: what hosts say may add up to more than
// any whole number.
#pragma once

#include "base/units.h"
#include "sample/schema.h"

namespace proctape {

template <typename T>
constexpr double activity(const T& difference) {
  double sum = 0;
  for_each_row<T>([&]<typename Row>(Row) {
    constexpr auto kMember = Row::row().member;
    if constexpr (Row::row().is_activity) {
      sum += static_cast<double>(plain(difference.*kMember));
    } else if constexpr (Row::row().role == Role::kPart) {
      sum += activity(difference.*kMember);
    }
  });
  return sum;
}

}  // namespace proctape
