// SPDX-License-Identifier: Apache-2.0
//
// Pressure stall information. Source: /proc/pressure (Linux 4.20, CONFIG_PSI).
#pragma once

#include "base/units.h"
#include "sample/schema.h"

namespace proctape {

struct Stall {
  float avg10 = 0;  // percent of the last 10, 60, 300 s
  float avg60 = 0;
  float avg300 = 0;
  Microseconds total;  // counter

  friend bool operator==(const Stall&, const Stall&) = default;
};

struct Pressure {
  bool present = false;
  Stall cpu_some;
  Stall memory_some;
  Stall memory_full;
  Stall io_some;
  Stall io_full;

  friend bool operator==(const Pressure&, const Pressure&) = default;
};

template <>
struct Schema<Stall> {
  static constexpr auto kRows =
      schema::rows(schema::gauge("avg10", &Stall::avg10, "percent of the last 10 s"),
                   schema::gauge("avg60", &Stall::avg60, "percent of the last 60 s"),
                   schema::gauge("avg300", &Stall::avg300, "percent of the last 300 s"),
                   schema::counter("total", &Stall::total, "time stalled"));
};

template <>
struct Schema<Pressure> {
  static constexpr auto kRows = schema::rows(
      schema::setting("present", &Pressure::present, "whether the kernel has /proc/pressure"),
      schema::part("cpu_some", &Pressure::cpu_some,
                   "some tasks waiting for a CPU: `some` of /proc/pressure/cpu"),
      schema::part("memory_some", &Pressure::memory_some,
                   "some tasks waiting for memory: `some` of /proc/pressure/memory"),
      schema::part("memory_full", &Pressure::memory_full,
                   "all tasks waiting for memory: `full` of /proc/pressure/memory"),
      schema::part("io_some", &Pressure::io_some,
                   "some tasks waiting for I/O: `some` of /proc/pressure/io"),
      schema::part("io_full", &Pressure::io_full,
                   "all tasks waiting for I/O: `full` of /proc/pressure/io"));
};

}  // namespace proctape
