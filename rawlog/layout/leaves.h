// SPDX-License-Identifier: Apache-2.0
//
// A record's layout spelled out member by member, with full paths: what the layout
// test compares and documentation lists.
#pragma once

#include <functional>
#include <string>

#include "rawlog/layout/record.h"

namespace proctape {

struct LeafMember {
  std::string path;    // "sstat.dsk.dsk[1024].name"
  std::size_t offset;  // in the record; of array elements: of element 0
  std::size_t size;    // of one leaf, all characters of a text
  Kind kind;
  std::size_t array;    // elements of the member's own array (text included), 0: none
  std::size_t repeats;  // elements of the record array it lies in, 0: none
  std::size_t stride;   // bytes between those
  bool spare;
  Unit unit;
};

// Visits every leaf of `layout` in declaration order; `path` is the record's name.
void for_each_leaf(const Layout& layout, const std::string& path,
                   const std::function<void(const LeafMember&)>& visit);

}  // namespace proctape
