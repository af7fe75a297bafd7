// SPDX-License-Identifier: Apache-2.0
#include "sample/cpu_deviation.h"

#include <algorithm>
#include <limits>

#include "sample/node_times.h"
#include "sample/subtract.h"

namespace proctape {
namespace {

constexpr Ticks Cpu::*kTimes[] = {
    &Cpu::user, &Cpu::nice,    &Cpu::system, &Cpu::idle,  &Cpu::iowait,
    &Cpu::irq,  &Cpu::softirq, &Cpu::steal,  &Cpu::guest,
};
// Guest time is part of user time.
constexpr bool is_part_of_another(Ticks Cpu::*time) { return time == &Cpu::guest; }
// What is doubted first, if each time may be right but all of them together may not.
constexpr Ticks Cpu::*kDoubtful[] = {&Cpu::idle, &Cpu::iowait, &Cpu::steal};

// The most ticks that one CPU can have had. The slack is for time that the kernel accounts late,
// and for CPUs whose lines were read at different moments.
std::int64_t most_ticks(const Snapshot& previous, const Snapshot& current) {
  if (previous.taken_at == WallTime{}) return std::numeric_limits<std::int64_t>::max();
  constexpr std::chrono::milliseconds kTick{10};
  constexpr std::int64_t kSlack = 100;
  const auto elapsed =
      std::max<std::int64_t>((current.since_boot - previous.since_boot) / kTick, 0);
  return elapsed + elapsed / 4 + kSlack;
}

void subtract_times(const Cpu& before, Cpu& now) {
  for (Ticks Cpu::*time : kTimes) {
    (now.*time).value =
        counter_difference((before.*time).value, (now.*time).value, OnFall::kNothing);
  }
}

// Returns how many ticks were taken out of `cpu`, a difference.
std::int64_t hold_to(std::int64_t most, Cpu& cpu) {
  std::int64_t left_out = 0;
  std::int64_t sum = 0;  // of at most 8 times `most`, or since boot
  for (Ticks Cpu::*time : kTimes) {
    Ticks& ticks = cpu.*time;
    if (ticks.value > most || ticks.value < 0) {
      left_out = wrapping_sum(left_out, ticks.value);
      ticks = {};
    }
    if (is_part_of_another(time)) continue;
    constexpr std::int64_t kLargest = std::numeric_limits<std::int64_t>::max();
    sum = ticks.value > kLargest - sum ? kLargest : sum + ticks.value;
  }
  for (Ticks Cpu::*time : kDoubtful) {
    const std::int64_t over = std::clamp<std::int64_t>(sum - most, 0, (cpu.*time).value);
    (cpu.*time).value -= over;
    sum -= over;
    left_out = wrapping_sum(left_out, over);
  }
  return left_out;
}

const Cpu kNoCpu;

// Of one CPU, or of the kernel's total.
std::int64_t subtract_cpu(const Cpu& before, std::int64_t most, Cpu& now) {
  subtract_times(before, now);
  const std::int64_t left_out = hold_to(most, now);
  subtract_counters(before, now, &Cpu::instructions, &Cpu::cycles);
  // Only with ticks is the frequency a sum over time.
  if (now.frequency.ticks.value != 0) {
    subtract_counters(before.frequency, now.frequency, &CpuFrequency::mhz, &CpuFrequency::ticks);
  }
  return left_out;
}

void sum_up(const std::vector<Cpu>& each, Cpu& all) {
  for (Ticks Cpu::*time : kTimes) {
    all.*time = {};
    for (const Cpu& cpu : each) {
      if (cpu.online) all.*time += cpu.*time;
    }
  }
}

void sum_up(const std::vector<Cpu>& each, NumaCpu& node) {
  node = {.node = node.node, .cpus = node.cpus};
  for (const Cpu& cpu : each) {
    if (cpu.node == node.node && cpu.online) add_times(cpu, node);
  }
}

}  // namespace

void ImpossibleTicks::add(Count number, std::int64_t more) {
  if (more == 0) return;
  if (!any()) cpu = number;
  ticks += Ticks{more};
}

void cpu_deviation(const Snapshot& previous, const Snapshot& current, System& into) {
  const Cpus& before = previous.system.cpus;
  Cpus& now = into.cpus;
  const std::int64_t most = most_ticks(previous, current);

  const OnFall on_fall = judge(before, now, &Cpus::context_switches, &Cpus::forks);
  subtract_counters(on_fall, before, now, &Cpus::context_switches, &Cpus::forks);
  // A sum of counters of 32 bits, one per CPU and kind, each of which wraps by itself.
  subtract_narrow(on_fall, kHalfOf32Bits, before, now, &Cpus::interrupts);

  subtract_cpu(before.all, most, now.all);
  for (std::size_t i = 0; i < now.each.size(); ++i) {
    subtract_cpu(i < before.each.size() ? before.each[i] : kNoCpu, most, now.each[i]);
  }
  // Kernels for a single CPU have only the total.
  if (std::ranges::any_of(now.each, &Cpu::online)) sum_up(now.each, now.all);
  for (NumaCpu& node : into.numa.cpu) sum_up(now.each, node);
}

ImpossibleTicks impossible_ticks(const Snapshot& previous, const Snapshot& current) {
  const std::vector<Cpu>& before = previous.system.cpus.each;
  const std::vector<Cpu>& now = current.system.cpus.each;
  const std::int64_t most = most_ticks(previous, current);
  ImpossibleTicks impossible;
  for (std::size_t i = 0; i < now.size(); ++i) {
    Cpu cpu = now[i];
    impossible.add(cpu.number, subtract_cpu(i < before.size() ? before[i] : kNoCpu, most, cpu));
  }
  return impossible;
}

}  // namespace proctape
