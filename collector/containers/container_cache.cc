// SPDX-License-Identifier: Apache-2.0
#include "collector/containers/container_cache.h"

#include <algorithm>

namespace proctape {

// Whether it has a name, another than before.
bool ContainerCache::read(const KernelFs& fs, std::string_view id, Entry& entry) {
  auto found = read_container_names(fs, id);
  if (!found) return false;
  std::string& name = found->names.pod.empty() ? found->names.name : found->names.pod;
  entry.path = std::move(found->path);
  entry.stamp = found->stamp;
  if (name == entry.name) return false;
  entry.name = std::move(name);
  return true;
}

bool ContainerCache::begin_snapshot(const KernelFs& fs) {
  ++snapshots_;
  tries_ = 0;
  const std::size_t looks = (containers_.size() + kLookAtAllIn - 1) / kLookAtAllIn;
  auto next = containers_.lower_bound(next_);
  for (std::size_t i = 0; i < looks; ++i) {
    if (next == containers_.end()) next = containers_.begin();
    auto& [id, entry] = *next++;
    if (entry.name.empty()) continue;
    const FileStamp now = stamp_of(fs, entry.path);
    // A file that is gone is that of a container which ends.
    if (now == entry.stamp || now == FileStamp{}) continue;
    entry.stamp = now;
    next_ = next == containers_.end() ? "" : next->first;
    return read(fs, id, entry);
  }
  next_ = next == containers_.end() ? "" : next->first;
  return false;
}

std::string_view ContainerCache::name_of(const KernelFs& fs, std::string_view id) {
  auto known = containers_.find(id);
  if (known == containers_.end()) {
    if (tries_ == kMostTries) return {};
    if (containers_.size() >= kMostContainers) containers_.clear();
    known = containers_.emplace(id, Entry{}).first;
  }
  Entry& entry = known->second;
  if (!entry.name.empty() || entry.tries >= kTries) return entry.name;
  if ((entry.tries > 0 && entry.tried_in == snapshots_) || tries_ == kMostTries) return {};
  ++tries_;
  ++entry.tries;
  entry.tried_in = snapshots_;
  read(fs, id, entry);
  return entry.name;
}

}  // namespace proctape
