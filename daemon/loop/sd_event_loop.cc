// SPDX-License-Identifier: Apache-2.0
//
// The event loop of libsystemd.
#include <signal.h>
#include <systemd/sd-event.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "base/blocked_signals.h"
#include "daemon/loop/event_loop.h"

namespace proctape {
namespace {

// How much later a timer may fire, so that the CPU wakes for several at once.
constexpr std::uint64_t kAccuracy = 1000;  // us

struct Unref {
  void operator()(sd_event* event) const { sd_event_unref(event); }
  void operator()(sd_event_source* source) const { sd_event_source_unref(source); }
};

}  // namespace

class EventLoop::Source {
 public:
  std::function<void(std::uint32_t)> call;  // of a timer: with 0
  std::unique_ptr<sd_event_source, Unref> source;
};

void EventLoop::Remove::operator()(Source* source) const { delete source; }

struct EventLoop::State {
  std::unique_ptr<sd_event, Unref> event;
  std::function<void(int)> on_signal;
};

void EventLoop::Close::operator()(State* state) const { delete state; }

Result<EventLoop> EventLoop::open() {
  sd_event* event = nullptr;
  if (const int r = sd_event_new(&event); r < 0) return error_from_errno(-r, "sd_event_new");
  std::unique_ptr<State, Close> state(new State{std::unique_ptr<sd_event, Unref>(event), {}});
  sd_event_set_watchdog(event, 1);
  return EventLoop(std::move(state));
}

Result<> EventLoop::take_signals(std::span<const int> numbers, std::function<void(int)> call) {
  state_->on_signal = std::move(call);
  hold_signals(numbers);
  for (const int number : numbers) {
    const int r = sd_event_add_signal(
        state_->event.get(), nullptr, number,
        [](sd_event_source*, const signalfd_siginfo* info, void* state) {
          static_cast<State*>(state)->on_signal(static_cast<int>(info->ssi_signo));
          return 0;
        },
        state_.get());
    if (r < 0) return error_from_errno(-r, "sd_event_add_signal");
  }
  return {};
}

Result<EventLoop::Handle> EventLoop::add_timer(std::function<void()> call) {
  Handle timer(new Source{[call = std::move(call)](std::uint32_t) { call(); }, {}});
  sd_event_source* added = nullptr;
  const int r = sd_event_add_time(
      state_->event.get(), &added, CLOCK_BOOTTIME, 0, kAccuracy,
      [](sd_event_source*, std::uint64_t, void* source) {
        static_cast<Source*>(source)->call(0);
        return 0;
      },
      timer.get());
  if (r < 0) return error_from_errno(-r, "sd_event_add_time");
  timer->source.reset(added);
  stop(timer);
  return timer;
}

void EventLoop::start(const Handle& timer, SinceBoot when) {
  // Its times are unsigned: one before boot would be one that never comes.
  const auto due = std::chrono::ceil<std::chrono::microseconds>(std::max(when, SinceBoot(0)));
  sd_event_source_set_time(timer->source.get(), static_cast<std::uint64_t>(due.count()));
  sd_event_source_set_enabled(timer->source.get(), SD_EVENT_ONESHOT);
}

void EventLoop::stop(const Handle& timer) {
  sd_event_source_set_enabled(timer->source.get(), SD_EVENT_OFF);
}

Result<EventLoop::Handle> EventLoop::add_file(int fd, std::uint32_t events,
                                              std::function<void(std::uint32_t)> call) {
  Handle file(new Source{std::move(call), {}});
  sd_event_source* added = nullptr;
  const int r = sd_event_add_io(
      state_->event.get(), &added, fd, events,
      [](sd_event_source*, int, std::uint32_t ready, void* source) {
        static_cast<Source*>(source)->call(ready);
        return 0;
      },
      file.get());
  if (r < 0) return error_from_errno(-r, "sd_event_add_io");
  file->source.reset(added);
  return file;
}

void EventLoop::set_enabled(const Handle& file, bool enabled) {
  sd_event_source_set_enabled(file->source.get(), enabled ? SD_EVENT_ON : SD_EVENT_OFF);
}

Result<> EventLoop::run() {
  if (const int ended = sd_event_loop(state_->event.get()); ended < 0) {
    return error_from_errno(-ended, "sd_event_loop");
  }
  return {};
}

void EventLoop::end() { sd_event_exit(state_->event.get(), 0); }

}  // namespace proctape
