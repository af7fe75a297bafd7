// SPDX-License-Identifier: Apache-2.0
//
// Graphics processors.
#pragma once

#include <vector>

#include "base/text/inline_text.h"
#include "base/units.h"
#include "sample/schema.h"

namespace proctape {

struct Gpu {
  Count task_statistics = 0;
  Count processes = 0;
  InlineText<12> type;
  InlineText<12> bus_id;
  Count number = 0;
  Count busy_percent = kUnknown;
  Count memory_busy_percent = kUnknown;
  Bytes memory_total;
  Bytes memory_used;
  // Summed over the samples of the interval.
  Count samples = 0;
  Count busy_percent_sum = kUnknown;
  Count memory_busy_percent_sum = kUnknown;
  Bytes memory_used_sum{kUnknown};

  friend bool operator==(const Gpu&, const Gpu&) = default;
};

struct Gpus {
  std::vector<Gpu> each;

  friend bool operator==(const Gpus&, const Gpus&) = default;
};

template <>
struct Schema<Gpu> {
  static constexpr auto kRows = schema::rows(
      schema::setting("task_statistics", &Gpu::task_statistics, "whether it tells of processes"),
      schema::gauge("processes", &Gpu::processes, "processes that use it"),
      schema::setting("type", &Gpu::type, "model: the last 12 bytes of its name, _ for blanks"),
      schema::key("bus_id", &Gpu::bus_id,
                  "place on the PCI bus: the last 12 bytes of its PCI address"),
      schema::setting("number", &Gpu::number, "number of the GPU"),
      schema::gauge("busy_percent", &Gpu::busy_percent,
                    "percent of the time that it was busy; -1 unknown"),
      schema::gauge("memory_busy_percent", &Gpu::memory_busy_percent,
                    "percent of the time that its memory was busy; -1 unknown"),
      schema::gauge("memory_total", &Gpu::memory_total, "memory there is"),
      schema::gauge("memory_used", &Gpu::memory_used, "memory that is used"),
      schema::counter("samples", &Gpu::samples,
                      "samples that the sums are of, one a second and one for each record"),
      schema::counter("busy_percent_sum", &Gpu::busy_percent_sum,
                      "percent busy, summed over the samples; -1 unknown")
          .activity(),
      schema::counter("memory_busy_percent_sum", &Gpu::memory_busy_percent_sum,
                      "percent of memory busy, summed over the samples; -1 unknown"),
      schema::counter("memory_used_sum", &Gpu::memory_used_sum,
                      "memory used, summed over the samples; -1 unknown"));
};

template <>
struct Schema<Gpus> {
  static constexpr auto kRows = schema::rows(
      schema::list("gpu", &Gpus::each, "a graphics processor that NVIDIA's library (NVML) knows"));
};

}  // namespace proctape
