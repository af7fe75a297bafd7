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
      schema::derived("sequence", &CgroupIdentity::sequence,
                      "position among the cgroups, depth first"),
      schema::derived("parent", &CgroupIdentity::parent, "position of its parent; -1 of the root"),
      schema::derived("depth", &CgroupIdentity::depth, "levels below the root"),
      schema::gauge("processes", &CgroupIdentity::processes,
                    "processes in it: cgroup.procs; 0 of a threaded one"),
      schema::gauge("processes_below", &CgroupIdentity::processes_below,
                    "processes in all below it"),
      schema::derived("name_length", &CgroupIdentity::name_length, "length of its own name"),
      schema::derived("full_name_length", &CgroupIdentity::full_name_length,
                      "length of all names of its path, without slashes"),
      schema::derived("name_hash", &CgroupIdentity::name_hash,
                      "hash of its path, see RAWLOG_FORMAT.md; proctape does not pair by it"));
};

template <>
struct Schema<CgroupLimits> {
  static constexpr auto kRows = schema::rows(
      schema::setting("cpu_weight", &CgroupLimits::cpu_weight,
                      "CPU weight: cpu.weight; -2 undefined"),
      schema::setting("cpu_max", &CgroupLimits::cpu_max,
                      "CPU limit in percent of one CPU: cpu.max; -1 max, -2 undefined"),
      schema::setting("memory_max", &CgroupLimits::memory_max,
                      "memory limit: memory.max; -1 max, -2 undefined"),
      schema::setting("swap_max", &CgroupLimits::swap_max,
                      "swap limit: memory.swap.max; -1 max, -2 undefined"),
      schema::setting("disk_weight", &CgroupLimits::disk_weight,
                      "weight of its I/O: io.bfq.weight; -2 undefined"));
};

template <>
struct Schema<CgroupCpu> {
  static constexpr auto kRows = schema::rows(
      schema::counter("user", &CgroupCpu::user,
                      "time in user space: user_usec of cpu.stat; -1 undefined"),
      schema::counter("system", &CgroupCpu::system,
                      "time in the kernel: system_usec of cpu.stat; -1 undefined"),
      schema::counter(
          "pressure_some", &CgroupCpu::pressure_some,
          "time that some tasks waited for a CPU: `some` of cpu.pressure; -1 undefined"),
      schema::counter(
          "pressure_full", &CgroupCpu::pressure_full,
          "time that all tasks waited for a CPU: `full` of cpu.pressure; -1 undefined"));
};

template <>
struct Schema<CgroupMemory> {
  static constexpr auto kRows = schema::rows(
      schema::gauge("current", &CgroupMemory::current,
                    "memory in use: memory.current; -1 undefined"),
      schema::gauge("anon", &CgroupMemory::anon,
                    "memory of programs: `anon` of memory.stat; -1 undefined"),
      schema::gauge("file", &CgroupMemory::file,
                    "cache of files: `file` of memory.stat; -1 undefined"),
      schema::gauge("kernel", &CgroupMemory::kernel,
                    "memory of the kernel: `kernel` of memory.stat; -1 undefined"),
      schema::gauge("shmem", &CgroupMemory::shmem,
                    "shared memory and tmpfs: `shmem` of memory.stat; -1 undefined"),
      schema::counter(
          "pressure_some", &CgroupMemory::pressure_some,
          "time that some tasks waited for memory: `some` of memory.pressure; -1 undefined"),
      schema::counter(
          "pressure_full", &CgroupMemory::pressure_full,
          "time that all tasks waited for memory: `full` of memory.pressure; -1 undefined"));
};

template <>
struct Schema<CgroupDisk> {
  static constexpr auto kRows = schema::rows(
      schema::counter("read", &CgroupDisk::read,
                      "read from physical disks: rbytes of io.stat; -1 undefined"),
      schema::counter("written", &CgroupDisk::written,
                      "written to physical disks: wbytes of io.stat; -1 undefined"),
      schema::counter("reads", &CgroupDisk::reads,
                      "requests to read from physical disks: rios of io.stat; -1 undefined"),
      schema::counter("writes", &CgroupDisk::writes,
                      "requests to write to physical disks: wios of io.stat; -1 undefined"),
      schema::counter("pressure_some", &CgroupDisk::pressure_some,
                      "time that some tasks waited for I/O: `some` of io.pressure; -1 undefined"),
      schema::counter("pressure_full", &CgroupDisk::pressure_full,
                      "time that all tasks waited for I/O: `full` of io.pressure; -1 undefined"));
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
