// SPDX-License-Identifier: Apache-2.0
//
// What a host as a whole did, sample after sample.
#pragma once

#include <span>
#include <vector>

#include "query/measure/device_class.h"
#include "query/measure/system_measures.h"
#include "sample/host.h"
#include "sample/sample.h"
#include "sample/task.h"

namespace proctape {

class SystemSeries {
 public:
  // The next sample: begins, then its tasks one after another, and ends.
  void begin(const Host& host, const Sample& sample);
  void take(const Task& task);
  void end();

  const std::vector<SystemPoint>& points() const { return points_; }
  // Seconds of all intervals, without what was before the first.
  double seconds() const;

  // What disk and network are sums of.
  Basis disks_counted() const { return disks_counted_; }
  Basis interfaces_counted() const { return interfaces_counted_; }
  DeviceClass interface_class() const { return interface_class_; }

 private:
  void add_disks(const Disks& disks, SystemPoint& point);
  void add_interfaces(const std::vector<Interface>& interfaces, SystemPoint& point);
  void follow(const Counted& now, Basis& basis, Measure in, Measure out, SystemPoint& point);

  std::vector<SystemPoint> points_;
  bool accounting_ = false;  // of the last one
  Basis disks_counted_ = Basis::kNone;
  Basis interfaces_counted_ = Basis::kNone;
  DeviceClass interface_class_ = DeviceClass::kReal;
};

// At most about `count` of them, each the mean of as many as follow each other; those since boot
// and those behind a gap are not joined to the ones before.
std::vector<SystemPoint> folded(std::span<const SystemPoint> points, std::size_t count);

struct MeanAndPeak {
  double mean = kNotKnown;  // by the lengths of the intervals
  double peak = kNotKnown;  // the worst
  Seconds peak_time;
  double total = kNotKnown;  // of what is told per second: how much in the period
};
MeanAndPeak mean_and_peak(std::span<const SystemPoint> points, Measure measure);

}  // namespace proctape
