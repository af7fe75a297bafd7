// SPDX-License-Identifier: Apache-2.0
//
// What a snapshot knows of the elements of the system's lists besides those that are there: the
// last counters of those that were, so that one that is missing from a reading, or away for a
// while, goes on from them; and which ones are new. It is part of the snapshot, so that a snapshot
// can be compared with any older one.
#pragma once

#include <chrono>
#include <cstddef>
#include <vector>

#include "base/clock.h"
#include "sample/disk.h"
#include "sample/hardware.h"
#include "sample/identity.h"
#include "sample/interface.h"
#include "sample/nfs.h"

namespace proctape {

struct Snapshot;

template <typename T>
struct LastSeen {
  T element;
  SinceBoot at{};  // the snapshot that had it
};

struct KnownElements {
  // How long, and of each kind how many, the latest.
  static constexpr std::chrono::minutes kRemembered{10};
  static constexpr std::size_t kMostRemembered = 64;

  // Not there now.
  std::vector<LastSeen<Interface>> interfaces;
  std::vector<LastSeen<Disk>> physical_disks;
  std::vector<LastSeen<Disk>> md_disks;
  std::vector<LastSeen<Disk>> lvm_disks;
  std::vector<LastSeen<NfsMount>> nfs_mounts;
  std::vector<LastSeen<InfinibandPort>> infiniband_ports;
  std::vector<LastSeen<LastLevelCache>> caches;

  Newest newest_disk;
  Newest newest_interface;
  Newest newest_port;
};

// Fills `current.known` once its lists are there: carries on what `previous` knows.
void carry_known_elements(const Snapshot& previous, Snapshot& current);

}  // namespace proctape
