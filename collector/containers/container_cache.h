// SPDX-License-Identifier: Apache-2.0
//
// The name of each container by its id, asked of the runtimes' files once, and again when they
// changed: a container may be renamed.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "base/units.h"
#include "collector/containers/runtime_state.h"
#include "collector/kernel/kernel_fs.h"

namespace proctape {

class ContainerCache {
 public:
  // A runtime may write its file a little later than it starts the container, and some
  // containers have none that we know: it is looked for in so many snapshots.
  static constexpr int kTries = 5;
  // Who has cgroups delegated may give them names of containers that there are not: so many are
  // looked for in a snapshot.
  static constexpr int kMostTries = 64;
  // Above the number of containers that a host runs at a time. Then all are forgotten.
  static constexpr std::size_t kMostContainers = 4096;

  // All containers are looked at in so many snapshots, whether their files changed.
  static constexpr std::size_t kLookAtAllIn = 4;

  // True: one was renamed. At most one file is read.
  bool begin_snapshot(const KernelFs& fs);

  // The name of the pod, else that of the container; empty if it is not known. Valid until
  // the next call.
  std::string_view name_of(const KernelFs& fs, std::string_view id);

 private:
  struct Entry {
    std::string name;
    int tries = 0;
    Count tried_in = 0;  // number of the snapshot
    std::string path;    // of the file that told the name
    FileStamp stamp;     // of that file then
  };
  static bool read(const KernelFs& fs, std::string_view id, Entry& entry);

  Count snapshots_ = 0;
  int tries_ = 0;     // in this one
  std::string next_;  // id of the one to look at next
  std::map<std::string, Entry, std::less<>> containers_;
};

}  // namespace proctape
