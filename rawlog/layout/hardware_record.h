// SPDX-License-Identifier: Apache-2.0
//
// sstat.gpu, sstat.ifb (since 2.4), sstat.llc (since 2.8): what only some machines have;
// sstat.cfs and sstat.www, which proctape never fills.
#pragma once

#include "rawlog/layout/record.h"
#include "sample/gpu.h"
#include "sample/hardware.h"
#include "sample/legacy.h"

namespace proctape {

namespace gpu_rows {

// A byte: of more processes than it can count the most that it can.
inline void put_processes(const Gpu& gpu, Slot slot, Version) {
  slot.put(static_cast<std::uint8_t>(std::clamp<Count>(gpu.processes, 0, 255)));
}
inline void take_processes(ConstSlot slot, Gpu& gpu, Version) {
  gpu.processes = slot.take<std::uint8_t>();
}

}  // namespace gpu_rows

inline constexpr Field<Gpu> kPergpu[] = {
    number<&Gpu::task_statistics, char>("taskstats"),
    special<Gpu, std::uint8_t>("nrprocs", Unit::kNone, gpu_rows::put_processes,
                               gpu_rows::take_processes),
    text<&Gpu::type>("type", 13),
    text<&Gpu::bus_id>("busid", 13),
    number<&Gpu::number, std::int32_t>("gpunr"),
    number<&Gpu::busy_percent, std::int32_t>("gpupercnow"),
    number<&Gpu::memory_busy_percent, std::int32_t>("mempercnow"),
    kibibytes_of<&Gpu::memory_total>("memtotnow"),
    kibibytes_of<&Gpu::memory_used>("memusenow"),
    number<&Gpu::samples>("samples"),
    number<&Gpu::busy_percent_sum>("gpuperccum"),
    number<&Gpu::memory_busy_percent_sum>("memperccum"),
    kibibytes_of<&Gpu::memory_used_sum>("memusecum"),
};

inline constexpr std::size_t kMostGpus = 32;

inline constexpr Field<Gpus> kGpustat[] = {
    count_of<&Gpus::each, kMostGpus>("nrgpus"),
    array<kPergpu, &Gpus::each, kMostGpus>("gpu", kMostGpus),
};

inline constexpr Field<InfinibandPort> kPerifb[] = {
    text<&InfinibandPort::controller>("ibname", 12).until(v2_12),
    text<&InfinibandPort::controller>("ibname", 20).since(v2_13),
    number<&InfinibandPort::port, std::int16_t>("portnr"),
    number<&InfinibandPort::lanes, std::int16_t>("lanes"),
    number<&InfinibandPort::rate>("rate"),
    number<&InfinibandPort::words_received>("rcvb"),
    number<&InfinibandPort::words_sent>("sndb"),
    number<&InfinibandPort::packets_received>("rcvp"),
    number<&InfinibandPort::packets_sent>("sndp"),
    spares<InfinibandPort>("cfuture", 4).since(v2_11),
};

inline constexpr std::size_t kMostInfinibandPorts = 32;

inline constexpr Field<Infiniband> kIfbstat[] = {
    count_of<&Infiniband::ports, kMostInfinibandPorts>("nrports"),
    array<kPerifb, &Infiniband::ports, kMostInfinibandPorts>("ifb", kMostInfinibandPorts),
};

inline constexpr Field<LastLevelCache> kPerllc[] = {
    number<&LastLevelCache::id, std::uint8_t>("id"),
    real<&LastLevelCache::occupancy>("occupancy"),
    bytes<&LastLevelCache::local_traffic>("mbm_local"),
    bytes<&LastLevelCache::total_traffic>("mbm_total"),
};

inline constexpr std::size_t kMostCaches = 256;
inline constexpr std::size_t kMostCachesUntil2_9 = 255;  // counted in one byte

inline constexpr Field<LastLevelCaches> kLlcstat[] = {
    count_of<&LastLevelCaches::each, kMostCachesUntil2_9, std::uint8_t>("nrllcs").until(v2_9),
    count_of<&LastLevelCaches::each, kMostCaches>("nrllcs").since(v2_10),
    array<kPerllc, &LastLevelCaches::each, kMostCachesUntil2_9>("perllc", kMostCaches).until(v2_9),
    array<kPerllc, &LastLevelCaches::each, kMostCaches>("perllc", kMostCaches).since(v2_10),
};

inline constexpr Field<OpenVzContainer> kPercontainer[] = {
    number<&OpenVzContainer::id, std::uint64_t>("ctid"),
    number<&OpenVzContainer::processes, std::uint64_t>("numproc"),
    ticks<&OpenVzContainer::system>("system"),
    ticks<&OpenVzContainer::user>("user"),
    ticks<&OpenVzContainer::nice>("nice"),
    ticks<&OpenVzContainer::uptime>("uptime"),
    number<&OpenVzContainer::physical_pages>("physpages"),
};

inline constexpr std::size_t kMostContainers = 128;

inline constexpr Field<OpenVz> kContstat[] = {
    count_of<&OpenVz::containers, kMostContainers>("nrcontainer"),
    array<kPercontainer, &OpenVz::containers, kMostContainers>("cont", kMostContainers),
};

inline constexpr Field<Apache> kWwwstat[] = {
    number<&Apache::accesses>("accesses"),
    number<&Apache::kibibytes>("totkbytes"),
    number<&Apache::uptime>("uptime"),
    number<&Apache::busy_workers, std::int32_t>("bworkers"),
    number<&Apache::idle_workers, std::int32_t>("iworkers"),
};

}  // namespace proctape
