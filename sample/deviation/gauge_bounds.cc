// SPDX-License-Identifier: Apache-2.0
#include "sample/deviation/gauge_bounds.h"

#include <algorithm>
#include <type_traits>

#include "sample/deviation/subtract.h"

namespace proctape {
namespace {

void hold_above_zero(std::int64_t& gauge) {
  if (gauge < 0 && gauge != kUnknown) gauge = 0;
}

// All whole numbers of a struct that are no counters.
template <typename T>
void hold_numbers_above_zero(T& of) {
  for_each_row<T>([&]<typename Row>(Row) {
    constexpr auto kMember = Row::row().member;
    constexpr Role kRole = Row::row().role;
    if constexpr (kRole == Role::kGauge || kRole == Role::kSetting) {
      using Value = std::remove_reference_t<decltype(of.*kMember)>;
      if constexpr (kIsWhole<Value>) hold_above_zero(plain(of.*kMember));
    }
  });
}

// Of a whole that is not known nothing is known of its parts either.
template <typename T, typename Whole, typename... Parts>
void hold_within(T& of, Whole whole, Parts... parts) {
  const std::int64_t most = plain(of.*whole);
  if (most == kUnknown) return;
  const auto hold = [most](std::int64_t& part) { part = std::min(part, most); };
  (hold(plain(of.*parts)), ...);
}

void hold_memory(Memory& m) {
  hold_numbers_above_zero(m);
  hold_within(m, &Memory::total, &Memory::free, &Memory::buffers, &Memory::slab, &Memory::cached,
              &Memory::dirty, &Memory::tcp_sockets, &Memory::udp_sockets, &Memory::shmem,
              &Memory::slab_reclaimable, &Memory::zswap, &Memory::page_tables, &Memory::available,
              &Memory::anon_huge_pages, &Memory::low_watermark);
  hold_within(m, &Memory::swap_total, &Memory::swap_free, &Memory::swap_cached);
  hold_within(m, &Memory::huge_total, &Memory::huge_free);
  hold_within(m, &Memory::other_huge_total, &Memory::other_huge_free);
}

void hold_node(NumaMemory& node) {
  hold_numbers_above_zero(node);
  hold_within(node, &NumaMemory::total, &NumaMemory::free, &NumaMemory::file, &NumaMemory::dirty,
              &NumaMemory::slab, &NumaMemory::slab_reclaimable, &NumaMemory::active,
              &NumaMemory::inactive, &NumaMemory::shmem);
  hold_within(node, &NumaMemory::huge_total, &NumaMemory::huge_free);
}

void hold_percentages(Stall& stall) {
  for (float Stall::*average : {&Stall::avg10, &Stall::avg60, &Stall::avg300}) {
    // Not std::clamp, which lets through what is no number.
    stall.*average = stall.*average > 0 ? std::min(stall.*average, 100.0F) : 0.0F;
  }
}

void hold_load(float& load) {
  if (!(load >= 0)) load = 0;
}

}  // namespace

void hold_to_bounds(System& system) {
  hold_memory(system.memory);
  for (NumaMemory& node : system.numa.memory) hold_node(node);
  for_each_member<Pressure>(schema::kParts,
                            [&](auto stall) { hold_percentages(system.pressure.*stall); });
  hold_numbers_above_zero(system.protocols.ipv4);
  hold_numbers_above_zero(system.protocols.tcp);
  hold_load(system.cpus.load1);
  hold_load(system.cpus.load5);
  hold_load(system.cpus.load15);
  for (Disk& disk : system.disks.physical) hold_numbers_above_zero(disk);
  for (LastLevelCache& cache : system.caches.each) {
    cache.occupancy = cache.occupancy > 0 ? std::min(cache.occupancy, 1.0F) : 0.0F;
  }
}

}  // namespace proctape
