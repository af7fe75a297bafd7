// SPDX-License-Identifier: Apache-2.0
//
// Everything known about the system as a whole.
#pragma once

#include "sample/cpu.h"
#include "sample/disk.h"
#include "sample/gpu.h"
#include "sample/hardware.h"
#include "sample/interface.h"
#include "sample/legacy.h"
#include "sample/memory.h"
#include "sample/nfs.h"
#include "sample/numa.h"
#include "sample/pressure.h"
#include "sample/protocol.h"

namespace proctape {

struct System {
  Cpus cpus;
  Memory memory;
  Protocols protocols;
  Interfaces interfaces;
  Numa numa;
  Disks disks;
  Nfs nfs;
  Pressure pressure;
  Gpus gpus;
  Infiniband infiniband;
  LastLevelCaches caches;
  OpenVz openvz;
  Apache apache;

  friend bool operator==(const System&, const System&) = default;
};

// Sets everything to its default, and keeps the memory of the lists.
void clear(System& system);

}  // namespace proctape
