// SPDX-License-Identifier: Apache-2.0
#include "query/topic/numa.h"

#include <algorithm>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "query/measure/cpu_use.h"
#include "query/measure/elapsed.h"
#include "query/measure/over_time.h"

namespace proctape {
namespace {

struct NodeUse {
  Count node = 0;
  double cpus = kNotKnown;
  CpuUse cpu;
  double total = kNotKnown;
  OverTime used, free, file, dirty, slab, shmem, active, inactive, fragmentation;
  double huge_total = 0;
  double huge_free = 0;
};

Value last_of(const OverTime& use) { return Value(use.last()); }

using NodeColumn = ColumnOf<NodeUse>;
constexpr NodeColumn kNodeColumns[] = {
    {{"node", "node", ColumnUnit::kCount, "number of the node"},
     [](const NodeUse& use) { return Value(double(use.node)); }},
    {{"cpus", "CPUs", ColumnUnit::kCount, "CPUs it has; known of hosts with several nodes"},
     [](const NodeUse& use) { return Value(use.cpus); }},
    {{"cpu", "CPU %", ColumnUnit::kPercent,
      "of its CPUs: neither idle, nor waiting for I/O, nor stolen"},
     [](const NodeUse& use) { return Value(use.cpu.busy.mean()); }},
    {{"cpu_peak", "peak %", ColumnUnit::kPercent, "the same in the interval with most"},
     [](const NodeUse& use) { return Value(use.cpu.busy.peak()); }},
    {{"peak_time", "when", ColumnUnit::kTime, "end of that interval"},
     [](const NodeUse& use) {
       return use.cpu.busy.is_known() ? Value(double(use.cpu.busy.peak_time().value)) : Value{};
     }},
    {{"cpu_user", "user %", ColumnUnit::kPercent, "of its CPUs: in programs, nice ones aside",
      true},
     [](const NodeUse& use) { return Value(use.cpu.user.mean()); }},
    {{"cpu_nice", "nice %", ColumnUnit::kPercent,
      "of its CPUs: in programs with a nice value above 0", true},
     [](const NodeUse& use) { return Value(use.cpu.nice.mean()); }},
    {{"cpu_system", "system %", ColumnUnit::kPercent, "of its CPUs: in the kernel", true},
     [](const NodeUse& use) { return Value(use.cpu.system.mean()); }},
    {{"cpu_irq", "irq %", ColumnUnit::kPercent, "of its CPUs: in interrupts, hard and soft", true},
     [](const NodeUse& use) { return Value(use.cpu.irq.mean() + use.cpu.softirq.mean()); }},
    {{"cpu_iowait", "iowait %", ColumnUnit::kPercent,
      "of its CPUs: idle while a disk was waited for", true},
     [](const NodeUse& use) { return Value(use.cpu.iowait.mean()); }},
    {{"cpu_steal", "steal %", ColumnUnit::kPercent,
      "of its CPUs: given to others by the hypervisor", true},
     [](const NodeUse& use) { return Value(use.cpu.steal.mean()); }},
    {{"memory_total", "memory", ColumnUnit::kBytes, "memory there is"},
     [](const NodeUse& use) { return Value(use.total); }},
    {{"memory_used", "used", ColumnUnit::kBytes,
      "memory that is not free, the cache included; mean"},
     [](const NodeUse& use) { return Value(use.used.mean()); }},
    {{"memory_free", "free", ColumnUnit::kBytes, "memory used for nothing, at the end"},
     [](const NodeUse& use) { return last_of(use.free); }},
    {{"memory_free_least", "least", ColumnUnit::kBytes, "the least that was free"},
     [](const NodeUse& use) { return Value(use.free.least()); }},
    {{"least_time", "when", ColumnUnit::kTime, "when that was"},
     [](const NodeUse& use) {
       return use.free.is_known() ? Value(double(use.free.least_time().value)) : Value{};
     }},
    {{"file", "cache", ColumnUnit::kBytes, "cache of files, at the end"},
     [](const NodeUse& use) { return last_of(use.file); }},
    {{"dirty", "dirty", ColumnUnit::kBytes, "of it, what is to be written, at the end"},
     [](const NodeUse& use) { return last_of(use.dirty); }},
    {{"slab", "slab", ColumnUnit::kBytes, "memory of the kernel's own objects, at the end"},
     [](const NodeUse& use) { return last_of(use.slab); }},
    {{"shmem", "shmem", ColumnUnit::kBytes, "shared memory and tmpfs, at the end"},
     [](const NodeUse& use) { return last_of(use.shmem); }},
    {{"active", "active", ColumnUnit::kBytes, "used lately, at the end", true},
     [](const NodeUse& use) { return last_of(use.active); }},
    {{"inactive", "inactive", ColumnUnit::kBytes, "not used lately, at the end", true},
     [](const NodeUse& use) { return last_of(use.inactive); }},
    {{"fragmentation", "fragmented %", ColumnUnit::kPercent,
      "how little of the free memory is in large pieces, at the end"},
     [](const NodeUse& use) { return last_of(use.fragmentation); }},
    {{"huge_pages", "huge pages", ColumnUnit::kCount, "huge pages of the default size, at the end",
      true},
     [](const NodeUse& use) { return Value(use.huge_total); }},
    {{"huge_pages_free", "of these free", ColumnUnit::kCount, "huge pages not in use, at the end",
      true},
     [](const NodeUse& use) { return Value(use.huge_free); }},
};

struct CacheUse {
  Count id = 0;
  OverTime occupancy;       // percent
  OverTime local, traffic;  // bytes per second
};

using CacheColumn = ColumnOf<CacheUse>;
constexpr CacheColumn kCacheColumns[] = {
    {{"cache", "cache", ColumnUnit::kCount, "number of the cache"},
     [](const CacheUse& use) { return Value(double(use.id)); }},
    {{"occupied", "occupied %", ColumnUnit::kPercent, "of its size, mean"},
     [](const CacheUse& use) { return Value(use.occupancy.mean()); }},
    {{"traffic", "traffic/s", ColumnUnit::kBytesPerSecond,
      "between it and the memory of all nodes"},
     [](const CacheUse& use) { return Value(use.traffic.mean()); }},
    {{"local_traffic", "local/s", ColumnUnit::kBytesPerSecond,
      "between it and the memory of its own node"},
     [](const CacheUse& use) { return Value(use.local.mean()); }},
    {{"traffic_peak", "peak", ColumnUnit::kBytesPerSecond, "the most traffic of an interval"},
     [](const CacheUse& use) { return Value(use.traffic.peak()); }},
};

// What is told of in the order of its numbers. A crafted log has others in each sample.
template <typename Use>
Use* of_number(Count number, std::map<Count, Use>& uses) {
  constexpr std::size_t kMost = 4096;
  if (uses.size() >= kMost && !uses.contains(number)) return nullptr;
  return &uses[number];
}

class NumaTopic : public Topic {
 public:
  void begin(const Host& host, const Sample& sample) override {
    const double seconds = sample.since_boot ? 0 : seconds_of(sample);
    const Numa& numa = sample.system.numa;
    for (std::size_t i = 0; i < numa.memory.size(); ++i) {
      NodeUse* node = node_of(numa.memory[i].node, i);
      if (node) add_memory(numa.memory[i], seconds, bounded(sample.time), *node);
    }
    const auto ticks = ticks_per_second(host);
    for (std::size_t i = 0; i < numa.cpu.size(); ++i) {
      const NumaCpu& cpu = numa.cpu[i];
      NodeUse* node = node_of(cpu.node, i);
      if (!node) continue;
      node->cpus = used(cpu.cpus);
      if (sample.since_boot) continue;
      const double possible = seconds * ticks * std::max(used(cpu.cpus), 1.0);
      node->cpu.add(cpu_shares(cpu.times, possible), seconds, bounded(sample.time));
    }
    for (const LastLevelCache& cache : sample.system.caches.each) {
      CacheUse* use = of_number(cache.id, caches_);
      if (!use) continue;
      use->id = cache.id;
      const Seconds time = bounded(sample.time);
      use->occupancy.add(std::clamp(100 * static_cast<double>(cache.occupancy), 0.0, 100.0),
                         seconds, time);
      if (sample.since_boot) continue;
      use->local.add(used(cache.local_traffic) / seconds, seconds, time);
      use->traffic.add(used(cache.total_traffic) / seconds, seconds, time);
    }
  }
  void take(const Task& /*task*/, bool /*is_meant*/) override {}
  void end() override {}

  std::vector<Table> answer() const override {
    const std::span<const NodeColumn> columns(kNodeColumns);
    Table nodes = table_of("nodes", "NUMA nodes (100 % is all CPUs of the node)", columns);
    for (const auto& [number, use] : nodes_) nodes.rows.push_back(values_of(use, columns));
    nodes.if_empty = "not recorded: a kernel without NUMA, or a log of atop before 2.7";
    const std::span<const CacheColumn> of_caches(kCacheColumns);
    Table caches = table_of("caches", "Last-level caches", of_caches);
    for (const auto& [number, use] : caches_) caches.rows.push_back(values_of(use, of_caches));
    caches.if_empty = "not recorded: no resctrl, or a log of atop before 2.8";
    return {std::move(nodes), std::move(caches)};
  }

 private:
  // Logs of 2.7 have no numbers.
  NodeUse* node_of(Count number, std::size_t place) {
    if (number == 0) number = static_cast<Count>(place);
    NodeUse* node = of_number(number, nodes_);
    if (node) node->node = number;
    return node;
  }

  static void add_memory(const NumaMemory& memory, double seconds, Seconds time, NodeUse& node) {
    node.total = used(memory.total);
    const auto add = [&](OverTime& use, double value) { use.add(value, seconds, time); };
    add(node.used, used(used(memory.total) - used(memory.free)));
    add(node.free, used(memory.free));
    add(node.file, used(memory.file));
    add(node.dirty, used(memory.dirty));
    add(node.slab, used(memory.slab));
    add(node.shmem, used(memory.shmem));
    add(node.active, used(memory.active));
    add(node.inactive, used(memory.inactive));
    add(node.fragmentation,
        std::clamp(100 * static_cast<double>(memory.fragmentation), 0.0, 100.0));
    node.huge_total = used(memory.huge_total);
    node.huge_free = used(memory.huge_free);
  }

  std::map<Count, NodeUse> nodes_;
  std::map<Count, CacheUse> caches_;
};

}  // namespace

std::unique_ptr<Topic> numa_topic(const Question& /*question*/) {
  return std::make_unique<NumaTopic>();
}

}  // namespace proctape
