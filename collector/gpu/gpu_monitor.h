// SPDX-License-Identifier: Apache-2.0
//
// Graphics processors and what each process uses of them, from NVIDIA's library (nvml.h).
//
// As atop's GPU daemon does, a thread asks once a second and sums up, so that a log tells
// the average over each interval; it is also asked with each snapshot, for the gauges of
// that moment. While the driver hangs the snapshots go on without GPUs.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "collector/gpu/nvml.h"
#include "collector/kernel/helper_thread.h"

namespace proctape {

struct Snapshot;

struct GpuUse {
  Count pid = 0;
  TaskGpu gpu;

  friend bool operator==(const GpuUse&, const GpuUse&) = default;
};

// Sums over readings.
class GpuSums {
 public:
  void add(const GpuReading& reading);

  // The GPUs with their gauges of the last reading, and sums over all.
  const std::vector<Gpu>& gpus() const { return gpus_; }

  // The processes, by pid. One that left its GPUs since the last call is among them for the
  // last time, in state 'E'.
  void take_uses(std::vector<GpuUse>& into);

 private:
  std::vector<Gpu> gpus_;
  std::vector<GpuUse> uses_;  // by pid
  std::vector<GpuUse> next_;  // scratch
};

class GpuMonitor {
 public:
  explicit GpuMonitor(std::string library = {}) : library_(std::move(library)) {}

  // Fills into.system.gpus and into.gpu. kMissing without the library, the driver or a
  // device, which are looked for once a minute; kIo while the driver does not answer: its
  // sums begin anew then.
  Result<> read(SinceBoot now, Snapshot& into);

  // Fills `gpu` of the tasks, which hold nothing there, from what read() found.
  void add_uses(Snapshot& into) const;

  // How long a snapshot waits for the driver.
  static constexpr std::chrono::milliseconds kPatience{1000};

 private:
  struct Shared;

  Result<> begin(SinceBoot now);

  std::string library_;
  std::optional<SinceBoot> looked_for_;
  std::optional<Error> not_loaded_;
  std::unique_ptr<HelperThread> helper_;
  // The helper's: what shuts the library down may hang, too.
  std::weak_ptr<Shared> shared_;
  std::vector<GpuUse> uses_;
};

}  // namespace proctape
