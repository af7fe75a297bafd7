// SPDX-License-Identifier: Apache-2.0
//
// Which element of a list is the one of another snapshot.
#pragma once

#include <cstddef>
#include <span>

#include "sample/disk.h"
#include "sample/gpu.h"
#include "sample/hardware.h"
#include "sample/interface.h"
#include "sample/nfs.h"

namespace proctape {

// By identity where it is known of both, else by name.
template <typename T>
bool same_by_identity(const T& a, const T& b, bool same_name) {
  const Sameness sameness = compare(a.identity, b.identity);
  return sameness == Sameness::kSame || (sameness == Sameness::kUnclear && same_name);
}

inline bool is_same(const Disk& before, const Disk& now) {
  return same_by_identity(before, now, before.name == now.name);
}
inline bool is_same(const Interface& before, const Interface& now) {
  return same_by_identity(before, now, before.name == now.name);
}
// A mount younger than its predecessor is another one of the same device.
inline bool is_same(const NfsMount& before, const NfsMount& now) {
  return before.age <= now.age && same_by_identity(before, now, before.device == now.device);
}
inline bool is_same(const InfinibandPort& before, const InfinibandPort& now) {
  return same_by_identity(before, now,
                          before.controller == now.controller && before.port == now.port);
}
inline bool is_same(const LastLevelCache& before, const LastLevelCache& now) {
  return before.id == now.id;
}
inline bool is_same(const Gpu& before, const Gpu& now) { return before.bus_id == now.bus_id; }

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
