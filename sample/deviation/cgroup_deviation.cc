// SPDX-License-Identifier: Apache-2.0
//
// Which group is the one of before, and what a log can hold of the tree.
#include <algorithm>
#include <array>
#include <string>

#include "base/text/text.h"
#include "sample/deviation/cgroup_children.h"
#include "sample/deviation/cgroup_pruning.h"
#include "sample/deviation/deviation.h"
#include "sample/deviation/subtract.h"

namespace proctape {
namespace {

void subtract_cgroup(const Cgroup& before, Cgroup& now) {
  subtract_counters(before.cpu, now.cpu);
  subtract_counters(before.memory, now.memory);
  subtract_counters(before.disk, now.disk);
}

// Subtracts the group at `before`, where there is one, from that at `now`, and so on below
// them. Returns the position behind the group. Chains are no deeper than their walk was.
std::size_t subtract_tree(std::span<const Cgroup> previous, std::size_t before,
                          std::span<Cgroup> cgroups, std::size_t now) {
  CgroupChildren children(previous, before);
  const Count depth = cgroups[now].identity.depth;
  std::size_t child = now + 1;
  while (child < cgroups.size() && cgroups[child].identity.depth > depth) {
    const std::size_t same = children.find(cgroups[child].name, cgroups[child].id);
    child = subtract_tree(previous, same, cgroups, child);
  }
  if (before < previous.size()) subtract_cgroup(previous[before], cgroups[now]);
  return child;
}

std::string printable(std::string name) {
  make_printable_utf8(name.data(), name.data() + name.size(), '?');
  return name;
}

// Without a copy on the heap: nearly all names are.
bool is_printable(std::string_view name) {
  std::array<char, 255> copy;
  if (name.size() > copy.size()) return printable(std::string(name)) == name;
  std::ranges::copy(name, copy.begin());
  make_printable_utf8(copy.data(), copy.data() + name.size(), '?');
  return std::string_view(copy.data(), name.size()) == name;
}

// Makes the names fit for a log. Different ones stay different.
void make_names_printable(std::span<Cgroup> cgroups) {
  constexpr std::size_t kMost = 255;
  for (Cgroup& cgroup : cgroups) {
    std::string& name = cgroup.name;
    if (!is_printable(name)) name = marked_name(printable(name), name, kMost);
  }
}

}  // namespace

void complete_cgroup_identity(std::span<Cgroup> cgroups) {
  for (std::size_t i = 0; i < cgroups.size(); ++i) {
    Cgroup& cgroup = cgroups[i];
    CgroupIdentity& who = cgroup.identity;
    Count position = 0;
    Count hash = 0;
    if (who.parent >= 0 && who.parent < static_cast<Count>(i)) {
      const CgroupIdentity& parent = cgroups[static_cast<std::size_t>(who.parent)].identity;
      position = parent.full_name_length;
      hash = parent.name_hash;
    }
    for (const char byte : cgroup.name) hash += Count{static_cast<signed char>(byte)} * ++position;
    who.name_length = static_cast<Count>(cgroup.name.size());
    who.full_name_length = position;
    who.name_hash = hash;
  }
}

void cgroup_deviation(const Snapshot& previous, const Snapshot& current, Sample& sample) {
  sample.cgroups = current.cgroups;
  sample.cgroup_pids = current.cgroup_pids;
  if (sample.cgroups.empty()) return;
  // The root may be another one than before: a hierarchy that was mounted anew.
  const bool same_root =
      !previous.cgroups.empty() && previous.cgroups.front().id == sample.cgroups.front().id;
  if (previous.cgroups.empty() && previous.taken_at != WallTime{}) {
    // They were not asked for until now: what they did before belongs to no interval.
    for (Cgroup& cgroup : sample.cgroups) subtract_cgroup(Cgroup(cgroup), cgroup);
  } else {
    subtract_tree(previous.cgroups, same_root ? 0 : previous.cgroups.size(), sample.cgroups, 0);
  }
  prune_to_busiest(kMostCgroups, sample.cgroups, sample.cgroup_pids);
  make_names_printable(sample.cgroups);
  complete_cgroup_identity(sample.cgroups);
}

}  // namespace proctape
