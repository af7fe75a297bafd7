// SPDX-License-Identifier: Apache-2.0
//
// Processors. Sources: /proc/stat, /proc/loadavg, cpufreq in sysfs or /proc/cpuinfo,
// perf counters. In a Snapshot the times and counts are since boot, in a Sample they
// are those of the interval.
#pragma once

#include <vector>

#include "base/units.h"

namespace proctape {

struct CpuFrequency {
  Count max_mhz = 0;
  // MHz now; or, when `ticks` is not 0, the sum of MHz * ticks over the interval.
  Count mhz = 0;
  Ticks ticks;  // 10 ms each, from cpufreq's time_in_state

  friend bool operator==(const CpuFrequency&, const CpuFrequency&) = default;
};

struct Cpu {
  Count number = 0;
  Count node = kUnknown;  // of memory; not in the log, and known of hosts with several only
  bool online = false;    // not set in Cpus::all
  Ticks user;             // guest included, as in the kernel
  Ticks nice;
  Ticks system;
  Ticks idle;
  Ticks iowait;
  Ticks irq;
  Ticks softirq;
  Ticks steal;
  Ticks guest;
  CpuFrequency frequency;
  Count instructions = 0;
  Count cycles = 0;

  friend bool operator==(const Cpu&, const Cpu&) = default;
};

struct Cpus {
  Count online = 0;
  Count interrupts = 0;
  Count context_switches = 0;
  Count forks = 0;  // threads included, as the kernel counts
  float load1 = 0;
  float load5 = 0;
  float load15 = 0;
  // In a Sample the sum of those of `each` that are online; in a Snapshot the kernel's own total,
  // which jumps when a CPU goes offline.
  Cpu all;
  std::vector<Cpu> each;  // indexed by CPU number, up to the highest seen in this run

  friend bool operator==(const Cpus&, const Cpus&) = default;
};

}  // namespace proctape
