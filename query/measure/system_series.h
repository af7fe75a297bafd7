// SPDX-License-Identifier: Apache-2.0
//
// What a host as a whole did, sample after sample.
#pragma once

#include <array>
#include <cstddef>
#include <limits>
#include <span>
#include <vector>

#include "query/measure/device_class.h"
#include "query/measure/over_time.h"
#include "query/measure/system_measures.h"
#include "sample/host.h"
#include "sample/sample.h"
#include "sample/task.h"

namespace proctape {

struct MeanAndPeak {
  double mean = kNotKnown;  // by the lengths of the intervals
  double peak = kNotKnown;  // the worst
  Seconds peak_time;
  double total = kNotKnown;  // of what is told per second: how much in the period
};

class SystemSeries {
 public:
  // As many points as a time line can show: 20 MB.
  static constexpr std::size_t kMostPoints = 40'000;

  // All samples are points.
  SystemSeries() = default;
  // Of more points, neighbours are joined, so that a year takes no more memory than a day.
  explicit SystemSeries(std::size_t most_points) : most_points_(most_points) {}

  // The next sample: begins, then its tasks one after another, and ends.
  void begin(const Host& host, const Sample& sample);
  void take(const Task& task);
  void end();

  const std::vector<SystemPoint>& points() const { return points_; }
  // Of the last sample alone, once it has ended.
  const SystemPoint& last() const { return last_; }
  // Of all samples, whatever was joined.
  MeanAndPeak mean_and_peak(Measure measure) const;
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

  void join();

  std::size_t most_points_ = std::numeric_limits<std::size_t>::max();
  std::vector<SystemPoint> points_;
  SystemPoint last_;
  std::array<OverTime, kMeasureCount> over_;  // of all samples
  std::size_t joined_ = 1;                    // so many samples are joined to one point
  std::size_t in_last_ = 0;                   // and so many are in the last one
  bool accounting_ = false;                   // of the last one
  Basis disks_counted_ = Basis::kNone;
  Basis interfaces_counted_ = Basis::kNone;
  DeviceClass interface_class_ = DeviceClass::kReal;
};

// At most about `count` of them, each the mean of as many as follow each other; those since boot
// and those behind a gap are not joined to the ones before.
std::vector<SystemPoint> folded(std::span<const SystemPoint> points, std::size_t count);

MeanAndPeak mean_and_peak(std::span<const SystemPoint> points, Measure measure);

}  // namespace proctape
