// SPDX-License-Identifier: Apache-2.0
//
// What the sources of the system remember from one snapshot to the next, because asking
// each time costs too much or because it must be decided once for a run. What a source can
// take from the previous snapshot itself is not kept here a second time.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "collector/gpu/gpu_monitor.h"
#include "collector/kernel/kept_files.h"
#include "collector/kernel/names_apart.h"
#include "collector/system/disk_facts.h"
#include "collector/system/perf_counters.h"
#include "sample/hardware.h"

namespace proctape {

// When something that hardly ever changes is looked at again: at first, then once a minute.
class EveryMinute {
 public:
  // Whether it is due; if so, it counts as done at `now`.
  bool due(SinceBoot now) {
    if (last_ && now - *last_ < std::chrono::minutes(1)) return false;
    last_ = now;
    return true;
  }

 private:
  std::optional<SinceBoot> last_;
};

// Which of the kernel's sources tells the frequency of the CPUs; the same for all of them,
// because readers of the log cannot mix sums over time with plain frequencies.
enum class FrequencySource { kUndecided, kTimeInState, kScaling, kCpuinfo, kNone };

// The huge pages of a size that is not the default.
struct OtherHugePages {
  Bytes size;         // 0: there are none
  std::string total;  // "sys/kernel/mm/hugepages/hugepages-1048576kB/nr_hugepages"
  std::string free;
};

// An InfiniBand port as it was found, with its rate and lanes but no counters.
struct FoundInfinibandPort {
  std::string counters;  // "sys/class/infiniband/mlx5_0/ports/1/counters"
  InfinibandPort port;
};

struct Memo {
  KeptFiles kept_files;

  FrequencySource frequency_source = FrequencySource::kUndecided;
  EveryMinute frequency_limits;
  bool frequency_is_constant = false;

  std::optional<OtherHugePages> other_huge_pages;

  std::string diskstats;  // its text
  // Of all devices in it, in its order.
  std::vector<DiskFacts> disks;
  EveryMinute disk_facts;
  NamesApart volume_names;
  // Those of the class kPhysical.
  std::vector<DeviceNumber> physical_disks;

  EveryMinute watermarks;
  Bytes low_watermark;

  EveryMinute interface_properties;
  NamesApart mount_names;

  // By CPU number: the node it belongs to, also while it is offline. -1: not known.
  std::vector<Count> node_of_cpu;

  PerfCounters perf_counters;

  GpuMonitor gpus;

  EveryMinute infiniband;
  std::vector<FoundInfinibandPort> infiniband_ports;
  NamesApart controller_names;
};

}  // namespace proctape
