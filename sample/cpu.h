// SPDX-License-Identifier: Apache-2.0
//
// Processors. Sources: /proc/stat, /proc/loadavg, cpufreq in sysfs or /proc/cpuinfo,
// perf counters. In a Snapshot the times and counts are since boot, in a Sample they
// are those of the interval.
#pragma once

#include <vector>

#include "base/units.h"
#include "sample/schema.h"

namespace proctape {

struct CpuFrequency {
  Count max_mhz = 0;
  // MHz now; or, when `ticks` is not 0, the sum of MHz * ticks over the interval.
  Count mhz = 0;
  Ticks ticks;  // 10 ms each, from cpufreq's time_in_state

  friend bool operator==(const CpuFrequency&, const CpuFrequency&) = default;
};

struct CpuTimes {
  Ticks user;  // guest included, as in the kernel
  Ticks nice;
  Ticks system;
  Ticks idle;
  Ticks iowait;
  Ticks irq;
  Ticks softirq;
  Ticks steal;
  Ticks guest;

  friend bool operator==(const CpuTimes&, const CpuTimes&) = default;
};

struct Cpu {
  Count number = 0;
  Count node = kUnknown;  // of memory; not in the log, and known of hosts with several only
  bool online = false;    // not set in Cpus::all
  CpuTimes times;
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

template <>
struct Schema<CpuTimes> {
  static constexpr auto kRows = schema::rows(
      schema::cpu_time("user", &CpuTimes::user, "time in user space, guests included").activity(),
      schema::cpu_time("nice", &CpuTimes::nice,
                       "time in user space of processes made nicer, guests included")
          .activity(),
      schema::cpu_time("system", &CpuTimes::system, "time in the kernel").activity(),
      schema::cpu_time("idle", &CpuTimes::idle, "time with nothing to do"),
      schema::cpu_time("iowait", &CpuTimes::iowait, "idle time while I/O was under way"),
      schema::cpu_time("irq", &CpuTimes::irq, "time in handlers of interrupts").activity(),
      schema::cpu_time("softirq", &CpuTimes::softirq, "time in deferred handlers of interrupts")
          .activity(),
      schema::cpu_time("steal", &CpuTimes::steal, "time that the hypervisor gave to others")
          .activity(),
      schema::cpu_time("guest", &CpuTimes::guest,
                       "time in virtual machines; it is part of user and nice, too"));
};

inline void add(const CpuTimes& times, CpuTimes& sum) {
  for_each_member<CpuTimes>(schema::kCounters, [&](auto time) { sum.*time += times.*time; });
}

template <>
struct Schema<CpuFrequency> {
  static constexpr auto kRows = schema::rows(
      schema::setting("max_mhz", &CpuFrequency::max_mhz, "highest frequency in MHz"),
      schema::gauge("mhz", &CpuFrequency::mhz,
                    "frequency in MHz; with ticks the sum of MHz times ticks over the interval"),
      schema::counter("ticks", &CpuFrequency::ticks,
                      "time of which frequencies are known, in 10 ms; 0 where mhz is a frequency"));
};

template <>
struct Schema<Cpu> {
  static constexpr auto kRows = schema::rows(
      schema::key("number", &Cpu::number, "number of the CPU"),
      schema::setting("node", &Cpu::node, "NUMA node it belongs to; -1 unknown"),
      schema::gauge("online", &Cpu::online, "whether it is online"),
      schema::part("times", &Cpu::times, "what it did"),
      schema::part("frequency", &Cpu::frequency, "how fast"),
      schema::counter("instructions", &Cpu::instructions,
                      "instructions in user space and kernel; 0 without performance counters"),
      schema::counter("cycles", &Cpu::cycles,
                      "cycles in user space and kernel; 0 without performance counters"));
};

template <>
struct Schema<Cpus> {
  static constexpr auto kRows = schema::rows(
      schema::gauge("online", &Cpus::online, "CPUs that are online"),
      // A sum of counters of 32 bits, one per CPU and kind, each of which wraps by itself.
      schema::counter("interrupts", &Cpus::interrupts, "interrupts").of_32_bits(),
      schema::counter("context_switches", &Cpus::context_switches, "context switches"),
      schema::counter("forks", &Cpus::forks, "processes and threads made"),
      schema::gauge("load1", &Cpus::load1,
                    "tasks running or waiting for disks, mean of the last minute"),
      schema::gauge("load5", &Cpus::load5,
                    "tasks running or waiting for disks, mean of the last 5 minutes"),
      schema::gauge("load15", &Cpus::load15,
                    "tasks running or waiting for disks, mean of the last 15 minutes"),
      schema::part("all", &Cpus::all, "the sum of the CPUs that are online"),
      schema::list("cpu", &Cpus::each, "a CPU"));
};

}  // namespace proctape
