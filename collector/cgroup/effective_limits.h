// SPDX-License-Identifier: Apache-2.0
//
// Reads what a process may use by its cgroup.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/file/fd.h"
#include "collector/kernel/kernel_fs.h"
#include "sample/effective_limits.h"

namespace proctape {

// Reads each group once a snapshot, if it is asked for.
class EffectiveLimitsCache {
 public:
  // `hierarchy`: the directory of the unified hierarchy.
  explicit EffectiveLimitsCache(Fd hierarchy) : hierarchy_(std::move(hierarchy)) {}

  void begin_snapshot();

  // Of the group "/system.slice/cron.service", as /proc/<pid>/cgroup names it. Valid until
  // the next snapshot begins.
  const EffectiveLimits& of(std::string_view path);

 private:
  struct Entry {
    EffectiveLimits limits;
    Count read_in = 0;  // number of the snapshot
  };
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>{}(text);
    }
  };

  Fd hierarchy_;
  FileBuffer buffer_;
  Count snapshots_ = 0;
  std::unordered_map<std::string, Entry, Hash, std::equal_to<>> groups_;
};

}  // namespace proctape
