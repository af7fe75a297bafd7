// SPDX-License-Identifier: Apache-2.0
#include "collector/containers/container_cache.h"

#include "collector/containers/runtime_state.h"

namespace proctape {

std::string_view ContainerCache::name_of(const KernelFs& fs, std::string_view id) {
  auto known = containers_.find(id);
  if (known == containers_.end()) {
    if (containers_.size() >= kMostContainers) containers_.clear();
    known = containers_.emplace(id, Entry{}).first;
  }
  Entry& entry = known->second;
  if (!entry.name.empty() || entry.tries >= kTries) return entry.name;
  if (entry.tries > 0 && entry.tried_in == snapshots_) return {};
  ++entry.tries;
  entry.tried_in = snapshots_;
  if (auto names = read_container_names(fs, id)) {
    entry.name = std::move(names->pod.empty() ? names->name : names->pod);
  }
  return entry.name;
}

}  // namespace proctape
