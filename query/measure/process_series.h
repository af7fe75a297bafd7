// SPDX-License-Identifier: Apache-2.0
//
// What single processes did, sample after sample.
#pragma once

#include <cstddef>
#include <span>
#include <unordered_map>
#include <vector>

#include "base/units.h"
#include "sample/host.h"
#include "sample/sample.h"
#include "sample/task.h"

namespace proctape {

// Of one process in one interval, or in several that follow each other.
struct ProcessPoint {
  Seconds time;             // end of the interval
  double seconds = 0;       // of the intervals that the sums are of; 0: of none
  Seconds gap;              // before it, not recorded
  bool since_boot = false;  // only levels are known
  std::size_t samples = 1;  // that it is of
  char state = 0;           // at the end

  // Sums.
  double user = 0;            // seconds
  double system = 0;          //
  double run_delay = 0;       //
  double block_io_delay = 0;  //
  double read = 0;            // bytes
  double written = 0;         //
  double minor_faults = 0;
  double major_faults = 0;
  double voluntary_switches = 0;
  double involuntary_switches = 0;

  // The most at the ends of intervals; kNotKnown where it had ended.
  double resident = 0;      // bytes
  double proportional = 0;  // 0: not recorded
  double swap = 0;
  double threads = 0;
};

struct ProcessStory {
  Count pid = 0;
  Seconds started;
  bool begun_within = false;  // the first point tells of its beginning
  double cpu = 0;             // seconds, of all points
  std::vector<ProcessPoint> points;
};

// At most about `count` of them, each of as many as follow each other; those since boot and those
// behind a gap are not joined to the ones before. 0: all.
std::vector<ProcessPoint> folded(std::span<const ProcessPoint> points, std::size_t count);

class ProcessSeries {
 public:
  // Of more points than these, neighbours are joined.
  static constexpr std::size_t kMostPoints = 40'000;
  static constexpr std::size_t kMostProcesses = 10'000;

  ProcessSeries(std::size_t most_points, std::size_t most_processes)
      : most_points_(most_points), most_processes_(most_processes) {}
  ProcessSeries() : ProcessSeries(kMostPoints, kMostProcesses) {}

  void begin(const Host& host, const Sample& sample);
  void take(const Task& task);  // a process

  // In the order in which they were seen first.
  const std::vector<ProcessStory>& all() const { return stories_; }
  // How many samples are joined to one point.
  std::size_t joined() const { return joined_; }
  Count left_out() const { return left_out_; }  // points of further processes

 private:
  ProcessStory* story_of(const TaskIdentity& task);
  ProcessPoint point_of(const Task& task) const;
  void join();

  std::size_t most_points_;
  std::size_t most_processes_;
  std::vector<ProcessStory> stories_;
  std::unordered_map<Count, std::size_t> by_pid_;  // the last that had it
  std::size_t points_ = 0;
  std::size_t joined_ = 1;
  Count left_out_ = 0;

  // Of the sample that is being added.
  bool is_first_ = true;
  Seconds time_;
  Seconds gap_;
  double seconds_ = 0;
  bool since_boot_ = false;
  double ticks_per_second_ = 100;
};

}  // namespace proctape
