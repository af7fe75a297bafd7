// SPDX-License-Identifier: Apache-2.0
#include "collector/system/numa.h"

#include <algorithm>

#include "base/text/text.h"
#include "collector/kernel/first_error.h"
#include "collector/kernel/lines.h"
#include "collector/kernel/number_list.h"
#include "collector/kernel/numbers.h"
#include "collector/kernel/stack_path.h"

namespace proctape {
namespace {

constexpr const char* kOnline = "sys/devices/system/node/online";
constexpr Count kMostNodes = 1024;  // of any kernel: NODES_SHIFT is at most 10

struct NodeSize {
  std::string_view name;
  Bytes NumaMemory::*member;
};
constexpr NodeSize kNodeSizes[] = {
    {"MemTotal:", &NumaMemory::total}, {"MemFree:", &NumaMemory::free},
    {"FilePages:", &NumaMemory::file}, {"Dirty:", &NumaMemory::dirty},
    {"Slab:", &NumaMemory::slab},      {"SReclaimable:", &NumaMemory::slab_reclaimable},
    {"Active:", &NumaMemory::active},  {"Inactive:", &NumaMemory::inactive},
    {"Shmem:", &NumaMemory::shmem},
};

struct NodeCount {
  std::string_view name;
  Count NumaMemory::*member;
};
constexpr NodeCount kNodeCounts[] = {
    {"HugePages_Total:", &NumaMemory::huge_total},
    {"HugePages_Free:", &NumaMemory::huge_free},
};

StackPath node_path(Count node, const char* file) {
  return StackPath("sys/devices/system/node/node%lld/%s", static_cast<long long>(node), file);
}

Result<> list_nodes(const Reading& reading, std::vector<NumaMemory>& into) {
  const auto text = reading.text_of(kOnline);
  if (!text) return text.error();
  const bool listed = visit_numbers(*text, [&](Count node) {
    if (node < kMostNodes) into.push_back({.node = node});
  });
  if (!listed) return malformed(kOnline, "a list of nodes", *text);
  return {};
}

// Remembers which CPUs belong to the node.
Result<> place_cpus(Reading& reading, Count node, std::vector<Count>& node_of_cpu) {
  const StackPath path = node_path(node, "cpulist");
  const auto text = reading.text_of(path.c_str());
  if (!text) return text.error();
  const bool listed = visit_numbers(*text, [&](Count cpu) {
    const auto index = static_cast<std::size_t>(cpu);
    if (index < node_of_cpu.size()) node_of_cpu[index] = node;
  });
  if (!listed) return malformed(path.c_str(), "a list of CPUs", *text);
  return {};
}

}  // namespace

Result<> parse_node_meminfo(std::string_view text, std::string_view path, NumaMemory& into) {
  FirstError error;
  KernelLines lines(path, text);
  while (lines.next()) {
    auto rest = lines.line();
    next_word(rest);  // "Node"
    next_word(rest);  // its number
    const auto key = next_word(rest);
    const auto value = next_number(rest);
    if (!value) {
      error.note(lines.malformed("'Node <number> <key>: <number>'"));
      continue;
    }
    for (const NodeSize& size : kNodeSizes) {
      if (size.name == key) into.*size.member = kibibytes(*value);
    }
    for (const NodeCount& count : kNodeCounts) {
      if (count.name == key) into.*count.member = *value;
    }
  }
  return error.result();
}

Result<> read_numa(Reading& reading, Snapshot& into) {
  Numa& numa = into.system.numa;
  if (auto listed = list_nodes(reading, numa.memory); !listed) return listed;
  for (NumaMemory& memory : numa.memory) {
    const StackPath path = node_path(memory.node, "meminfo");
    const auto text = reading.text_of(path.c_str());
    // A node that is taken out meanwhile has none.
    if (!text) {
      if (text.error().kind != Error::Kind::kMissing) reading.note(text.error());
      continue;
    }
    reading.note(parse_node_meminfo(*text, path.c_str(), memory));
  }
  if (numa.memory.size() < 2) return {};

  std::vector<Cpu>& cpus = into.system.cpus.each;
  std::vector<Count>& node_of_cpu = reading.memo.node_of_cpu;
  node_of_cpu.resize(std::max(node_of_cpu.size(), cpus.size()), kUnknown);
  for (const NumaMemory& memory : numa.memory) {
    // Those of a node whose list cannot be read are where they were.
    reading.note(place_cpus(reading, memory.node, node_of_cpu));
    numa.cpu.emplace_back().node = memory.node;
  }
  for (std::size_t i = 0; i < cpus.size(); ++i) cpus[i].node = node_of_cpu[i];
  for (NumaCpu& node : numa.cpu) {
    for (const Cpu& cpu : cpus) {
      if (cpu.node != node.node) continue;
      if (cpu.online) ++node.cpus;
      add(cpu.times, node.times);
    }
  }
  return {};
}

}  // namespace proctape
