// SPDX-License-Identifier: Apache-2.0
//
// Memory and CPU time per NUMA node. Sources: /sys/devices/system/node/node<N>,
// /proc/buddyinfo, /proc/stat.
#pragma once

#include <vector>

#include "base/units.h"
#include "sample/cpu.h"
#include "sample/schema.h"

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
  CpuTimes times;

  friend bool operator==(const NumaCpu&, const NumaCpu&) = default;
};

struct Numa {
  std::vector<NumaMemory> memory;
  std::vector<NumaCpu> cpu;  // empty unless there are two nodes or more

  friend bool operator==(const Numa&, const Numa&) = default;
};

template <>
struct Schema<NumaMemory> {
  static constexpr auto kRows = schema::rows(
      schema::key("node", &NumaMemory::node, "number of the node"),
      schema::gauge("fragmentation", &NumaMemory::fragmentation,
                    "fragmentation of zone Normal, 0 to 1: mean of unusable_index of debugfs over "
                    "the orders, or worked out from /proc/buddyinfo"),
      schema::gauge("total", &NumaMemory::total,
                    "memory there is: MemTotal of /sys/devices/system/node/nodeN/meminfo"),
      schema::gauge("free", &NumaMemory::free,
                    "memory used for nothing: MemFree of /sys/devices/system/node/nodeN/meminfo"),
      schema::gauge("file", &NumaMemory::file,
                    "cache of files: FilePages of /sys/devices/system/node/nodeN/meminfo"),
      schema::gauge(
          "dirty", &NumaMemory::dirty,
          "of it, what is to be written: Dirty of /sys/devices/system/node/nodeN/meminfo"),
      schema::gauge(
          "slab", &NumaMemory::slab,
          "memory of the kernel's own objects: Slab of /sys/devices/system/node/nodeN/meminfo"),
      schema::gauge(
          "slab_reclaimable", &NumaMemory::slab_reclaimable,
          "of it, what can be had back: SReclaimable of /sys/devices/system/node/nodeN/meminfo"),
      schema::gauge("active", &NumaMemory::active,
                    "used lately: Active of /sys/devices/system/node/nodeN/meminfo"),
      schema::gauge("inactive", &NumaMemory::inactive,
                    "not used lately: Inactive of /sys/devices/system/node/nodeN/meminfo"),
      schema::gauge("shmem", &NumaMemory::shmem,
                    "shared memory and tmpfs: Shmem of /sys/devices/system/node/nodeN/meminfo"),
      schema::gauge("huge_total", &NumaMemory::huge_total,
                    "huge pages of the default size: HugePages_Total of "
                    "/sys/devices/system/node/nodeN/meminfo"),
      schema::gauge("huge_free", &NumaMemory::huge_free,
                    "of these, free: HugePages_Free of /sys/devices/system/node/nodeN/meminfo"));
};

template <>
struct Schema<NumaCpu> {
  static constexpr auto kRows =
      schema::rows(schema::key("node", &NumaCpu::node, "number of the node"),
                   schema::gauge("cpus", &NumaCpu::cpus, "CPUs it has"),
                   schema::part("times", &NumaCpu::times, "summed over the CPUs of the node"));
};

template <>
struct Schema<Numa> {
  static constexpr auto kRows = schema::rows(
      schema::list("numa_memory", &Numa::memory, "the memory of a NUMA node"),
      schema::list("numa_cpu", &Numa::cpu, "the CPUs of a NUMA node, if there are several nodes"));
};

}  // namespace proctape
