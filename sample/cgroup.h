// SPDX-License-Identifier: Apache-2.0
//
// One control group of the unified (v2) hierarchy. Source: its directory below
// /sys/fs/cgroup. Limits: -1 "max", -2 not defined. Counters: kUnknown without the file.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "base/units.h"

namespace proctape {

// How many the log can count in one sample.
inline constexpr std::size_t kMostCgroups = 65535;

struct CgroupIdentity {
  Count sequence = 0;  // position in the walk
  Count parent = -1;   // sequence of the parent, -1 for the root
  Count depth = 0;
  Count processes = 0;
  Count processes_below = 0;
  Count name_length = 0;
  Count full_name_length = 0;  // of the whole path, slashes not counted
  Count name_hash = 0;

  friend bool operator==(const CgroupIdentity&, const CgroupIdentity&) = default;
};

struct CgroupLimits {
  Count cpu_weight = -2;
  Count cpu_max = -2;  // percent of one CPU
  Bytes memory_max{-2};
  Bytes swap_max{-2};
  Count disk_weight = -2;

  friend bool operator==(const CgroupLimits&, const CgroupLimits&) = default;
};

struct CgroupCpu {
  Microseconds user{kUnknown};
  Microseconds system{kUnknown};
  Microseconds pressure_some{kUnknown};
  Microseconds pressure_full{kUnknown};

  friend bool operator==(const CgroupCpu&, const CgroupCpu&) = default;
};

struct CgroupMemory {
  Bytes current{kUnknown};
  Bytes anon{kUnknown};
  Bytes file{kUnknown};
  Bytes kernel{kUnknown};
  Bytes shmem{kUnknown};
  Microseconds pressure_some{kUnknown};
  Microseconds pressure_full{kUnknown};

  friend bool operator==(const CgroupMemory&, const CgroupMemory&) = default;
};

struct CgroupDisk {
  Bytes read{kUnknown};
  Bytes written{kUnknown};
  Count reads = kUnknown;
  Count writes = kUnknown;
  Microseconds pressure_some{kUnknown};
  Microseconds pressure_full{kUnknown};

  friend bool operator==(const CgroupDisk&, const CgroupDisk&) = default;
};

struct Cgroup {
  CgroupIdentity identity;
  CgroupLimits limits;
  CgroupCpu cpu;
  CgroupMemory memory;
  CgroupDisk disk;
  std::string name;  // last component of the path; empty for the root
  // Inode of its directory: tells a group from one made anew under the same path. 0 when
  // read from a log.
  std::uint64_t id = 0;

  friend bool operator==(const Cgroup&, const Cgroup&) = default;
};

// Fills what follows from the names of a chain: their lengths, and the hash, which is the sum of
// each byte of the path, slashes left out, times its position from 1 on: readers pair by it.
void complete_cgroup_identity(std::span<Cgroup> cgroups);

}  // namespace proctape
