// SPDX-License-Identifier: Apache-2.0
//
// Setting a struct to its defaults without giving back the memory of its lists.
#pragma once

#include <utility>

#include "sample/schema.h"

namespace proctape {

// Empties the lists of `from`, and gives them to `into`.
template <HasSchema T>
void move_emptied_lists(T& from, T& into) {
  for_each_row<T>([&]<typename Row>(Row) {
    constexpr auto kMember = Row::row().member;
    constexpr Role kRole = Row::row().role;
    if constexpr (kRole == Role::kList) {
      (from.*kMember).clear();
      into.*kMember = std::move(from.*kMember);
    } else if constexpr (kRole == Role::kGroup) {
      move_emptied_lists(from.*kMember, into.*kMember);
    }
  });
}

template <HasSchema T>
void clear(T& of) {
  T fresh;
  move_emptied_lists(of, fresh);
  of = std::move(fresh);
}

}  // namespace proctape
