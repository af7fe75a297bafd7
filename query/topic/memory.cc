// SPDX-License-Identifier: Apache-2.0
#include "query/topic/memory.h"

#include <utility>
#include <vector>

#include "query/measure/figures.h"
#include "query/topic/series_topic.h"
#include "query/topic/system_tables.h"

namespace proctape {
namespace {

constexpr Measure kOfMemory[] = {
    Measure::kMemoryUsed,       Measure::kMemoryAvailable, Measure::kMemoryFree,
    Measure::kMemoryCache,      Measure::kMemorySlab,      Measure::kMemoryShmem,
    Measure::kMemoryDirty,      Measure::kMemoryCommitted, Measure::kSwapUsed,
    Measure::kSwapIn,           Measure::kSwapOut,         Measure::kPagesScanned,
    Measure::kAllocationStalls, Measure::kOomKills,
};

constexpr Measure kBeyondTimeLine[] = {
    Measure::kPagesStolen,
    Measure::kMajorFaults,
    Measure::kPressureMemorySome,
    Measure::kPressureMemoryFull,
};

constexpr double as_number(Count value) { return static_cast<double>(value); }
constexpr double as_number(Bytes value) { return static_cast<double>(value.value); }

template <auto Member>
double memory_value(const Sample& sample) {
  return as_number(sample.system.memory.*Member);
}
template <auto Member>
constexpr Figure memory_level(std::string_view name, std::string_view meaning) {
  return {{name, name, ColumnUnit::kBytes, meaning}, memory_value<Member>, true};
}
template <auto Member>
constexpr Figure memory_events(std::string_view name, std::string_view meaning) {
  return {{name, name, ColumnUnit::kPerSecond, meaning}, memory_value<Member>, false};
}
template <auto Member>
constexpr Figure memory_traffic(std::string_view name, std::string_view meaning) {
  return {{name, name, ColumnUnit::kBytesPerSecond, meaning}, memory_value<Member>, false};
}

constexpr Figure kMemoryFigures[] = {
    memory_level<&Memory::total>("memory_total", "memory there is"),
    memory_level<&Memory::buffers>("buffers", "of the cache, that of block devices"),
    memory_level<&Memory::slab_reclaimable>("slab_reclaimable", "of slab, what can be had back"),
    memory_level<&Memory::anon_huge_pages>("anon_huge_pages", "transparent huge pages"),
    memory_level<&Memory::page_tables>("page_tables", "page tables"),
    memory_level<&Memory::tcp_sockets>("tcp_sockets", "memory of TCP sockets"),
    memory_level<&Memory::udp_sockets>("udp_sockets", "memory of UDP sockets"),
    memory_level<&Memory::sysv_resident>("sysv_resident",
                                         "System V shared memory that is resident"),
    memory_level<&Memory::sysv_swapped>("sysv_swapped",
                                        "System V shared memory that is swapped out"),
    {{"huge_pages", "huge_pages", ColumnUnit::kBytes, "set aside for huge pages of both sizes"},
     [](const Sample& sample) {
       const Memory& memory = sample.system.memory;
       return as_number(memory.huge_total) * as_number(memory.huge_size) +
              as_number(memory.other_huge_total) * as_number(memory.other_huge_size);
     },
     true},
    {{"huge_pages_free", "huge_pages_free", ColumnUnit::kBytes, "of these, not in use"},
     [](const Sample& sample) {
       const Memory& memory = sample.system.memory;
       return as_number(memory.huge_free) * as_number(memory.huge_size) +
              as_number(memory.other_huge_free) * as_number(memory.other_huge_size);
     },
     true},
    memory_level<&Memory::low_watermark>("low_watermark",
                                         "free memory below which the kernel begins to reclaim"),
    memory_level<&Memory::commit_limit>(
        "commit_limit", "what processes may ask for, if overcommitting is forbidden"),
    memory_level<&Memory::swap_total>("swap_total", "swap there is"),
    memory_level<&Memory::swap_cached>("swap_cached", "what is in swap and in memory, too"),
    memory_level<&Memory::zswap>("zswap", "what zswap takes, its pool"),
    memory_level<&Memory::zswapped>("zswapped", "what zswap holds, unpacked"),
    memory_level<&Memory::zfs_arc>("zfs_arc", "cache of ZFS, its ARC"),
    memory_level<&Memory::ksm_shared>("ksm_shared", "what shared equal pages (KSM) take"),
    memory_level<&Memory::ksm_sharing>("ksm_sharing", "what sharing them saves"),
    memory_level<&Memory::vmware_balloon>("vmware_balloon",
                                          "what the host has taken back (VMware)"),
    memory_traffic<&Memory::paged_in>("paged_in",
                                      "read from disks through the cache, swap included"),
    memory_traffic<&Memory::paged_out>("paged_out", "written to disks, swap included"),
    memory_events<&Memory::zswap_ins>("zswap_in", "pages unpacked from zswap"),
    memory_events<&Memory::zswap_outs>("zswap_out", "pages packed into zswap"),
    memory_events<&Memory::compaction_stalls>("compaction_stalls",
                                              "times that a task had to compact memory itself"),
    memory_events<&Memory::pages_migrated>("pages_migrated", "pages moved"),
    memory_events<&Memory::numa_pages_migrated>("numa_pages_migrated",
                                                "pages moved to other nodes"),
};

class MemoryTopic : public SeriesTopic {
 public:
  explicit MemoryTopic(const Question& question) : SeriesTopic(question) {}

  std::vector<Table> answer() const override {
    Table times = time_line("timeline", "", series().points(), kOfMemory, question().points);
    if (question().points != 1) hide_idle_columns(times);
    std::vector<Measure> measures(std::begin(kOfMemory), std::end(kOfMemory));
    measures.insert(measures.end(), std::begin(kBeyondTimeLine), std::end(kBeyondTimeLine));
    Table table = breakdown("measures", "Mean and worst", series(), measures);
    add_figures(figures_, table);
    return {std::move(times), std::move(table)};
  }

 private:
  void add(const Host& /*host*/, const Sample& sample) override { figures_.add(sample); }

  Figures figures_{kMemoryFigures};
};

}  // namespace

std::unique_ptr<Topic> memory_topic(const Question& question) {
  return std::make_unique<MemoryTopic>(question);
}

}  // namespace proctape
