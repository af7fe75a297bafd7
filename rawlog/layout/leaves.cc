// SPDX-License-Identifier: Apache-2.0
#include "rawlog/layout/leaves.h"

namespace proctape {
namespace {

struct Place {
  std::size_t offset = 0;
  std::size_t repeats = 0;
  std::size_t stride = 0;
};

// No record of the log nests one array of records in another, so one level is kept.
void visit_leaves(const Layout& layout, const std::string& path, Place place,
                  const std::function<void(const LeafMember&)>& visit) {
  for (const Layout::Member& member : layout.members) {
    std::string name = path + '.' + std::string(member.name);
    Place inner = place;
    inner.offset += member.offset;
    if (member.nested) {
      if (member.is_array) {
        name += '[' + std::to_string(member.count) + ']';
        inner.repeats = member.count;
        inner.stride = member.element_size;
      }
      visit_leaves(*member.nested, name, inner, visit);
    } else {
      visit({name, inner.offset, member.element_size * member.count, member.kind,
             member.is_array ? member.count : 0, inner.repeats, inner.stride, member.spare,
             member.unit});
    }
  }
}

}  // namespace

void for_each_leaf(const Layout& layout, const std::string& path,
                   const std::function<void(const LeafMember&)>& visit) {
  visit_leaves(layout, path, {}, visit);
}

}  // namespace proctape
