// SPDX-License-Identifier: Apache-2.0
//
// Walks the unified hierarchy: one entry for each directory, depth first.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/file/fd.h"
#include "base/result.h"
#include "collector/cgroup/cgroup_reader.h"
#include "collector/kernel/kernel_fs.h"
#include "collector/redaction/redaction.h"
#include "sample/deviation/cgroup_children.h"
#include "sample/snapshot.h"

namespace proctape {

class CgroupTree {
 public:
  // Groups below are left out: each level holds a directory open. The kernel has no limit,
  // hosts have less than ten levels.
  static constexpr Count kDeepest = 100;

  // What hides secrets in names from now on; null: nothing.
  void set_redaction(std::shared_ptr<const Redaction> redaction) {
    redaction_ = std::move(redaction);
  }

  // Replaces the groups of `into` and their pids. `path` is the hierarchy's below the root
  // of `fs`. The system part of `into` is read already; of `previous` is taken over what did
  // not change. Groups that vanish meanwhile are left out. On an error what could be read is
  // there, and none of the groups if the root itself cannot be read.
  Result<> read(const KernelFs& fs, const std::string& path, std::span<const DeviceNumber> disks,
                const Snapshot& previous, Snapshot& into);

 private:
  struct Found {  // a directory and what fstat says of it
    Fd directory;
    std::uint64_t id = 0;
    bool has_children = false;
  };
  Found open(int parent, const char* name);

  // Appends the group, which was at `before` in the previous snapshot, and all below it.
  // Its position; none if it vanished.
  void add(const Found& found, std::string_view name, Count parent, std::size_t before,
           const Snapshot& previous, Snapshot& into);
  void add_children(int directory, std::size_t position, std::size_t before,
                    const Snapshot& previous, Snapshot& into);
  // Appends to names_ the terminated names of the directories in it.
  Result<> list(int directory);
  Cgroup& append(Snapshot& into);
  void note(Error error);

  CgroupReader reader_;
  std::size_t size_ = 0;  // of the groups so far; those behind are old, kept for their memory
  std::string names_;     // of all levels that are being walked, one behind the other
  // Where the names begin, that of the directory and that which is told, mostly the same; sorted
  // within a level by the latter.
  struct Name {
    std::size_t real;
    std::size_t told;
  };
  std::vector<Name> order_;
  std::vector<char> entries_;  // as the kernel lists them
  std::shared_ptr<const Redaction> redaction_;
  std::string hidden_;
  std::optional<Error> problem_;
};

}  // namespace proctape
