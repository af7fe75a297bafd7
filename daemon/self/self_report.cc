// SPDX-License-Identifier: Apache-2.0
#include "daemon/self/self_report.h"

#include <utility>

#include "base/text/format.h"
#include "config/config.h"
#include "daemon/messages/log.h"
#include "daemon/self/state_text.h"
#include "systemd/notify.h"

namespace proctape {
namespace {

double seconds(std::chrono::nanoseconds time) {
  return std::chrono::duration<double>(time).count();
}

}  // namespace

SelfReport::SelfReport(const Sampler& sampler, const Clock& clock, const ExtraSamples& extra,
                       const ReportOptions& options)
    : sampler_(&sampler),
      clock_(&clock),
      extra_(&extra),
      started_(clock.wall()),
      clocks_(clock),
      cost_(clock.since_boot()),
      configuration_(options.configuration),
      state_file_(options.state_file) {}

void SelfReport::configure(const ReportOptions& options) {
  configuration_ = options.configuration;
  if (options.state_file == state_file_.path()) return;
  state_file_ = StateFile(options.state_file);
  state_file_failing_ = false;
}

std::chrono::nanoseconds SelfReport::look_at_clocks() {
  const ClockWatch::Events events = clocks_.look();
  if (events.slept > std::chrono::nanoseconds{}) {
    log_info("the machine slept for {:.1f} s", seconds(events.slept));
  }
  if (events.stepped != std::chrono::nanoseconds{}) {
    log_warning("the clock was set {} by {:.1f} s",
                events.stepped < std::chrono::nanoseconds{} ? "back" : "forward",
                seconds(std::chrono::abs(events.stepped)));
  }
  return events.slept;
}

void SelfReport::on_time(SinceBoot due, SinceBoot begun, std::chrono::nanoseconds slept,
                         std::chrono::nanoseconds interval) {
  const SinceBoot done = clock_->since_boot();
  lateness_.add(due, begun, done, slept, interval);
  if (const auto skipped = lateness_.to_tell(done)) {
    log_warning(
        "samples skipped: {}, {} in all; the last was begun {:.3f} s late and took {:.3f} s",
        *skipped, lateness_.skipped(), seconds(lateness_.begins().last()), seconds(done - begun));
  }
}

std::string SelfReport::status_line() const {
  std::string line = reload_refused_ ? "last reload refused, see the journal; " : "";
  if (failure_) return line + failure_->message;
  line += sampler_->status();
  line += formatted(", {:.1f} ms late", seconds(lateness_.begins().last()) * 1000);
  if (lateness_.skipped() > 0) line += formatted(", {} samples skipped", lateness_.skipped());
  if (extra_->burst().active()) line += ", extra samples";
  return line;
}

// Who starts it by hand, with the default state file, has not asked for one; its directory is made
// by the service manager, and may be that of the service.
bool SelfReport::is_unasked(const Error& error) const {
  const bool refused = error.kind == Error::Kind::kMissing || error.kind == Error::Kind::kDenied;
  return refused && state_file_.path() == kStateFile && !has_service_manager();
}

void SelfReport::tell(const Schedule& schedule) {
  Stopwatch watch;
  notify_status(status_line());
  if (state_file_.path().empty()) return;
  const SinceBoot now = clock_->since_boot();
  const WallTime wall = clock_->wall();
  cost_.look(now);
  const auto written =
      state_file_.write(state_text({.configuration = configuration_,
                                    .started = started_,
                                    .now = wall,
                                    .since_boot = now,
                                    .interval = schedule.interval,
                                    .interval_now = schedule.interval_now,
                                    .next = schedule.next,
                                    .next_since_boot = now + (schedule.next - wall),
                                    .failure = failure_,
                                    .sampler = *sampler_,
                                    .lateness = lateness_,
                                    .clocks = clocks_,
                                    .cost = cost_,
                                    .extra = *extra_,
                                    .telling = telling_}));
  if (!written && !state_file_failing_ && !is_unasked(written.error())) {
    log_warning("proctape status will not know this process: {}", written.error().message);
  }
  state_file_failing_ = !written;
  telling_.add(watch.lap());
}

}  // namespace proctape
