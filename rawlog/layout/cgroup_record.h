// SPDX-License-Identifier: Apache-2.0
//
// cstat: one entry of the cgroup block (since 2.11). The table is its fixed part; the
// name follows it, terminated and zero-padded to a multiple of 8.
#pragma once

#include "rawlog/layout/record.h"
#include "sample/cgroup.h"

namespace proctape {

inline constexpr std::size_t kCstatSize = 432;

// Length of the entry of a cgroup, its name included.
constexpr std::size_t cgroup_entry_size(std::size_t name_length) {
  return (kCstatSize + std::max<std::size_t>(name_length, 1) + 1 + 7) & ~std::size_t{7};
}

namespace cgroup_rows {

inline void put_length(const CgroupIdentity& cgroup, Slot slot, Version) {
  slot.put(
      static_cast<std::int32_t>(cgroup_entry_size(static_cast<std::size_t>(cgroup.name_length))));
}
// The reader walks by it before decoding; it is not part of the sample.
inline void take_length(ConstSlot, CgroupIdentity&, Version) {}

}  // namespace cgroup_rows

inline constexpr Field<CgroupIdentity> kCgroupGen[] = {
    special<CgroupIdentity, std::int32_t>("structlen", Unit::kBytes, cgroup_rows::put_length,
                                          cgroup_rows::take_length),
    number<&CgroupIdentity::sequence, std::int32_t>("sequence"),
    number<&CgroupIdentity::parent, std::int32_t>("parentseq"),
    number<&CgroupIdentity::depth, std::int32_t>("depth"),
    number<&CgroupIdentity::processes, std::int32_t>("nprocs"),
    number<&CgroupIdentity::processes_below, std::int32_t>("procsbelow"),
    number<&CgroupIdentity::name_length, std::int32_t>("namelen"),
    number<&CgroupIdentity::full_name_length, std::int32_t>("fullnamelen"),
    spares<CgroupIdentity, std::int32_t>("ifuture", 4),
    number<&CgroupIdentity::name_hash>("namehash"),
    spares<CgroupIdentity>("lfuture", 4),
};

inline constexpr Field<CgroupLimits> kCgroupConf[] = {
    number<&CgroupLimits::cpu_weight, std::int32_t>("cpuweight"),
    number<&CgroupLimits::cpu_max, std::int32_t>("cpumax"),
    pages<&CgroupLimits::memory_max>("memmax"),
    pages<&CgroupLimits::swap_max>("swpmax"),
    number<&CgroupLimits::disk_weight, std::int32_t>("dskweight"),
    spares<CgroupLimits, std::int32_t>("ifuture", 5),
    spares<CgroupLimits>("cfuture", 5),
};

inline constexpr Field<CgroupCpu> kCgroupCpu[] = {
    microseconds<&CgroupCpu::user>("utime"),
    microseconds<&CgroupCpu::system>("stime"),
    microseconds<&CgroupCpu::pressure_some>("somepres"),
    microseconds<&CgroupCpu::pressure_full>("fullpres"),
    spares<CgroupCpu>("cfuture", 5),
};

inline constexpr Field<CgroupMemory> kCgroupMem[] = {
    pages<&CgroupMemory::current>("current"),
    pages<&CgroupMemory::anon>("anon"),
    pages<&CgroupMemory::file>("file"),
    pages<&CgroupMemory::kernel>("kernel"),
    pages<&CgroupMemory::shmem>("shmem"),
    microseconds<&CgroupMemory::pressure_some>("somepres"),
    microseconds<&CgroupMemory::pressure_full>("fullpres"),
    spares<CgroupMemory>("cfuture", 5),
};

inline constexpr Field<CgroupDisk> kCgroupDsk[] = {
    bytes<&CgroupDisk::read>("rbytes"),
    bytes<&CgroupDisk::written>("wbytes"),
    number<&CgroupDisk::reads>("rios"),
    number<&CgroupDisk::writes>("wios"),
    microseconds<&CgroupDisk::pressure_some>("somepres"),
    microseconds<&CgroupDisk::pressure_full>("fullpres"),
    spares<CgroupDisk>("cfuture", 5),
};

inline constexpr Field<Cgroup> kCstat[] = {
    record<kCgroupGen, &Cgroup::identity>("gen"), record<kCgroupConf, &Cgroup::limits>("conf"),
    record<kCgroupCpu, &Cgroup::cpu>("cpu"),      record<kCgroupMem, &Cgroup::memory>("mem"),
    record<kCgroupDsk, &Cgroup::disk>("dsk"),
};

// In record_tables.cc: hundreds of functions.
extern template const Record<Cgroup>& record_of<kCstat>(Version);

}  // namespace proctape
