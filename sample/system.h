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
#include "sample/schema.h"

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

template <>
struct Schema<System> {
  static constexpr auto kRows =
      schema::rows(schema::group("cpus", &System::cpus, "all processors"),
                   schema::group("memory", &System::memory, "memory"),
                   schema::group("protocols", &System::protocols, "network protocols"),
                   schema::group("interfaces", &System::interfaces, "network interfaces"),
                   schema::group("numa", &System::numa, "NUMA nodes"),
                   schema::group("disks", &System::disks, "block devices"),
                   schema::group("nfs", &System::nfs, "NFS"),
                   schema::group("pressure", &System::pressure, "pressure"),
                   schema::group("gpus", &System::gpus, "graphics processors"),
                   schema::group("infiniband", &System::infiniband, "InfiniBand"),
                   schema::group("caches", &System::caches, "last-level caches"),
                   schema::group("openvz", &System::openvz, "OpenVZ"),
                   schema::group("apache", &System::apache, "the Apache server"));
};

}  // namespace proctape
