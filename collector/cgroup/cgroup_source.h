// SPDX-License-Identifier: Apache-2.0
//
// The groups of a snapshot, in every case at least one: logs from 2.11 on have a chain of
// groups in each record, or some of their readers see no records at all.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "base/result.h"
#include "collector/cgroup/cgroup_tree.h"
#include "collector/kernel/kernel_fs.h"
#include "collector/system/memo.h"
#include "sample/snapshot.h"

namespace proctape {

class CgroupSource {
 public:
  // `hierarchy`: where it is below the root, none if it is not mounted (find_cgroup2).
  explicit CgroupSource(std::optional<std::string> hierarchy) : hierarchy_(std::move(hierarchy)) {}

  // What hides secrets in names of groups from now on; null: nothing.
  void set_redaction(std::shared_ptr<const Redaction> redaction) {
    tree_.set_redaction(std::move(redaction));
  }

  const std::optional<std::string>& hierarchy() const { return hierarchy_; }

  // Replaces the groups of `into` and their pids; system and tasks of it are there already.
  // Without a hierarchy there is a root of which nothing is known but that all processes are
  // in it. On an error what could be read is there.
  Result<> read(const KernelFs& fs, std::span<const DeviceNumber> disks, const Snapshot& previous,
                Snapshot& into);

 private:
  std::optional<std::string> hierarchy_;
  CgroupTree tree_;
};

}  // namespace proctape
