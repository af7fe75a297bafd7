// SPDX-License-Identifier: Apache-2.0
//
// sstat.cpu: processors.
#pragma once

#include "rawlog/layout/record.h"
#include "sample/cpu.h"

namespace proctape {

inline constexpr Field<CpuFrequency> kFreqcnt[] = {
    number<&CpuFrequency::max_mhz>("maxfreq"),
    number<&CpuFrequency::mhz>("cnt"),
    ticks<&CpuFrequency::ticks>("ticks"),
};

inline constexpr Field<Cpu> kPercpu[] = {
    number<&Cpu::number, std::int32_t>("cpunr").until(v2_12),
    number<&Cpu::number, std::uint32_t>("cpunr").since(v2_13),
    number<&Cpu::online, char>("online").since(v2_13),
    spares<Cpu, char>("chfuture", 3).since(v2_13),
    ticks_in<&Cpu::times, &CpuTimes::system>("stime"),
    ticks_in<&Cpu::times, &CpuTimes::user>("utime"),
    ticks_in<&Cpu::times, &CpuTimes::nice>("ntime"),
    ticks_in<&Cpu::times, &CpuTimes::idle>("itime"),
    ticks_in<&Cpu::times, &CpuTimes::iowait>("wtime"),
    ticks_in<&Cpu::times, &CpuTimes::irq>("Itime"),
    ticks_in<&Cpu::times, &CpuTimes::softirq>("Stime"),
    ticks_in<&Cpu::times, &CpuTimes::steal>("steal"),
    ticks_in<&Cpu::times, &CpuTimes::guest>("guest"),
    record<kFreqcnt, &Cpu::frequency>("freqcnt"),
    number<&Cpu::instructions>("instr").since(v2_4),
    number<&Cpu::cycles>("cycle").since(v2_4),
    spares<Cpu>("cfuture", 4).only(v2_3),
    spares<Cpu>("cfuture", 2).since(v2_4).until(v2_6),
    spares<Cpu>("cfuture", 6).since(v2_7),
};

// From 2.13 on the elements are indexed by CPU number and those below maxcpu count;
// before, nrcpu elements count. atop leaves holes for offline CPUs there and loses the
// highest ones; we store the online ones one after another, each with its number.
inline constexpr std::size_t kMostCpus = 4096;
inline constexpr std::size_t kMostCpusUntil2_12 = 2048;

namespace cpu_rows {

// Never fewer than put_each stores: readers would not find the rest.
inline void put_online(const Cpus& cpus, Slot slot, Version) {
  const std::int64_t stored = std::ranges::count_if(cpus.each, &Cpu::online);
  slot.put(std::min<std::int64_t>(std::max<std::int64_t>(cpus.online, stored), kMostCpusUntil2_12));
}
inline void take_online(ConstSlot slot, Cpus& cpus, Version) {
  cpus.online = slot.take<std::int64_t>();
  cpus.each.assign(static_cast<std::size_t>(std::clamp<std::int64_t>(
                       cpus.online, 0, static_cast<std::int64_t>(kMostCpusUntil2_12))),
                   Cpu{});
}
inline void put_each(const Cpus& cpus, Slot slot, Version version) {
  const auto& each = record_of<kPercpu>(version);
  std::size_t next = 0;
  for (const Cpu& cpu : cpus.each) {
    if (!cpu.online || next == kMostCpusUntil2_12) continue;
    each.encode(cpu, slot.page_size, slot.at + next++ * each.size());
  }
}
inline void take_each(ConstSlot slot, Cpus& cpus, Version version) {
  const auto& each = record_of<kPercpu>(version);
  for (std::size_t i = 0; i < cpus.each.size(); ++i) {
    each.decode(slot.at + i * each.size(), slot.page_size, cpus.each[i]);
    cpus.each[i].online = true;
  }
}
constexpr Field<Cpus> online_array(std::string_view name) {
  Field<Cpus> field = special<Cpus>(name, Unit::kNone, put_each, take_each);
  field.kind = Kind::kRecord;
  field.count = kMostCpusUntil2_12;
  field.is_array = true;
  field.nested = layout_of<kPercpu>;
  return field;
}

}  // namespace cpu_rows

inline constexpr Field<Cpus> kCpustat[] = {
    special<Cpus>("nrcpu", Unit::kNone, cpu_rows::put_online, cpu_rows::take_online).until(v2_12),
    number<&Cpus::online, std::int32_t>("nrcpu").since(v2_13),
    count_of<&Cpus::each, kMostCpus>("maxcpu").since(v2_13),
    number<&Cpus::interrupts>("devint"),
    number<&Cpus::context_switches>("csw"),
    number<&Cpus::forks>("nprocs"),
    real<&Cpus::load1>("lavg1"),
    real<&Cpus::load5>("lavg5"),
    real<&Cpus::load15>("lavg15"),
    spares<Cpus>("cfuture", 4),
    record<kPercpu, &Cpus::all>("all"),
    cpu_rows::online_array("cpu").until(v2_12),
    array<kPercpu, &Cpus::each, kMostCpus>("cpu", kMostCpus).since(v2_13),
};

}  // namespace proctape
