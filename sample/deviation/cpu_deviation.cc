// SPDX-License-Identifier: Apache-2.0
#include "sample/deviation/cpu_deviation.h"

#include <algorithm>
#include <limits>

#include "sample/deviation/subtract.h"

namespace proctape {
namespace {

// Guest time is part of user time.
constexpr bool is_part_of_another(Ticks CpuTimes::*time) { return time == &CpuTimes::guest; }
// What is doubted first, if each time may be right but all of them together may not.
constexpr Ticks CpuTimes::*kDoubtful[] = {&CpuTimes::idle, &CpuTimes::iowait, &CpuTimes::steal};

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

// Of any times: a malformed one is kept as it was read.
std::int64_t saturated_sum(std::int64_t a, std::int64_t b) {
  std::int64_t sum = 0;
  if (!__builtin_add_overflow(a, b, &sum)) return sum;
  using Limits = std::numeric_limits<std::int64_t>;
  return a < 0 ? Limits::min() : Limits::max();
}

void subtract_times(const CpuTimes& before, CpuTimes& now) {
  subtract_counters(OnFall::kNothing, before, now);
}

// Returns how many ticks were taken out of `times`, a difference.
std::int64_t hold_to(std::int64_t most, CpuTimes& times) {
  std::int64_t left_out = 0;
  std::int64_t sum = 0;  // of at most 8 times `most`, or since boot
  for_each_member<CpuTimes>(schema::kCounters, [&](auto time) {
    Ticks& ticks = times.*time;
    if (ticks.value > most || ticks.value < 0) {
      // What is not known is no time, and nothing impossible either.
      if (ticks.value != kUnknown) left_out = wrapping_sum(left_out, ticks.value);
      ticks = {};
    }
    if (is_part_of_another(time)) return;
    sum = saturated_sum(sum, ticks.value);
  });
  for (Ticks CpuTimes::*time : kDoubtful) {
    const std::int64_t over = std::clamp<std::int64_t>(sum - most, 0, (times.*time).value);
    (times.*time).value -= over;
    sum -= over;
    left_out = wrapping_sum(left_out, over);
  }
  return left_out;
}

// Guest time, which user time has as well, may count twice: it is compared with what is far off.
std::int64_t all_ticks(const CpuTimes& times) {
  std::int64_t sum = 0;
  for_each_member<CpuTimes>(schema::kCounters,
                            [&](auto time) { sum = saturated_sum(sum, (times.*time).value); });
  return sum;
}

// What the CPU `before` is to be compared with as `now`. One that was never read (it was offline
// when the recorder started, or its line was malformed) counts from 0 if it may have begun in the
// interval. If it has more time than that, nobody knows how much of it was before: it gets nothing.
const Cpu& predecessor(const std::vector<Cpu>& before, std::size_t i, const Cpu& now,
                       std::int64_t most) {
  static const Cpu kNoCpu{};
  const Cpu& known = i < before.size() ? before[i] : kNoCpu;
  return known.times == CpuTimes{} && all_ticks(now.times) > most ? now : known;
}

// Of one CPU, or of the kernel's total.
std::int64_t subtract_cpu(const Cpu& before, std::int64_t most, Cpu& now) {
  subtract_times(before.times, now.times);
  const std::int64_t left_out = hold_to(most, now.times);
  subtract_counters(before, now);
  // Only with ticks is the frequency a sum over time.
  if (now.frequency.ticks.value != 0) {
    const OnFall on_fall =
        judge_members(before.frequency, now.frequency, &CpuFrequency::mhz, &CpuFrequency::ticks);
    subtract_members(on_fall, before.frequency, now.frequency, &CpuFrequency::mhz,
                     &CpuFrequency::ticks);
  }
  return left_out;
}

// Of the CPUs that are online and of which `counts` is true.
template <typename Counts>
CpuTimes sum_of(const std::vector<Cpu>& each, Counts counts) {
  CpuTimes sum;
  for (const Cpu& cpu : each) {
    if (cpu.online && counts(cpu)) add(cpu.times, sum);
  }
  return sum;
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

  subtract_counters(before, now);

  subtract_cpu(before.all, most, now.all);
  for (std::size_t i = 0; i < now.each.size(); ++i) {
    const Cpu known = predecessor(before.each, i, now.each[i], most);
    subtract_cpu(known, most, now.each[i]);
  }
  // Kernels for a single CPU have only the total.
  if (std::ranges::any_of(now.each, &Cpu::online)) {
    now.all.times = sum_of(now.each, [](const Cpu&) { return true; });
  }
  for (NumaCpu& node : into.numa.cpu) {
    node.times = sum_of(now.each, [&](const Cpu& cpu) { return cpu.node == node.node; });
  }
}

ImpossibleTicks impossible_ticks(const Snapshot& previous, const Snapshot& current) {
  const std::vector<Cpu>& before = previous.system.cpus.each;
  const std::vector<Cpu>& now = current.system.cpus.each;
  const std::int64_t most = most_ticks(previous, current);
  ImpossibleTicks impossible;
  for (std::size_t i = 0; i < now.size(); ++i) {
    Cpu cpu = now[i];
    impossible.add(cpu.number, subtract_cpu(predecessor(before, i, now[i], most), most, cpu));
  }
  return impossible;
}

}  // namespace proctape
