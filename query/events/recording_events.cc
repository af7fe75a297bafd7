// SPDX-License-Identifier: Apache-2.0
#include "query/events/recording_events.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "base/text/duration_text.h"
#include "query/measure/elapsed.h"

namespace proctape {
namespace {

// Times are whole seconds, and recorders may be late.
constexpr Count kSlack = 2;

std::string length_of(double seconds) { return duration_text(std::llround(seconds)); }

// What all CPUs counted, in seconds of one; below 0 if that is not known.
double counted_time(const Cpus& cpus, double ticks_per_second) {
  const CpuTimes& times = cpus.all.times;
  const double ticks = used(times.user) + used(times.nice) + used(times.system) + used(times.idle) +
                       used(times.iowait) + used(times.irq) + used(times.softirq) +
                       used(times.steal);
  if (ticks <= 0 || cpus.online <= 0) return -1;
  return ticks / ticks_per_second / static_cast<double>(cpus.online);
}

}  // namespace

void RecordingEvents::begin(const Host& host, const Sample& sample) {
  time_ = bounded(sample.time);
  seconds_ = seconds_of(sample);
  since_boot_ = sample.since_boot;
  gap_ = is_first_ ? Seconds{} : gap_before(previous_, sample);
  started_first_ = {};
  next_count_ = 0;

  const double counted = counted_time(sample.system.cpus, ticks_per_second(host));
  constexpr double kNearly = 0.9;
  ticks_are_right_ = !since_boot_ && counted >= kNearly * seconds_;
  missing_ = since_boot_ || counted < 0 ? 0 : seconds_ - counted;

  if (sample.exits_lost > 0) {
    log_->add(EventKind::kExitsLost, time_, {}, "processes ended that the log could not record",
              sample.exits_lost);
  }
}

void RecordingEvents::take(const Task& task) {
  const TaskIdentity& identity = task.identity;
  if (!identity.is_process || identity.state == TaskIdentity::kExited) return;
  if (identity.pid == 1) started_first_ = bounded(identity.started);
  if (next_count_ < kWitnesses) {
    next_[next_count_++] = {identity.pid, bounded(identity.started), identity.name, 0, true};
  }
  for (std::size_t i = 0; i < witness_count_; ++i) {
    Witness& witness = witnesses_[i];
    if (witness.pid != identity.pid || witness.name != identity.name) continue;
    if ((identity.exit_code & TaskIdentity::kNewBit) != 0 && !since_boot_) continue;
    witness.moved = bounded(identity.started).value - witness.started.value;
    witness.is_there = true;
  }
}

// By how much all witnesses have moved; 0 if they do not agree.
Count RecordingEvents::clock_step() const {
  Count step = 0;
  bool any = false;
  for (std::size_t i = 0; i < witness_count_; ++i) {
    const Witness& witness = witnesses_[i];
    if (!witness.is_there) continue;
    if (any && std::abs(witness.moved - step) > 1) return 0;
    step = witness.moved;
    any = true;
  }
  return any && std::abs(step) >= kSlack ? step : 0;
}

// A recording began, of a host that was booted then.
void RecordingEvents::add_start(Seconds booted) {
  const Count uptime = time_.value - booted.value;
  const bool is_reboot = !is_first_ && (booted.value >= previous_.value ||
                                        (previous_uptime_ >= 0 && uptime < previous_uptime_));
  if (is_reboot) {
    log_->add(EventKind::kReboot, booted.value > 0 ? booted : time_, {},
              "the host booted; the recording goes on " + length_of(static_cast<double>(uptime)) +
                  " later");
    return;
  }
  log_->add(EventKind::kBegan, time_, {},
            std::string(is_first_ ? "the recording began" : "the recording began again") +
                "; the host had been up for " + length_of(static_cast<double>(uptime)));
}

void RecordingEvents::add_suspend() {
  constexpr double kLeast = 5;    // seconds
  constexpr double kShare = 0.2;  // of the interval
  // Hosts whose counters are never right, as of some containers, say nothing.
  if (!ticks_were_right_ || missing_ < kLeast || missing_ < kShare * seconds_) return;
  log_->add(EventKind::kSuspend, time_, {},
            "no CPU counted any time for about " + length_of(missing_) +
                ": a suspend, a paused virtual machine, or a clock that was set forward");
}

void RecordingEvents::add_times(Count step) {
  const double overlap =
      static_cast<double>(previous_.value) - (static_cast<double>(time_.value) - seconds_);
  const bool overlaps = overlap > static_cast<double>(kSlack);
  if (step != 0) {
    log_->add(EventKind::kClock, time_, {},
              std::string("the clock was set ") + (step > 0 ? "forward" : "back") + " by " +
                  length_of(static_cast<double>(std::abs(step))));
  } else if (overlaps && !overlapped_) {
    log_->add(EventKind::kClock, time_, {},
              "time went back by " + length_of(overlap) + " or more: the clock was set");
  }
  if (gap_.value > 0 && (step <= 0 || gap_.value > step + kSlack)) {
    log_->add(EventKind::kGap, previous_, {},
              "nothing was recorded for " + length_of(static_cast<double>(gap_.value)));
  }
  overlapped_ = overlaps;
}

void RecordingEvents::end() {
  if (since_boot_) {
    if (!is_first_ && gap_.value > 0) {
      log_->add(EventKind::kGap, previous_, {},
                "nothing was recorded for " + length_of(static_cast<double>(gap_.value)));
    }
    add_start(Seconds{std::max<Count>(time_.value - std::llround(seconds_), 0)});
    previous_uptime_ = std::llround(seconds_);
    overlapped_ = false;
  } else if (!is_first_) {
    // The first sample of a recording need not be one since boot. If the clock was set, what seems
    // to be a gap is as long as the step.
    Count step = clock_step();
    const bool is_reboot = gap_.value > 0 && started_first_.value > previous_.value + kSlack &&
                           (step == 0 || std::abs(step - gap_.value) > 2 * kSlack);
    if (is_reboot) {
      step = 0;
      add_start(started_first_);
      previous_uptime_ = time_.value - started_first_.value;
    } else if (previous_uptime_ >= 0) {
      previous_uptime_ += std::llround(seconds_);
    }
    add_times(step);
    if (step == 0 && !is_reboot) add_suspend();
  }
  is_first_ = false;
  previous_ = time_;
  ticks_were_right_ = ticks_are_right_;
  witness_count_ = next_count_;
  for (std::size_t i = 0; i < next_count_; ++i) {
    witnesses_[i] = next_[i];
    witnesses_[i].is_there = false;
  }
}

}  // namespace proctape
