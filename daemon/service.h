// SPDX-License-Identifier: Apache-2.0
//
// The running daemon: an event loop with the timer of the samples and the signals, and
// what it tells the service manager.
//
//   SIGTERM, SIGINT, SIGUSR2   a last sample, then the end
//   SIGUSR1                    a sample now
//   SIGHUP                     the configuration is read anew
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>

#include "base/clock.h"
#include "base/result.h"
#include "daemon/loop/event_loop.h"
#include "daemon/sampling/extra_samples.h"
#include "daemon/sampling/sampler.h"
#include "daemon/self/self_report.h"

namespace proctape {

class Service {
 public:
  struct Options {
    std::chrono::nanoseconds interval = std::chrono::seconds(10);
    std::uint64_t samples = 0;  // end after so many records; 0: never
    ExtraSampleOptions extra = {};
    ReportOptions report = {};
    // Called once, when the first sample has been taken and nothing presses.
    std::function<void()> after_start = {};
  };
  // Reads the configuration anew and gives it to the sampler; returns the options that
  // follow from it. On an error everything stays as it is.
  using Reload = std::function<Result<Options>()>;

  // `sampler` and `clock` must outlive the service.
  Service(Sampler& sampler, const Clock& clock, const Options& options, Reload reload);
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;

  // Signals that come from now on are taken by run(). To be called before threads are begun.
  static void hold_signals();

  // Takes the first sample at once and then one at each aligned time, until a signal or the
  // number of samples ends it. Fails if the loop cannot be set up or the first sample
  // cannot be taken or written for a reason that waiting does not mend; and later if a log
  // directory was removed that only a new start can bring back.
  Result<> run();

 private:
  void on_timer();
  // Processes that end: the loop is told when there are many of them.
  Result<> watch_exits();
  void on_exits();
  void on_signal(int number);
  // Takes a sample; counts and logs what comes of it.
  Result<> sample();
  // The same out of turn: if it is too soon for it, in the next second.
  Result<> sample_now();
  void take_in_next_second();
  // From now on samples are due at multiples of the interval as it is now.
  void align();
  // The same, without a first interval of less than half of one.
  void align_after_start();
  void take_what_is_due();
  void arm();
  // Says how things are, to whom it concerns.
  void tell();
  std::chrono::nanoseconds interval() const { return extra_.interval(options_.interval); }

  Sampler* sampler_;
  const Clock* clock_;
  Options options_;
  Reload reload_;
  std::optional<EventLoop> loop_;  // as long as run() is running
  EventLoop::Handle timer_;
  EventLoop::Handle exits_;
  EventLoop::Handle exits_rest_;  // a timer: then `exits_` is watched again
  ExtraSamples extra_;
  SelfReport report_;
  WallTime due_{};
  SinceBoot due_since_boot_{};
  SinceBoot sampled_at_{};
  std::uint64_t records_ = 0;
  bool too_soon_ = false;     // the last sample was (Sampler::Taken)
  bool out_of_turn_ = false;  // what is due is not the next aligned one
  bool append_failing_ = false;
  bool running_ = false;                 // the start is over
  std::optional<Error> lost_directory_;  // ends the loop: only the manager may make it again
};

}  // namespace proctape
