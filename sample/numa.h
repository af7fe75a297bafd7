// SPDX-License-Identifier: Apache-2.0
//
// Memory and CPU time per NUMA node. Sources: /sys/devices/system/node/node<N>,
// /proc/buddyinfo, /proc/stat.
#pragma once

#include <vector>

#include "base/units.h"

namespace proctape {

struct NumaMemory {
  Count node = 0;
  float fragmentation = 0;  // 0..1
  Bytes total;
  Bytes free;
  Bytes file;
  Bytes dirty;
  Bytes slab;
  Bytes slab_reclaimable;
  Bytes active;
  Bytes inactive;
  Bytes shmem;
  Count huge_total = 0;
  Count huge_free = 0;

  friend bool operator==(const NumaMemory&, const NumaMemory&) = default;
};

struct NumaCpu {
  Count node = 0;
  Count cpus = 0;
  Ticks user;
  Ticks nice;
  Ticks system;
  Ticks idle;
  Ticks iowait;
  Ticks irq;
  Ticks softirq;
  Ticks steal;
  Ticks guest;

  friend bool operator==(const NumaCpu&, const NumaCpu&) = default;
};

struct Numa {
  std::vector<NumaMemory> memory;
  std::vector<NumaCpu> cpu;  // empty unless there are two nodes or more

  friend bool operator==(const Numa&, const Numa&) = default;
};

}  // namespace proctape
