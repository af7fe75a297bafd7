// SPDX-License-Identifier: Apache-2.0
#include "query/measure/process_series.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "base/time_bounds.h"
#include "query/measure/elapsed.h"
#include "query/measure/fold.h"
#include "query/table/table.h"

namespace proctape {
namespace {

constexpr double ProcessPoint::*kSums[] = {
    &ProcessPoint::seconds,
    &ProcessPoint::user,
    &ProcessPoint::system,
    &ProcessPoint::run_delay,
    &ProcessPoint::block_io_delay,
    &ProcessPoint::read,
    &ProcessPoint::written,
    &ProcessPoint::minor_faults,
    &ProcessPoint::major_faults,
    &ProcessPoint::voluntary_switches,
    &ProcessPoint::involuntary_switches,
};
constexpr double ProcessPoint::*kLevels[] = {
    &ProcessPoint::resident,
    &ProcessPoint::proportional,
    &ProcessPoint::swap,
    &ProcessPoint::threads,
};

void add_point(const ProcessPoint& point, ProcessPoint& sum) {
  for (auto member : kSums) sum.*member += point.*member;
  // fmax prefers what is known.
  for (auto member : kLevels) sum.*member = std::fmax(sum.*member, point.*member);
  sum.samples += point.samples;
  sum.time = point.time;
  sum.state = point.state;
}

}  // namespace

std::vector<ProcessPoint> folded(std::span<const ProcessPoint> points, std::size_t count) {
  if (count == 0) return {points.begin(), points.end()};
  return joined_points(points, joined_together(points.size(), count), Joins::kThoseThatFollow,
                       add_point);
}

void ProcessSeries::begin(const Host& host, const Sample& sample) {
  gap_ = is_first_ ? Seconds{} : gap_before(time_, sample);
  is_first_ = false;
  time_ = bounded(sample.time);
  seconds_ = seconds_of(sample);
  since_boot_ = sample.since_boot;
  ticks_per_second_ = ticks_per_second(host);
}

ProcessStory* ProcessSeries::story_of(const TaskIdentity& task) {
  const Seconds started = bounded(task.started);
  const auto found = by_pid_.find(task.pid);
  if (found != by_pid_.end()) {
    ProcessStory& known = stories_[found->second];
    // The start time of one process may differ by a second between runs and in accounting.
    if (std::abs(known.started.value - started.value) <= 1) return &known;
  }
  if (stories_.size() >= most_processes_) return nullptr;
  by_pid_[task.pid] = stories_.size();
  ProcessStory& story = stories_.emplace_back();
  story.pid = task.pid;
  story.started = started;
  story.begun_within = !since_boot_ && (task.exit_code & TaskIdentity::kNewBit) != 0;
  return &story;
}

void ProcessSeries::take(const Task& task) {
  ProcessStory* story = story_of(task.identity);
  if (!story) {
    ++left_out_;
    return;
  }
  ProcessPoint point = point_of(task);
  if (story->points.empty()) point.gap = {};
  story->cpu += point.user + point.system;
  if (!story->points.empty() && story->points.back().samples < joined_) {
    add_point(point, story->points.back());
    return;
  }
  if (points_ >= most_points_) join();
  story->points.push_back(point);
  ++points_;
}

ProcessPoint ProcessSeries::point_of(const Task& task) const {
  constexpr double kNanoseconds = 1e9;
  ProcessPoint point;
  point.time = time_;
  point.gap = gap_;
  point.since_boot = since_boot_;
  point.state = task.identity.state;
  if (!since_boot_) {
    point.seconds = seconds_;
    point.user = used(task.cpu.user) / ticks_per_second_;
    point.system = used(task.cpu.system) / ticks_per_second_;
    point.run_delay = used(task.cpu.run_delay) / kNanoseconds;
    point.block_io_delay = used(task.cpu.block_io_delay) / ticks_per_second_;
    point.read = used(task.disk.read) * kBytesPerSector;
    point.written = used(task.disk.written) * kBytesPerSector;
    point.minor_faults = used(task.memory.minor_faults);
    point.major_faults = used(task.memory.major_faults);
    point.voluntary_switches = used(task.cpu.voluntary_switches);
    point.involuntary_switches = used(task.cpu.involuntary_switches);
  }
  if (task.identity.state == TaskIdentity::kExited) {
    for (auto member : kLevels) point.*member = kNotKnown;
    return point;
  }
  point.resident = used(task.memory.resident);
  point.proportional = used(task.memory.proportional);
  point.swap = used(task.memory.swap);
  point.threads = used(task.identity.threads);
  return point;
}

void ProcessSeries::join() {
  points_ = 0;
  for (ProcessStory& story : stories_) {
    story.points =
        joined_points(std::span<const ProcessPoint>(story.points), 2, Joins::kAny, add_point);
    points_ += story.points.size();
  }
  joined_ *= 2;
}

}  // namespace proctape
