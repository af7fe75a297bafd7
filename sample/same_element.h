// SPDX-License-Identifier: Apache-2.0
//
// Which element of a list is the one of another snapshot.
#pragma once

#include <cstddef>
#include <span>

#include "sample/nfs.h"
#include "sample/schema.h"

namespace proctape {

// By identity where it is known of both, else by what else tells the elements of the list apart.
template <typename T>
bool same_by_schema(const T& a, const T& b) {
  Sameness sameness = Sameness::kUnclear;
  bool same_keys = true;
  for_each_row<T>([&]<typename Row>(Row) {
    constexpr auto kMember = Row::row().member;
    if constexpr (Row::row().role == Role::kIdentity) sameness = compare(a.*kMember, b.*kMember);
    if constexpr (Row::row().role == Role::kKey) same_keys = same_keys && a.*kMember == b.*kMember;
  });
  return sameness == Sameness::kSame || (sameness == Sameness::kUnclear && same_keys);
}

template <typename T>
bool is_same(const T& before, const T& now) {
  return same_by_schema(before, now);
}
// A mount younger than its predecessor is another one of the same device.
inline bool is_same(const NfsMount& before, const NfsMount& now) {
  return before.age <= now.age && same_by_schema(before, now);
}

// Finds elements one after another. They mostly keep their order, so each search begins behind
// the last one found.
template <typename T>
class ElementSearch {
 public:
  explicit ElementSearch(std::span<const T> list) : list_(list) {}

  // The element that `now` was before, or null.
  const T* before(const T& now) {
    return find([&](const T& candidate) { return is_same(candidate, now); });
  }
  // The element that `before` is now, or null.
  const T* after(const T& before) {
    return find([&](const T& candidate) { return is_same(before, candidate); });
  }

 private:
  template <typename Same>
  const T* find(Same same) {
    for (std::size_t tried = 0; tried < list_.size(); ++tried) {
      const std::size_t i = (position_ + tried) % list_.size();
      if (!same(list_[i])) continue;
      position_ = i + 1;
      return &list_[i];
    }
    return nullptr;
  }

  std::span<const T> list_;
  std::size_t position_ = 0;
};

}  // namespace proctape
