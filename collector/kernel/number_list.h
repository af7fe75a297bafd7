// SPDX-License-Identifier: Apache-2.0
//
// The kernel's notation for sets of CPUs and NUMA nodes: "0-3,8,10-11".
// Kernel: Documentation/core-api/printk-formats.rst, "bitmap and its derivatives".
#pragma once

#include <optional>
#include <string_view>

#include "base/text/text.h"
#include "base/units.h"

namespace proctape {

// Above the number of CPUs and of nodes that any kernel can be built for; keeps a damaged
// list from running for ever.
inline constexpr Count kMostNumbered = 65536;

// Calls `visit` with each number in the set, ascending as the kernel writes them. False,
// and the rest not visited, if `list` is no such list; the empty list is one.
template <typename Visit>
bool visit_numbers(std::string_view list, Visit visit) {
  list = trimmed(list);
  while (!list.empty()) {
    const auto comma = list.find(',');
    const auto range = list.substr(0, comma);
    list.remove_prefix(comma == list.npos ? list.size() : comma + 1);
    const auto dash = range.find('-');
    const auto first = to_number(range.substr(0, dash));
    const auto last = dash == range.npos ? first : to_number(range.substr(dash + 1));
    if (!first || !last || *first < 0 || *last < *first || *last >= kMostNumbered) return false;
    for (Count number = *first; number <= *last; ++number) visit(number);
  }
  return true;
}

}  // namespace proctape
