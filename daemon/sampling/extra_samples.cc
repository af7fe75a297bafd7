// SPDX-License-Identifier: Apache-2.0
#include "daemon/sampling/extra_samples.h"

#include <sys/epoll.h>

#include <algorithm>
#include <utility>

#include "base/text/format.h"
#include "config/duration.h"
#include "daemon/messages/log.h"

namespace proctape {
namespace {

constexpr std::chrono::seconds kLookEvery{1};

std::string exceeded(std::string_view resource, Count limit) {
  return formatted("some task waited for {} for more than {} % of the time", resource, limit);
}

}  // namespace

ExtraSamples::ExtraSamples(const Clock& clock, MayBegin may_begin, Began began)
    : clock_(&clock), may_begin_(std::move(may_begin)), began_(std::move(began)) {}

void ExtraSamples::configure(EventLoop& loop, const ExtraSampleOptions& options) {
  burst_.set_options(options.burst);
  const bool same_watch = options.on == options_.on && options.root == options_.root &&
                          options.limits == options_.limits;
  options_ = options;
  if (same_watch) return;
  triggers_.clear();
  timer_.reset();
  watch_ = PressureWatch();
  if (!options_.on) {
    burst_.stop(clock_->since_boot());
    return;
  }
  std::vector<Error> problems;
  watch_ = PressureWatch::open(options_.root, options_.limits, clock_->since_boot(), problems);
  for (const Error& problem : problems) log_warning("pressure: {}", problem.message);
  for (const PressureWatch::Trigger& trigger : watch_.triggers()) {
    auto added = loop.add_file(trigger.file.get(), EPOLLPRI,
                               [this, what = exceeded(trigger.resource, trigger.limit)](
                                   std::uint32_t) { happened(what); });
    if (added) {
      triggers_.push_back(std::move(*added));
    } else {
      log_warning("pressure: {}", added.error().message);
    }
  }
  if (!watch_.has_to_look()) return;
  auto timer = loop.add_timer([this] {
    look();
    EventLoop::start(timer_, clock_->since_boot() + kLookEvery);
  });
  if (!timer) {
    log_warning("pressure: {}", timer.error().message);
    return;
  }
  timer_ = std::move(*timer);
  EventLoop::start(timer_, clock_->since_boot() + kLookEvery);
}

std::chrono::nanoseconds ExtraSamples::interval(std::chrono::nanoseconds usually) const {
  return burst_.active() ? std::min(options_.interval, usually) : usually;
}

void ExtraSamples::look() {
  for (const PressureWatch::Counter* counter : watch_.look(clock_->since_boot())) {
    happened(exceeded(counter->resource, counter->limit));
  }
  const Count killed = watch_.take_oom_kills();
  if (killed > 0) happened(formatted("{} processes were killed for memory", killed));
}

void ExtraSamples::happened(const std::string& what) {
  if (!may_begin_() || !burst_.begin(clock_->since_boot())) return;
  samples_before_ = samples_;
  log_info("{}: a sample every {} for {}", what, to_string(options_.interval),
           to_string(options_.burst.duration));
  began_();
}

bool ExtraSamples::sampled() {
  if (!burst_.active()) return false;
  ++samples_;
  if (!burst_.end(clock_->since_boot())) return false;
  log_info("{} extra samples were taken; back to the usual interval", samples_ - samples_before_);
  return true;
}

}  // namespace proctape
