// SPDX-License-Identifier: Apache-2.0
//
// The children of one group in a chain, looked up by name one after the other. Chains are
// depth first with children in the order of their names, so a whole chain is compared with
// another one by going through both once.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "sample/cgroup.h"

namespace proctape {

// The position behind the group at `position` and all that is below it.
inline std::size_t behind_cgroup(std::span<const Cgroup> chain, std::size_t position) {
  const Count depth = chain[position].identity.depth;
  do {
    ++position;
  } while (position < chain.size() && chain[position].identity.depth > depth);
  return position;
}

class CgroupChildren {
 public:
  // Of the group at `parent`; of none if there is no such position.
  CgroupChildren(std::span<const Cgroup> chain, std::size_t parent)
      : chain_(chain), next_(parent + 1) {
    if (parent < chain.size()) depth_ = chain[parent].identity.depth + 1;
  }

  // The position of the child `name` that has this id, chain.size() if there is none. Names
  // must be asked for in ascending order.
  std::size_t find(std::string_view name, std::uint64_t id) {
    while (next_ < chain_.size() && chain_[next_].identity.depth == depth_) {
      const std::size_t child = next_;
      const int order = chain_[child].name.compare(name);
      if (order > 0) break;
      next_ = behind_cgroup(chain_, child);
      if (order == 0) return chain_[child].id == id ? child : chain_.size();
    }
    return chain_.size();
  }

 private:
  std::span<const Cgroup> chain_;
  std::size_t next_;
  Count depth_ = -1;
};

}  // namespace proctape
