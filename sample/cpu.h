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
      schema::cpu_time(
          "user", &CpuTimes::user,
          "time in user space, guests included: user, number 1 of `cpuN` in /proc/stat")
          .activity(),
      schema::cpu_time("nice", &CpuTimes::nice,
                       "time in user space of processes made nicer, guests included: nice, number "
                       "2 of `cpuN` in /proc/stat")
          .activity(),
      schema::cpu_time("system", &CpuTimes::system,
                       "time in the kernel: system, number 3 of `cpuN` in /proc/stat")
          .activity(),
      schema::cpu_time(
          "idle", &CpuTimes::idle,
          "time with nothing to do: idle, number 4 of `cpuN` in /proc/stat; 0 where it went back"),
      schema::cpu_time("iowait", &CpuTimes::iowait,
                       "idle time while I/O was under way: iowait, number 5 of `cpuN` in "
                       "/proc/stat; 0 where it went back"),
      schema::cpu_time("irq", &CpuTimes::irq,
                       "time in handlers of interrupts: irq, number 6 of `cpuN` in /proc/stat")
          .activity(),
      schema::cpu_time(
          "softirq", &CpuTimes::softirq,
          "time in deferred handlers of interrupts: softirq, number 7 of `cpuN` in /proc/stat")
          .activity(),
      schema::cpu_time(
          "steal", &CpuTimes::steal,
          "time that the hypervisor gave to others: steal, number 8 of `cpuN` in /proc/stat")
          .activity(),
      schema::cpu_time(
          "guest", &CpuTimes::guest,
          "time in virtual machines, part of user, too: guest, number 9 of `cpuN` in /proc/stat"));
};

inline void add(const CpuTimes& times, CpuTimes& sum) {
  for_each_member<CpuTimes>(schema::kCounters, [&](auto time) { sum.*time += times.*time; });
}

template <>
struct Schema<CpuFrequency> {
  static constexpr auto kRows = schema::rows(
      schema::setting(
          "max_mhz", &CpuFrequency::max_mhz,
          "highest frequency in MHz: cpufreq/stats/time_in_state, else cpufreq/cpuinfo_max_freq"),
      schema::gauge("mhz", &CpuFrequency::mhz,
                    "where `ticks` is 0, the frequency now in MHz: scaling_cur_freq or "
                    "/proc/cpuinfo; else the "
                    "sum of MHz times `ticks` over the interval, a difference"),
      schema::counter("ticks", &CpuFrequency::ticks,
                      "time of which frequencies are known, in 10 ms: sum of the times of "
                      "time_in_state; 0 where only the frequency now is known"));
};

template <>
struct Schema<Cpu> {
  static constexpr auto kRows = schema::rows(
      schema::key("number", &Cpu::number, "number of the CPU"),
      schema::setting("node", &Cpu::node, "NUMA node it belongs to; -1 unknown"),
      schema::gauge("online", &Cpu::online, "whether it is online"),
      schema::part("times", &Cpu::times, "of the CPU"),
      schema::part("frequency", &Cpu::frequency, "how fast"),
      schema::counter("instructions", &Cpu::instructions,
                      "instructions in user space and kernel, if `perf_counters` is set: "
                      "perf_event_open, scaled where counters are shared; 0 without counters"),
      schema::counter(
          "cycles", &Cpu::cycles,
          "cycles in user space and kernel, if `perf_counters` is set: perf_event_open, "
          "scaled where counters are shared; 0 without counters"));
};

template <>
struct Schema<Cpus> {
  static constexpr auto kRows = schema::rows(
      schema::gauge("online", &Cpus::online, "CPUs that are online: `cpuN` lines of /proc/stat"),
      // A sum of counters of 32 bits, one per CPU and kind, each of which wraps by itself.
      schema::counter("interrupts", &Cpus::interrupts,
                      "interrupts: first number of `intr` in /proc/stat")
          .of_32_bits(),
      schema::counter("context_switches", &Cpus::context_switches,
                      "context switches: `ctxt` in /proc/stat"),
      schema::counter("forks", &Cpus::forks,
                      "processes and threads made: `processes` in /proc/stat"),
      schema::gauge("load1", &Cpus::load1,
                    "load average of 1 minute, tasks running or waiting for disks: /proc/loadavg"),
      schema::gauge("load5", &Cpus::load5,
                    "load average of 5 minutes, tasks running or waiting for disks: /proc/loadavg"),
      schema::gauge(
          "load15", &Cpus::load15,
          "load average of 15 minutes, tasks running or waiting for disks: /proc/loadavg"),
      schema::part("all", &Cpus::all, "summed over the online CPUs"),
      schema::list("cpu", &Cpus::each, "a CPU"));
};

}  // namespace proctape
