// SPDX-License-Identifier: Apache-2.0
//
// What the processors did between two snapshots.
#pragma once

#include "sample/snapshot.h"

namespace proctape {

// Ticks that the interval cannot have had, and that were left out.
struct ImpossibleTicks {
  Count cpu = kUnknown;  // the first CPU with such
  Ticks ticks;           // of all CPUs

  bool any() const { return ticks.value != 0; }
  void add(Count number, std::int64_t more);
};

// Turns `into`, a copy of current.system, into the difference as far as processors are concerned:
// each CPU for itself, the total as the sum of those that are online, nodes as the sum of their
// CPUs. A CPU has no more ticks than the interval and some slack: what is beyond comes from a CPU
// that was offline, a hypervisor or a bug, belongs to no interval, and is left out.
void cpu_deviation(const Snapshot& previous, const Snapshot& current, System& into);

// What that leaves out.
ImpossibleTicks impossible_ticks(const Snapshot& previous, const Snapshot& current);

}  // namespace proctape
