// SPDX-License-Identifier: Apache-2.0
#include "daemon/extra_samples.h"

#include <fmt/core.h>
#include <spdlog/spdlog.h>
#include <sys/epoll.h>

#include <algorithm>
#include <utility>

#include "config/duration.h"

namespace proctape {
namespace {

constexpr std::uint64_t kLookEveryUsec = 1'000'000;
constexpr std::uint64_t kAccuracyUsec = 250'000;

}  // namespace

struct ExtraSamples::Source {
  ExtraSamples* self;
  std::string what;  // happened
  sd_event_source* source = nullptr;

  ~Source() { sd_event_source_disable_unref(source); }
};

ExtraSamples::ExtraSamples(const Clock& clock, MayBegin may_begin, Began began)
    : clock_(&clock), may_begin_(std::move(may_begin)), began_(std::move(began)) {}

ExtraSamples::~ExtraSamples() = default;

void ExtraSamples::configure(sd_event* event, const ExtraSampleOptions& options) {
  burst_.set_options(options.burst);
  const bool same_watch = options.on == options_.on && options.root == options_.root &&
                          options.limits == options_.limits;
  options_ = options;
  if (same_watch) return;
  sources_.clear();
  timer_.reset();
  watch_ = PressureWatch();
  if (!options_.on) {
    burst_.stop(clock_->since_boot());
    return;
  }
  std::vector<Error> problems;
  watch_ = PressureWatch::open(options_.root, options_.limits, problems);
  for (const Error& problem : problems) spdlog::warn("pressure: {}", problem.message);
  for (const PressureWatch::Trigger& trigger : watch_.triggers()) {
    auto source = std::make_unique<Source>(
        Source{this, fmt::format("some task waited for {} for more than {} % of the time",
                                 trigger.resource, trigger.limit)});
    const int added = sd_event_add_io(
        event, &source->source, trigger.file.get(), EPOLLPRI,
        [](sd_event_source*, int, std::uint32_t, void* of) {
          const auto* happened = static_cast<Source*>(of);
          happened->self->happened(happened->what);
          return 0;
        },
        source.get());
    if (added >= 0) sources_.push_back(std::move(source));
  }
  if (!watch_.counts_oom_kills()) return;
  timer_ = std::make_unique<Source>(Source{this, {}});
  sd_event_add_time_relative(
      event, &timer_->source, CLOCK_MONOTONIC, kLookEveryUsec, kAccuracyUsec,
      [](sd_event_source* timer, std::uint64_t, void* self) {
        static_cast<ExtraSamples*>(self)->look_for_oom_kills();
        sd_event_source_set_time_relative(timer, kLookEveryUsec);
        sd_event_source_set_enabled(timer, SD_EVENT_ONESHOT);
        return 0;
      },
      this);
}

std::chrono::nanoseconds ExtraSamples::interval(std::chrono::nanoseconds usually) const {
  return burst_.active() ? std::min(options_.interval, usually) : usually;
}

void ExtraSamples::look_for_oom_kills() {
  const Count killed = watch_.take_oom_kills();
  if (killed > 0) happened(fmt::format("{} processes were killed for memory", killed));
}

void ExtraSamples::happened(const std::string& what) {
  if (!may_begin_() || !burst_.begin(clock_->since_boot())) return;
  samples_before_ = samples_;
  spdlog::info("{}: a sample every {} for {}", what, to_string(options_.interval),
               to_string(options_.burst.duration));
  began_();
}

bool ExtraSamples::sampled() {
  if (!burst_.active()) return false;
  ++samples_;
  if (!burst_.end(clock_->since_boot())) return false;
  spdlog::info("{} extra samples were taken; back to the usual interval",
               samples_ - samples_before_);
  return true;
}

}  // namespace proctape
