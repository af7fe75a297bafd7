// SPDX-License-Identifier: Apache-2.0
//
// What the daemon knows of itself while it runs, and whom it tells: the service manager one
// line, and the state file all of it.
#pragma once

#include <optional>
#include <string>

#include "base/clock.h"
#include "daemon/sampling/extra_samples.h"
#include "daemon/sampling/sampler.h"
#include "daemon/self/clock_watch.h"
#include "daemon/self/lateness.h"
#include "daemon/self/own_cost.h"
#include "daemon/self/state_file.h"

namespace proctape {

struct ReportOptions {
  std::string state_file;     // empty: none
  std::string configuration;  // the file it was read from; empty: none
};

class SelfReport {
 public:
  // All must outlive this.
  SelfReport(const Sampler& sampler, const Clock& clock, const ExtraSamples& extra,
             const ReportOptions& options);

  void configure(const ReportOptions& options);

  // Logs it when the machine slept or its clock was set since the last call; returns how long it
  // slept.
  std::chrono::nanoseconds look_at_clocks();
  // A sample was taken at the moment that it was for (Lateness::add). Logs samples that were
  // skipped.
  void on_time(SinceBoot due, SinceBoot begun, std::chrono::nanoseconds slept,
               std::chrono::nanoseconds interval);
  // What came of the last sample.
  void set_failure(std::optional<Error> failure) { failure_ = std::move(failure); }
  // What came of the last reload. `systemctl reload` itself fails only by what --check-config sees.
  void set_reload_refused(bool refused) { reload_refused_ = refused; }

  struct Schedule {
    std::chrono::nanoseconds interval;      // as configured
    std::chrono::nanoseconds interval_now;  // shorter while extra samples are taken
    WallTime next;
  };
  void tell(const Schedule& schedule);

 private:
  std::string status_line() const;
  bool is_unasked(const Error& error) const;

  const Sampler* sampler_;
  const Clock* clock_;
  const ExtraSamples* extra_;
  WallTime started_;
  ClockWatch clocks_;
  OwnCost cost_;
  Lateness lateness_;
  Timing telling_;
  std::optional<Error> failure_;
  bool reload_refused_ = false;
  std::string configuration_;
  StateFile state_file_;
  bool state_file_failing_ = false;
};

}  // namespace proctape
