// SPDX-License-Identifier: Apache-2.0
#include "daemon/service.h"

#include <signal.h>
#include <spdlog/spdlog.h>
#include <sys/epoll.h>
#include <systemd/sd-event.h>

#include <memory>

#include "daemon/schedule.h"
#include "daemon/start_memory.h"
#include "systemd/notify.h"

namespace proctape {
namespace {

constexpr int kSignals[] = {SIGTERM, SIGINT, SIGUSR1, SIGUSR2, SIGHUP};

struct Unref {
  void operator()(sd_event* event) const { sd_event_unref(event); }
  void operator()(sd_event_source* source) const { sd_event_source_unref(source); }
};

std::uint64_t microseconds(std::chrono::nanoseconds time) {
  return static_cast<std::uint64_t>(std::chrono::ceil<std::chrono::microseconds>(time).count());
}

// What waiting does not mend: the administrator has to.
bool is_final(Error::Kind kind) {
  return kind != Error::Kind::kNoSpace && kind != Error::Kind::kIo;
}

}  // namespace

struct Service::Loop {
  std::unique_ptr<sd_event, Unref> event;
  std::unique_ptr<sd_event_source, Unref> timer;
  std::unique_ptr<sd_event_source, Unref> exits;
  std::unique_ptr<sd_event_source, Unref> exits_rest;  // a timer: then `exits` is watched again
};

Service::Service(Sampler& sampler, const Clock& clock, const Options& options, Reload reload)
    : sampler_(&sampler),
      clock_(&clock),
      options_(options),
      reload_(std::move(reload)),
      loop_(std::make_unique<Loop>()) {}

Service::~Service() = default;

Result<> Service::run() {
  sd_event* event = nullptr;
  if (const int r = sd_event_new(&event); r < 0) return error_from_errno(-r, "sd_event_new");
  loop_->event.reset(event);

  // Signals are taken by the loop only: blocked before, they are held until it runs.
  sigset_t signals;
  sigemptyset(&signals);
  for (const int number : kSignals) sigaddset(&signals, number);
  sigprocmask(SIG_BLOCK, &signals, nullptr);
  for (const int number : kSignals) {
    const int r = sd_event_add_signal(
        event, nullptr, number,
        [](sd_event_source*, const signalfd_siginfo* info, void* service) {
          static_cast<Service*>(service)->on_signal(static_cast<int>(info->ssi_signo));
          return 0;
        },
        this);
    if (r < 0) return error_from_errno(-r, "sd_event_add_signal");
  }
  // A limit on the size of files is an error like a full disk, not the end.
  ::signal(SIGXFSZ, SIG_IGN);
  // CLOCK_BOOTTIME, because a timer of the wall clock would wait an hour when that is set
  // back an hour; and it fires at once after a suspend.
  sd_event_source* timer = nullptr;
  const int r = sd_event_add_time(
      event, &timer, CLOCK_BOOTTIME, 0, 1000,
      [](sd_event_source*, std::uint64_t, void* service) {
        static_cast<Service*>(service)->on_timer();
        return 0;
      },
      this);
  if (r < 0) return error_from_errno(-r, "sd_event_add_time");
  loop_->timer.reset(timer);
  sd_event_set_watchdog(event, 1);
  if (auto watched = watch_exits(); !watched) return watched;

  if (auto first = sample(); !first && is_final(first.error().kind)) return first;
  notify_ready();
  due_ = next_aligned(clock_->wall(), options_.interval);
  arm();
  give_back_start_memory();
  if (const int ended = sd_event_loop(event); ended < 0) {
    return error_from_errno(-ended, "sd_event_loop");
  }
  if (lost_directory_) return std::move(*lost_directory_);
  notify_stopping();
  return {};
}

Result<> Service::watch_exits() {
  const ExitSource* source = sampler_->exits().source();
  if (!source) return {};
  const bool only_when_many = source->rest() == std::chrono::milliseconds{};
  sd_event_source* added = nullptr;
  int r = sd_event_add_io(
      loop_->event.get(), &added, source->fd(),
      EPOLLIN | (only_when_many ? static_cast<std::uint32_t>(EPOLLET) : 0U),
      [](sd_event_source*, int, std::uint32_t, void* service) {
        static_cast<Service*>(service)->on_exits();
        return 0;
      },
      this);
  if (r < 0) return error_from_errno(-r, "sd_event_add_io");
  loop_->exits.reset(added);
  if (only_when_many) return {};
  r = sd_event_add_time(
      loop_->event.get(), &added, CLOCK_MONOTONIC, 0, 0,
      [](sd_event_source*, std::uint64_t, void* service) {
        sd_event_source_set_enabled(static_cast<Service*>(service)->loop_->exits.get(),
                                    SD_EVENT_ON);
        return 0;
      },
      this);
  if (r < 0) return error_from_errno(-r, "sd_event_add_time");
  loop_->exits_rest.reset(added);
  sd_event_source_set_enabled(added, SD_EVENT_OFF);
  return {};
}

void Service::on_exits() {
  sampler_->drain_exits();
  if (loop_->exits_rest) {
    sd_event_source_set_enabled(loop_->exits.get(), SD_EVENT_OFF);
    sd_event_source_set_time_relative(loop_->exits_rest.get(),
                                      microseconds(sampler_->exits().source()->rest()));
    sd_event_source_set_enabled(loop_->exits_rest.get(), SD_EVENT_ONESHOT);
  }
  // A sample makes room for more. Not twice a second: times in a log are whole seconds that rise,
  // and would run ahead of the clock.
  if (sampler_->exits().has_many() &&
      clock_->since_boot() - sampled_at_ >= std::chrono::seconds(1)) {
    spdlog::debug("a sample before its time: many processes end");
    static_cast<void>(sample());
  }
}

Result<> Service::sample() {
  sampled_at_ = clock_->since_boot();
  const auto taken = sampler_->take();
  if (!taken) {
    if (taken.error().kind == Error::Kind::kGone) {
      lost_directory_ = taken.error();
      end();
      return taken.error();
    }
    // Told once; the samples that follow try again.
    if (!append_failing_) spdlog::error("{}; trying again with each sample", taken.error().message);
    append_failing_ = true;
    notify_status(taken.error().message);
    return taken.error();
  }
  if (append_failing_) spdlog::info("recording again");
  append_failing_ = false;
  notify_status(sampler_->status());
  if (*taken && ++records_ == options_.samples) end();
  return {};
}

void Service::arm() {
  const auto wait = due_ - clock_->wall();
  sd_event_source_set_time(loop_->timer.get(), microseconds(clock_->since_boot() + wait));
  sd_event_source_set_enabled(loop_->timer.get(), SD_EVENT_ONESHOT);
}

void Service::on_timer() {
  const WallTime now = clock_->wall();
  const Wake wake = on_wake(now, due_, options_.interval);
  if (wake == Wake::kSample) static_cast<void>(sample());
  if (wake != Wake::kSleepOn) due_ = next_aligned(clock_->wall(), options_.interval);
  arm();
}

void Service::on_signal(int number) {
  switch (number) {
    case SIGUSR1:
      static_cast<void>(sample());
      break;
    case SIGHUP: {
      notify_reloading();
      auto options = reload_();
      if (options) {
        const auto samples = options_.samples;
        options_ = *options;
        options_.samples = samples;
        due_ = next_aligned(clock_->wall(), options_.interval);
        arm();
        spdlog::info("configuration read anew");
      } else {
        spdlog::error("configuration not changed: {}", options.error().message);
      }
      notify_ready();
      break;
    }
    default:
      spdlog::info("{}: a last sample, then the end", sigabbrev_np(number));
      static_cast<void>(sample());
      end();
      break;
  }
}

void Service::end() { sd_event_exit(loop_->event.get(), 0); }

}  // namespace proctape
