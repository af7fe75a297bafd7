// SPDX-License-Identifier: Apache-2.0
//
// The times of a NUMA node are those of its CPUs.
#pragma once

#include "sample/cpu.h"
#include "sample/numa.h"

namespace proctape {

struct NodeTime {
  Ticks Cpu::*of_cpu;
  Ticks NumaCpu::*of_node;
};
inline constexpr NodeTime kNodeTimes[] = {
    {&Cpu::user, &NumaCpu::user},       {&Cpu::nice, &NumaCpu::nice},
    {&Cpu::system, &NumaCpu::system},   {&Cpu::idle, &NumaCpu::idle},
    {&Cpu::iowait, &NumaCpu::iowait},   {&Cpu::irq, &NumaCpu::irq},
    {&Cpu::softirq, &NumaCpu::softirq}, {&Cpu::steal, &NumaCpu::steal},
    {&Cpu::guest, &NumaCpu::guest},
};

inline void add_times(const Cpu& cpu, NumaCpu& node) {
  for (const NodeTime& time : kNodeTimes) node.*time.of_node += cpu.*time.of_cpu;
}

}  // namespace proctape
