// SPDX-License-Identifier: Apache-2.0
//
// The event loop by epoll, timerfd and signalfd, for builds without libsystemd.
#include <errno.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <ctime>
#include <utility>

#include "base/blocked_signals.h"
#include "base/file/fd.h"
#include "daemon/loop/event_loop.h"
#include "systemd/notify.h"

namespace proctape {
namespace {

// 0 disarms.
void set_timer(const Fd& timer, SinceBoot when) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(when);
  itimerspec time{};
  time.it_value.tv_sec = seconds.count();
  time.it_value.tv_nsec = (when - seconds).count();
  ::timerfd_settime(timer.get(), TFD_TIMER_ABSTIME, &time, nullptr);
}

SinceBoot now() {
  timespec time{};
  ::clock_gettime(CLOCK_BOOTTIME, &time);
  return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

}  // namespace

class EventLoop::Source {
 public:
  Source(int epoll, int fd, std::uint32_t events, std::function<void(std::uint32_t)> call)
      : epoll_(epoll), fd_(fd), events_(events), call_(std::move(call)) {}
  Source(int epoll, Fd owned, std::function<void(std::uint32_t)> call)
      : Source(epoll, owned.get(), EPOLLIN, std::move(call)) {
    owned_ = std::move(owned);
  }
  Source(const Source&) = delete;
  Source& operator=(const Source&) = delete;
  ~Source() { set_enabled(false); }

  // By removing it, because errors are told also of what is asked for no events.
  int set_enabled(bool enabled) {
    if (enabled == enabled_) return 0;
    epoll_event event{};
    event.events = events_;
    event.data.ptr = this;
    const int done = ::epoll_ctl(epoll_, enabled ? EPOLL_CTL_ADD : EPOLL_CTL_DEL, fd_, &event);
    if (done == 0) enabled_ = enabled;
    return done;
  }
  const Fd& timer() const { return owned_; }
  void call(std::uint32_t ready) { call_(ready); }

 private:
  Fd owned_;
  int epoll_;
  int fd_;
  std::uint32_t events_;
  bool enabled_ = false;
  std::function<void(std::uint32_t)> call_;
};

void EventLoop::Remove::operator()(Source* source) const { delete source; }

struct EventLoop::State {
  Fd epoll;
  bool ended = false;
  Handle signals;
  Handle watchdog;
};

void EventLoop::Close::operator()(State* state) const { delete state; }

Result<EventLoop> EventLoop::open() {
  Fd epoll(::epoll_create1(EPOLL_CLOEXEC));
  if (!epoll) return error_from_errno(errno, "epoll_create");
  EventLoop loop(std::unique_ptr<State, Close>(new State{std::move(epoll), false, {}, {}}));
  if (const auto interval = watchdog_interval()) {
    // Twice as often as need be: the answer to a delay is being killed.
    auto timer = loop.add_timer([state = loop.state_.get(), wait = *interval / 2] {
      notify_watchdog();
      start(state->watchdog, now() + wait);
    });
    if (!timer) return std::move(timer.error());
    loop.state_->watchdog = std::move(*timer);
    start(loop.state_->watchdog, now());
  }
  return loop;
}

Result<> EventLoop::take_signals(std::span<const int> numbers, std::function<void(int)> call) {
  const sigset_t signals = hold_signals(numbers);
  Fd fd(::signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!fd) return error_from_errno(errno, "signalfd");
  const int number = fd.get();
  Handle source(new Source(state_->epoll.get(), std::move(fd),
                           [number, call = std::move(call)](std::uint32_t) {
                             signalfd_siginfo info{};
                             if (::read(number, &info, sizeof(info)) != sizeof(info)) return;
                             call(static_cast<int>(info.ssi_signo));
                           }));
  if (source->set_enabled(true) != 0) return error_from_errno(errno, "epoll_ctl of signals");
  state_->signals = std::move(source);
  return {};
}

Result<EventLoop::Handle> EventLoop::add_timer(std::function<void()> call) {
  Fd fd(::timerfd_create(CLOCK_BOOTTIME, TFD_CLOEXEC | TFD_NONBLOCK));
  if (!fd) return error_from_errno(errno, "timerfd_create");
  const int timer = fd.get();
  Handle source(new Source(state_->epoll.get(), std::move(fd),
                           [timer, call = std::move(call)](std::uint32_t) {
                             std::uint64_t times = 0;
                             if (::read(timer, &times, sizeof(times)) == sizeof(times)) call();
                           }));
  if (source->set_enabled(true) != 0) return error_from_errno(errno, "epoll_ctl of a timer");
  return source;
}

void EventLoop::start(const Handle& timer, SinceBoot when) {
  set_timer(timer->timer(), std::max(when, SinceBoot(1)));
}

void EventLoop::stop(const Handle& timer) { set_timer(timer->timer(), SinceBoot(0)); }

Result<EventLoop::Handle> EventLoop::add_file(int fd, std::uint32_t events,
                                              std::function<void(std::uint32_t)> call) {
  Handle source(new Source(state_->epoll.get(), fd, events, std::move(call)));
  if (source->set_enabled(true) != 0) return error_from_errno(errno, "epoll_ctl of a file");
  return source;
}

void EventLoop::set_enabled(const Handle& file, bool enabled) { file->set_enabled(enabled); }

Result<> EventLoop::run() {
  while (!state_->ended) {
    // One at a time: its function may remove others.
    epoll_event event{};
    const int ready = ::epoll_wait(state_->epoll.get(), &event, 1, -1);
    if (ready < 0 && errno != EINTR) return error_from_errno(errno, "epoll_wait");
    if (ready == 1) static_cast<Source*>(event.data.ptr)->call(event.events);
  }
  return {};
}

void EventLoop::end() { state_->ended = true; }

}  // namespace proctape
