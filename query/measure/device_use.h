// SPDX-License-Identifier: Apache-2.0
//
// What disks, volumes and network interfaces did over some samples.
#pragma once

#include <string>
#include <vector>

#include "query/measure/device_class.h"
#include "sample/system.h"

namespace proctape {

struct DiskUse {
  std::string name;
  DeviceClass device_class = DeviceClass::kReal;  // of the last sample that had it
  double busy = 0;                                // seconds
  double queue_time = 0;                          // seconds, weighted by requests under way
  double reads = 0;
  double writes = 0;
  double read = 0;  // bytes
  double written = 0;
  double discarded = 0;
  double seconds = 0;       // of the intervals that had it
  double busy_peak = 0;     // percent of an interval
  Seconds busy_peak_time;   //
  double latency_peak = 0;  // milliseconds a request took, mean of an interval
};

struct InterfaceUse {
  std::string name;
  DeviceClass device_class = DeviceClass::kReal;  // of the last sample that had it
  double received = 0;                            // bytes
  double sent = 0;
  double packets_received = 0;
  double packets_sent = 0;
  double errors = 0;
  double drops = 0;
  double collisions = 0;
  double speed = 0;          // bits per second; 0 unknown
  double seconds = 0;        // of the intervals that had it
  double received_peak = 0;  // bytes per second of an interval
  double sent_peak = 0;
  Seconds peak_time;  // of the larger of both
};

class DeviceUses {
 public:
  // What happened in an interval of so many seconds that ended at `time`.
  void add(const System& system, double seconds, Seconds time);

  const std::vector<DiskUse>& disks() const { return disks_; }
  const std::vector<DiskUse>& volumes() const { return volumes_; }  // MD arrays, device-mapper
  const std::vector<InterfaceUse>& interfaces() const { return interfaces_; }

 private:
  std::vector<DiskUse> disks_;
  std::vector<DiskUse> volumes_;
  std::vector<InterfaceUse> interfaces_;
};

}  // namespace proctape
