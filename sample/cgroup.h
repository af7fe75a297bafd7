// SPDX-License-Identifier: Apache-2.0
//
// One control group of the unified (v2) hierarchy. Source: its directory below
// /sys/fs/cgroup. Limits: -1 "max", -2 not defined. Counters: kUnknown without the file.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "base/units.h"
#include "sample/schema.h"

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

template <>
struct Schema<CgroupIdentity> {
  static constexpr auto kRows = schema::rows(
      schema::derived("sequence", &CgroupIdentity::sequence, "position in the walk"),
      schema::derived("parent", &CgroupIdentity::parent, "position of the parent; -1 of the root"),
      schema::derived("depth", &CgroupIdentity::depth, "how deep it lies"),
      schema::gauge("processes", &CgroupIdentity::processes, "processes in it"),
      schema::gauge("processes_below", &CgroupIdentity::processes_below,
                    "processes in it and below it"),
      schema::derived("name_length", &CgroupIdentity::name_length, "length of its name"),
      schema::derived("full_name_length", &CgroupIdentity::full_name_length, "length of its path"),
      schema::derived("name_hash", &CgroupIdentity::name_hash, "number that stands for its path"));
};

template <>
struct Schema<CgroupLimits> {
  static constexpr auto kRows = schema::rows(
      schema::setting("cpu_weight", &CgroupLimits::cpu_weight, "CPU weight; -2 not defined"),
      schema::setting("cpu_max", &CgroupLimits::cpu_max,
                      "CPU limit in percent of one CPU; -1 none, -2 not defined"),
      schema::setting("memory_max", &CgroupLimits::memory_max,
                      "memory limit; -1 none, -2 not defined"),
      schema::setting("swap_max", &CgroupLimits::swap_max, "swap limit; -1 none, -2 not defined"),
      schema::setting("disk_weight", &CgroupLimits::disk_weight,
                      "weight of its I/O; -2 not defined"));
};

template <>
struct Schema<CgroupCpu> {
  static constexpr auto kRows =
      schema::rows(schema::counter("user", &CgroupCpu::user, "time in user space"),
                   schema::counter("system", &CgroupCpu::system, "time in the kernel"),
                   schema::counter("pressure_some", &CgroupCpu::pressure_some,
                                   "time that some tasks waited for a CPU"),
                   schema::counter("pressure_full", &CgroupCpu::pressure_full,
                                   "time that all tasks waited for a CPU"));
};

template <>
struct Schema<CgroupMemory> {
  static constexpr auto kRows =
      schema::rows(schema::gauge("current", &CgroupMemory::current, "memory in use"),
                   schema::gauge("anon", &CgroupMemory::anon, "memory of programs"),
                   schema::gauge("file", &CgroupMemory::file, "cache of files"),
                   schema::gauge("kernel", &CgroupMemory::kernel, "memory of the kernel"),
                   schema::gauge("shmem", &CgroupMemory::shmem, "shared memory and tmpfs"),
                   schema::counter("pressure_some", &CgroupMemory::pressure_some,
                                   "time that some tasks waited for memory"),
                   schema::counter("pressure_full", &CgroupMemory::pressure_full,
                                   "time that all tasks waited for memory"));
};

template <>
struct Schema<CgroupDisk> {
  static constexpr auto kRows =
      schema::rows(schema::counter("read", &CgroupDisk::read, "read from disks"),
                   schema::counter("written", &CgroupDisk::written, "written to disks"),
                   schema::counter("reads", &CgroupDisk::reads, "requests to read"),
                   schema::counter("writes", &CgroupDisk::writes, "requests to write"),
                   schema::counter("pressure_some", &CgroupDisk::pressure_some,
                                   "time that some tasks waited for I/O"),
                   schema::counter("pressure_full", &CgroupDisk::pressure_full,
                                   "time that all tasks waited for I/O"));
};

template <>
struct Schema<Cgroup> {
  static constexpr auto kRows =
      schema::rows(schema::key("name", &Cgroup::name, "last part of its path"),
                   schema::part("identity", &Cgroup::identity, "where it stands"),
                   schema::part("limits", &Cgroup::limits, "limits and weights"),
                   schema::part("cpu", &Cgroup::cpu, "CPU time"),
                   schema::part("memory", &Cgroup::memory, "memory"),
                   schema::part("disk", &Cgroup::disk, "I/O to disks"));
};

}  // namespace proctape
