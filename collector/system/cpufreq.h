// SPDX-License-Identifier: Apache-2.0
//
// Frequencies of the online CPUs, from the best of three sources the host has, decided at
// the first reading and the same for all CPUs:
//
//   /sys/devices/system/cpu/cpu<N>/cpufreq/stats/time_in_state   kHz, time in 10 ms
//     3400000 120033
//     2200000 9981
//   /sys/devices/system/cpu/cpu<N>/cpufreq/{scaling_cur_freq,cpuinfo_max_freq}   kHz
//   /proc/cpuinfo
//     cpu MHz         : 2596.094
//
// The first gives sums since boot, the others the frequency now. Many virtual machines have
// only the last, other architectures than x86 often none.
// Kernel: Documentation/cpu-freq/cpufreq-stats.rst, Documentation/admin-guide/pm/cpufreq.rst.
#pragma once

#include <string_view>

#include "collector/system/source.h"
#include "sample/cpu.h"

namespace proctape {

// After read_stat, which tells the CPUs that are online.
Result<> read_cpufreq(Reading& reading, Snapshot& into);

Result<CpuFrequency> parse_time_in_state(std::string_view text, std::string_view path);

// Frequencies of the CPUs listed in `text` that are in `into`, decimals cut; the others, and
// the maxima, are left alone, and a malformed one is lost alone. `any`: it lists frequencies.
Result<> parse_cpuinfo(std::string_view text, Cpus& into, bool& any);

}  // namespace proctape
