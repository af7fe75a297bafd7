// SPDX-License-Identifier: Apache-2.0
//
// What the daemon waits for: signals, timers, files; and the service manager's watchdog, which is
// told as often as it asks for. Everything happens in the thread that runs the loop.
//
// There are two implementations, and CMake chooses: sd_event_loop.cc by libsystemd, and
// epoll_loop.cc by system calls alone for the minimal build.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>

#include "base/clock.h"
#include "base/result.h"

namespace proctape {

class EventLoop {
 public:
  // One timer or file that is waited for, until the handle ends. It must neither outlive the loop
  // nor end while its own function runs.
  class Source;
  struct Remove {
    void operator()(Source* source) const;
  };
  using Handle = std::unique_ptr<Source, Remove>;

  // Fails like everything here that returns a Result: for want of memory or file descriptors.
  static Result<EventLoop> open();

  // Calls `call` with the number of each of these signals that arrives. They are blocked, so that
  // one that comes before run() is held until then. Once only.
  Result<> take_signals(std::span<const int> numbers, std::function<void(int)> call);

  // A timer of CLOCK_BOOTTIME, which the setting of the clock does not move, and which fires at
  // once after a suspend. It fires once for each start(), at once if the time is past, be it before
  // boot; a new start() takes the place of the one before.
  Result<Handle> add_timer(std::function<void()> call);
  static void start(const Handle& timer, SinceBoot when);
  static void stop(const Handle& timer);

  // Calls `call` with what is ready of `events`, EPOLLIN, EPOLLPRI, EPOLLET and so on of
  // epoll_ctl(2), and errors, which need not be asked for. `fd` must stay open as long as
  // the handle. Watched at once, and as long as enabled.
  Result<Handle> add_file(int fd, std::uint32_t events, std::function<void(std::uint32_t)> call);
  static void set_enabled(const Handle& file, bool enabled);

  // Until end() is called, before or meanwhile.
  Result<> run();
  void end();

 private:
  struct State;
  struct Close {
    void operator()(State* state) const;
  };
  explicit EventLoop(std::unique_ptr<State, Close> state) : state_(std::move(state)) {}

  std::unique_ptr<State, Close> state_;
};

}  // namespace proctape
