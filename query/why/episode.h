// SPDX-License-Identifier: Apache-2.0
//
// Samples that follow each other closely in which something was short.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "query/measure/device_use.h"
#include "query/measure/system_measures.h"
#include "query/measure/system_series.h"
#include "query/why/culprits.h"
#include "query/why/finding.h"

namespace proctape {

enum class Shortage {
  kCpu,
  kSteal,
  kMemory,
  kSwap,
  kOom,
  kDisk,
  kRetransmits,
  kDrops,
  kUdp,
  kForks
};
inline constexpr std::size_t kShortageCount = static_cast<std::size_t>(Shortage::kForks) + 1;

// Closed: without the tasks, of which there may be many.
struct Episode {
  Seconds from, to;
  double seconds = 0;   // of the samples in which it was short
  double interval = 0;  // of one of them
  std::array<MeanAndPeak, kMeasureCount> measures;
  std::vector<Party> culprits;
  std::vector<Party> victims;
  std::string disk;         // the busiest
  std::string interface;    // with most traffic, or with most lost packets
  double out_segments = 0;  // TCP, per second
  double deaths = 0;        // OOM kills

  const MeanAndPeak& operator[](Measure measure) const {
    return measures[static_cast<std::size_t>(measure)];
  }
};

struct OpenEpisode {
  Shortage shortage;
  Seconds last;  // end of the last sample in which it was short
  Seconds from;
  bool is_now = false;  // in the sample that is being added
  double seconds = 0;
  double out_segments = 0;
  std::vector<SystemPoint> points;
  DeviceUses devices;
  std::unique_ptr<Groups> groups;
};

Episode closed(const OpenEpisode& open, double cpus);

}  // namespace proctape
