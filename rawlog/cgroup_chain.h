// SPDX-License-Identifier: Apache-2.0
//
// The cgroup block (since 2.11): entries of differing length one behind the other, each a
// cstat and the name of its directory; and the pid block, which holds the processes of all
// of them in the same order. atop walks both without looking at the lengths; we look.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "rawlog/damage.h"
#include "rawlog/header_record.h"
#include "rawlog/version.h"
#include "sample/cgroup.h"
#include "sample/task.h"

namespace proctape {

// The longest name a directory can have.
inline constexpr std::size_t kMostCgroupName = 255;

// What is wrong in a cgroup block of the record `header`. If nothing is, its entries use up
// the block, their processes use up the pids, and parents stand before their children.
std::optional<Mismatch> check_cgroup_chain(std::span<const std::byte> block,
                                           const RecordHeader& header, Version version);

// Decodes a block that was checked. The memory of `cgroups` is kept.
void decode_cgroup_chain(std::span<const std::byte> block, const RecordHeader& header,
                         Version version, std::int64_t page_size, std::vector<Cgroup>& cgroups);

// "/system.slice/cron.service"; "/" for the root.
std::string cgroup_path(std::span<const Cgroup> cgroups, std::size_t index);

// Finds the cgroup of each process, which the log does not store: sets cgroup_index to the
// last one that has its pid (on hybrid hierarchies there are several), -1 for threads and
// where there is none.
class CgroupFinder {
 public:
  void find(std::span<const Cgroup> cgroups, std::span<const std::int32_t> pids,
            std::span<Task> tasks);

 private:
  struct Owner {
    std::int32_t pid;
    std::int32_t cgroup;
  };
  std::vector<Owner> owners_;  // kept to be allocated once
};

}  // namespace proctape
