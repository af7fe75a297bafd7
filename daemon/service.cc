// SPDX-License-Identifier: Apache-2.0
#include "daemon/service.h"

#include <signal.h>
#include <sys/epoll.h>

#include <utility>

#include "base/blocked_signals.h"
#include "daemon/loop/schedule.h"
#include "daemon/messages/log.h"
#include "systemd/notify.h"

namespace proctape {
namespace {

// sigabbrev_np(3) is glibc's alone.
const char* name_of(int number) {
  switch (number) {
    case SIGTERM:
      return "TERM";
    case SIGINT:
      return "INT";
    default:
      return "USR2";
  }
}

constexpr int kSignals[] = {SIGTERM, SIGINT, SIGUSR1, SIGUSR2, SIGHUP};

// What waiting does not mend: the administrator has to.
bool is_final(Error::Kind kind) {
  return kind != Error::Kind::kNoSpace && kind != Error::Kind::kIo;
}

}  // namespace

void Service::hold_signals() { proctape::hold_signals(kSignals); }

Service::Service(Sampler& sampler, const Clock& clock, const Options& options, Reload reload)
    : sampler_(&sampler),
      clock_(&clock),
      options_(options),
      reload_(std::move(reload)),
      extra_(
          clock, [this] { return sampler_->thinning() == Thinning::Level::kNone; },
          [this] {
            align();
            tell();
          }),
      report_(sampler, clock, extra_, options.report) {}

Result<> Service::run() {
  auto loop = EventLoop::open();
  if (!loop) return std::move(loop.error());
  loop_.emplace(std::move(*loop));

  // Signals are taken by the loop only: blocked before, they are held until it runs.
  if (auto taken = loop_->take_signals(kSignals, [this](int number) { on_signal(number); });
      !taken) {
    return taken;
  }
  // A limit on the size of files is an error like a full disk, not the end.
  ::signal(SIGXFSZ, SIG_IGN);
  // Not of the wall clock, because such a timer would wait an hour when that is set back an hour.
  auto timer = loop_->add_timer([this] { on_timer(); });
  if (!timer) return std::move(timer.error());
  timer_ = std::move(*timer);
  if (auto watched = watch_exits(); !watched) return watched;

  extra_.configure(*loop_, options_.extra);

  if (auto first = sample(); !first && is_final(first.error().kind)) return first;
  running_ = true;
  notify_ready();
  align_after_start();
  if (too_soon_) take_in_next_second();
  tell();
  if (options_.after_start) options_.after_start();
  const auto ran = loop_->run();
  sampler_->finish();
  if (!ran) return ran;
  if (lost_directory_) return std::move(*lost_directory_);
  notify_stopping();
  return {};
}

Result<> Service::watch_exits() {
  const ExitSource* source = sampler_->exits().source();
  if (!source) return {};
  const bool only_when_many = source->rest() == std::chrono::milliseconds{};
  auto exits = loop_->add_file(
      source->fd(), EPOLLIN | (only_when_many ? static_cast<std::uint32_t>(EPOLLET) : 0U),
      [this](std::uint32_t) { on_exits(); });
  if (!exits) return std::move(exits.error());
  exits_ = std::move(*exits);
  if (only_when_many) return {};
  auto rest = loop_->add_timer([this] { EventLoop::set_enabled(exits_, true); });
  if (!rest) return std::move(rest.error());
  exits_rest_ = std::move(*rest);
  return {};
}

void Service::on_exits() {
  sampler_->drain_exits();
  if (exits_rest_) {
    EventLoop::set_enabled(exits_, false);
    EventLoop::start(exits_rest_, clock_->since_boot() + sampler_->exits().source()->rest());
  }
  // A sample makes room for more. Not twice a second: times in a log are whole seconds that rise,
  // and would run ahead of the clock.
  if (sampler_->exits().has_many() &&
      clock_->since_boot() - sampled_at_ >= std::chrono::seconds(1)) {
    log_debug("a sample before its time: many processes end");
    static_cast<void>(sample());
    tell();
  }
}

Result<> Service::sample() {
  sampled_at_ = clock_->since_boot();
  const auto taken = sampler_->take();
  too_soon_ = taken && *taken == Sampler::Taken::kTooSoon;
  // Left out: that tells nothing of whether it could be written.
  if (taken && *taken != Sampler::Taken::kRecord) return {};
  report_.set_failure(taken ? std::nullopt : std::optional(taken.error()));
  if (!taken) {
    if (taken.error().kind == Error::Kind::kGone) {
      lost_directory_ = taken.error();
      loop_->end();
      return taken.error();
    }
    // Without a first sample there are no others.
    if (!running_ && is_final(taken.error().kind)) return taken.error();
    // Told once; the samples that follow try again.
    if (!append_failing_) log_error("{}; trying again with each sample", taken.error().message);
    append_failing_ = true;
    return taken.error();
  }
  if (append_failing_) log_info("recording again");
  append_failing_ = false;
  if (++records_ == options_.samples) loop_->end();
  return {};
}

// A second that has a record gets no other one: what was asked for is taken as soon as it can be.
void Service::take_in_next_second() {
  const auto next =
      std::chrono::floor<std::chrono::seconds>(clock_->wall()) + std::chrono::seconds(1);
  if (due_ <= next) return;
  due_ = next;
  out_of_turn_ = true;
  arm();
}

Result<> Service::sample_now() {
  auto done = sample();
  if (too_soon_) take_in_next_second();
  return done;
}

void Service::align() {
  due_ = next_aligned(clock_->wall(), interval());
  arm();
}

void Service::align_after_start() {
  due_ = first_aligned(clock_->wall(), interval());
  arm();
}

void Service::arm() {
  const auto wait = due_ - clock_->wall();
  due_since_boot_ = clock_->since_boot() + wait;
  EventLoop::start(timer_, due_since_boot_);
}

void Service::tell() {
  report_.tell({.interval = options_.interval, .interval_now = interval(), .next = due_});
}

void Service::on_timer() {
  auto slept = report_.look_at_clocks();
  if (too_early(clock_->wall(), due_, interval())) {
    arm();
    return;
  }
  const SinceBoot begun = clock_->since_boot();
  static_cast<void>(sample());
  slept += report_.look_at_clocks();
  report_.on_time(due_since_boot_, begun, slept, interval());
  extra_.sampled();
  if (std::exchange(out_of_turn_, false)) {
    align_after_start();
    // The next second may have begun right after that record.
    if (too_soon_) take_in_next_second();
  } else {
    align();
  }
  tell();
}

// Aligning would pass over it.
void Service::take_what_is_due() {
  if (clock_->wall() >= due_) on_timer();
}

void Service::on_signal(int number) {
  switch (number) {
    case SIGUSR1:
      static_cast<void>(sample_now());
      tell();
      break;
    case SIGHUP: {
      notify_reloading();
      take_what_is_due();
      auto options = reload_();
      if (options) {
        options_ = std::move(*options);
        extra_.configure(*loop_, options_.extra);
        report_.configure(options_.report);
        take_what_is_due();
        const bool was_out_of_turn = std::exchange(out_of_turn_, false);
        align();
        if (was_out_of_turn) take_in_next_second();
        report_.set_reload_refused(false);
        log_info("configuration read anew");
      } else {
        report_.set_reload_refused(true);
        log_lines(MessageLevel::kError, "configuration not changed: ", options.error().message);
      }
      tell();
      notify_ready();
      break;
    }
    default:
      log_info("{}: a last sample, then the end", name_of(number));
      static_cast<void>(sample());
      loop_->end();
      break;
  }
}

}  // namespace proctape
