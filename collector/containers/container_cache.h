// SPDX-License-Identifier: Apache-2.0
//
// The name of each container by its id, asked of the runtimes' files once.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/units.h"
#include "collector/kernel_fs.h"

namespace proctape {

class ContainerCache {
 public:
  // A runtime may write its file a little later than it starts the container, and some
  // containers have none that we know: it is looked for in so many snapshots.
  static constexpr int kTries = 5;
  // Above the number of containers that a host runs at a time. Then all are forgotten.
  static constexpr std::size_t kMostContainers = 4096;

  void begin_snapshot() { ++snapshots_; }

  // The name of the pod, else that of the container; empty if it is not known. Valid until
  // the next call.
  std::string_view name_of(const KernelFs& fs, std::string_view id);

 private:
  struct Entry {
    std::string name;
    int tries = 0;
    Count tried_in = 0;  // number of the snapshot
  };
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>{}(text);
    }
  };

  Count snapshots_ = 0;
  std::unordered_map<std::string, Entry, Hash, std::equal_to<>> containers_;
};

}  // namespace proctape
