// SPDX-License-Identifier: Apache-2.0
//
// What a host as a whole did, as numbers that can be compared and averaged: rates and shares of an
// interval, and levels at its end.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

#include "base/units.h"
#include "query/table/table.h"

namespace proctape {

// In the order of kMeasures.
enum class Measure {
  kCpuBusy,
  kCpuUser,
  kCpuNice,
  kCpuSystem,
  kCpuIrq,
  kCpuIowait,
  kCpuSteal,
  kCpuGuest,
  kCpuBusiest,
  kLoad1,
  kLoad5,
  kLoad15,
  kRunning,
  kBlocked,
  kProcesses,
  kThreads,
  kZombies,
  kForks,
  kExits,
  kContextSwitches,
  kInterrupts,
  kMemoryUsed,
  kMemoryAvailable,
  kMemoryFree,
  kMemoryCache,
  kMemorySlab,
  kMemoryShmem,
  kMemoryDirty,
  kMemoryCommitted,
  kSwapUsed,
  kSwapIn,
  kSwapOut,
  kPagesScanned,
  kPagesStolen,
  kAllocationStalls,
  kMajorFaults,
  kOomKills,
  kPressureCpuSome,
  kPressureMemorySome,
  kPressureMemoryFull,
  kPressureIoSome,
  kPressureIoFull,
  kDiskRead,
  kDiskWritten,
  kDiskRequests,
  kDiskBusiest,
  kDiskLatency,
  kDiskQueue,
  kNetReceived,
  kNetSent,
  kNetPackets,
  kNetErrors,
  kNetDrops,
  kTcpRetransmits,
  kTcpConnections,
  kUdpErrors,
};
inline constexpr std::size_t kMeasureCount = static_cast<std::size_t>(Measure::kUdpErrors) + 1;

struct MeasureRow : Column {
  bool worst_is_least = false;
  bool is_level = false;  // at the end of an interval: known of since-boot samples, too
};
extern const std::array<MeasureRow, kMeasureCount> kMeasures;
inline const MeasureRow& row_of(Measure measure) {
  return kMeasures[static_cast<std::size_t>(measure)];
}

// One sample, or several that follow each other.
struct SystemPoint {
  Seconds time;        // end of the interval
  double seconds = 0;  // of all intervals
  Seconds uptime;      // of a since-boot sample; else 0
  bool since_boot = false;
  Seconds gap;                                 // before it, not recorded
  std::array<double, kMeasureCount> values{};  // kNotKnown where they are not known

  double operator[](Measure measure) const { return values[static_cast<std::size_t>(measure)]; }
  double& operator[](Measure measure) { return values[static_cast<std::size_t>(measure)]; }
};

}  // namespace proctape
