// SPDX-License-Identifier: Apache-2.0
//
// The cgroup block (since 2.11): entries of differing length one behind the other, each a
// cstat and the name of its directory; and the pid block, which holds the processes of all
// of them in the same order. atop walks both without looking at the lengths; we look.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/function_ref.h"
#include "rawlog/file/damage.h"
#include "rawlog/layout/header_record.h"
#include "rawlog/layout/version.h"
#include "sample/cgroup.h"
#include "sample/task.h"

namespace proctape {

// The longest name that a kernel takes for a group: its file system has no limit but that of
// a path. proctaped writes shorter ones (cgroup_names.h), atop and older proctaped any.
inline constexpr std::size_t kLongestCgroupName = 4095;

// What is wrong in a cgroup block of the record `header`. If nothing is, its entries use up
// the block, their processes use up the pids, and parents stand before their children.
std::optional<Mismatch> check_cgroup_chain(std::span<const std::byte> block,
                                           const RecordHeader& header, Version version);

// Decodes a block that was checked. The memory of `cgroups` is kept.
void decode_cgroup_chain(std::span<const std::byte> block, const RecordHeader& header,
                         Version version, std::int64_t page_size, std::vector<Cgroup>& cgroups);

// A group's parent, -1 of the root, and its own name.
struct CgroupPlace {
  Count parent = -1;
  std::string_view name;
};

// "/system.slice/cron.service"; "/" for the root. Of a path that is longer than any that can be
// opened the end: ".../deep/down".
std::string cgroup_path(std::size_t index, FunctionRef<CgroupPlace(std::size_t)> place_of);
std::string cgroup_path(std::span<const Cgroup> cgroups, std::size_t index);

// Finds the cgroup of a process, which the log does not store.
class CgroupFinder {
 public:
  // In these. `pids`: of all of them, in their order.
  void begin(std::span<const Cgroup> cgroups, std::span<const std::int32_t> pids);
  // The position of the last one that has its pid (on hybrid hierarchies there are several); -1
  // for threads, and where there is none.
  Count find(const TaskIdentity& task) const;

 private:
  struct Owner {
    std::int32_t pid;
    std::int32_t cgroup;

    friend auto operator<=>(const Owner&, const Owner&) = default;
  };
  std::vector<Owner> owners_;  // sorted
};

}  // namespace proctape
