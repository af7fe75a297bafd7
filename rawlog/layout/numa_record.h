// SPDX-License-Identifier: Apache-2.0
//
// sstat.memnuma and sstat.cpunuma: NUMA nodes (since 2.7).
#pragma once

#include "rawlog/layout/record.h"
#include "sample/numa.h"

namespace proctape {

inline constexpr Field<NumaMemory> kMempernuma[] = {
    number<&NumaMemory::node, std::int32_t>("numanr").since(v2_8),
    real<&NumaMemory::fragmentation>("frag"),
    pages<&NumaMemory::total>("totmem"),
    pages<&NumaMemory::free>("freemem"),
    pages<&NumaMemory::file>("filepage"),
    pages<&NumaMemory::dirty>("dirtymem"),
    pages<&NumaMemory::slab>("slabmem"),
    pages<&NumaMemory::slab_reclaimable>("slabreclaim"),
    pages<&NumaMemory::active>("active"),
    pages<&NumaMemory::inactive>("inactive"),
    pages<&NumaMemory::shmem>("shmem"),
    number<&NumaMemory::huge_total>("tothp"),
    number<&NumaMemory::huge_free>("freehp").since(v2_10),
    spares<NumaMemory>("cfuture", 2).since(v2_11),
};

inline constexpr Field<NumaCpu> kCpupernuma[] = {
    number<&NumaCpu::node, std::int32_t>("numanr").since(v2_8),
    number<&NumaCpu::cpus>("nrcpu"),
    ticks_in<&NumaCpu::times, &CpuTimes::system>("stime"),
    ticks_in<&NumaCpu::times, &CpuTimes::user>("utime"),
    ticks_in<&NumaCpu::times, &CpuTimes::nice>("ntime"),
    ticks_in<&NumaCpu::times, &CpuTimes::idle>("itime"),
    ticks_in<&NumaCpu::times, &CpuTimes::iowait>("wtime"),
    ticks_in<&NumaCpu::times, &CpuTimes::irq>("Itime"),
    ticks_in<&NumaCpu::times, &CpuTimes::softirq>("Stime"),
    ticks_in<&NumaCpu::times, &CpuTimes::steal>("steal"),
    ticks_in<&NumaCpu::times, &CpuTimes::guest>("guest"),
    spares<NumaCpu>("cfuture", 2).since(v2_11),
};

inline constexpr std::size_t kMostNumaNodes = 1024;

inline constexpr Field<Numa> kMemnuma[] = {
    count_of<&Numa::memory, kMostNumaNodes, std::int64_t>("nrnuma"),
    array<kMempernuma, &Numa::memory, kMostNumaNodes>("numa", kMostNumaNodes),
};

inline constexpr Field<Numa> kCpunuma[] = {
    count_of<&Numa::cpu, kMostNumaNodes, std::int64_t>("nrnuma"),
    array<kCpupernuma, &Numa::cpu, kMostNumaNodes>("numa", kMostNumaNodes),
};

}  // namespace proctape
