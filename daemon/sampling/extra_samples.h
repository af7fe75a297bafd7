// SPDX-License-Identifier: Apache-2.0
//
// Samples at a shorter interval for a while, when the host is under pressure: pressure_watch.h
// in the event loop, and burst.h deciding.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "daemon/loop/event_loop.h"
#include "daemon/sampling/burst.h"
#include "daemon/sampling/pressure_watch.h"

namespace proctape {

struct ExtraSampleOptions {
  bool on = false;
  std::string root = "/";  // of the host
  PressureLimits limits;
  Burst::Options burst;
  std::chrono::nanoseconds interval = std::chrono::seconds(1);

  friend bool operator==(const ExtraSampleOptions&, const ExtraSampleOptions&) = default;
};

class ExtraSamples {
 public:
  // Asked before a burst begins, when `began` is told: where disk space is short none does.
  using MayBegin = std::function<bool()>;
  using Began = std::function<void()>;

  // `clock` must outlive this.
  ExtraSamples(const Clock& clock, MayBegin may_begin, Began began);
  ExtraSamples(const ExtraSamples&) = delete;
  ExtraSamples& operator=(const ExtraSamples&) = delete;

  // Watches, in `loop`, which must outlive this, what `options` says and nothing else. What is
  // refused is logged.
  void configure(EventLoop& loop, const ExtraSampleOptions& options);

  // How far samples are apart now, if they are so `usually`.
  std::chrono::nanoseconds interval(std::chrono::nanoseconds usually) const;
  // After each sample. True: `interval` is another one from now on.
  bool sampled();

  bool on() const { return options_.on; }
  const Burst& burst() const { return burst_; }
  Count samples() const { return samples_; }  // taken in bursts

 private:
  void happened(const std::string& what);
  void look();

  const Clock* clock_;
  MayBegin may_begin_;
  Began began_;
  ExtraSampleOptions options_;
  Burst burst_;
  Count samples_ = 0;
  Count samples_before_ = 0;  // this burst
  PressureWatch watch_;
  std::vector<EventLoop::Handle> triggers_;
  EventLoop::Handle timer_;  // to look for what nobody tells
};

}  // namespace proctape
