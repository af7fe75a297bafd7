// SPDX-License-Identifier: Apache-2.0
//
// Built twice: with the loop that the daemon has, and with the one of the minimal build.
#include "daemon/loop/event_loop.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "base/file/fd.h"

namespace proctape {
namespace {

using namespace std::chrono_literals;

constexpr int kOurSignals[] = {SIGUSR1, SIGHUP};

SinceBoot since_boot() { return SystemClock().since_boot(); }

class EventLoopTest : public testing::Test {
 protected:
  void SetUp() override {
    auto opened = EventLoop::open();
    ASSERT_TRUE(opened) << opened.error().message;
    loop.emplace(std::move(*opened));
    // No test waits for ever for what does not come.
    auto added = loop->add_timer([this] {
      ADD_FAILURE() << "nothing ended the loop";
      loop->end();
    });
    ASSERT_TRUE(added);
    emergency = std::move(*added);
    EventLoop::start(emergency, since_boot() + 60s);
  }

  EventLoop::Handle timer(std::function<void()> call) {
    auto added = loop->add_timer(std::move(call));
    EXPECT_TRUE(added) << added.error().message;
    return std::move(*added);
  }
  EventLoop::Handle file(const Fd& fd, std::uint32_t events,
                         std::function<void(std::uint32_t)> call) {
    auto added = loop->add_file(fd.get(), events, std::move(call));
    EXPECT_TRUE(added) << added.error().message;
    return std::move(*added);
  }
  // Ends the loop when all that is ready by then was called.
  void run_for(std::chrono::milliseconds time) {
    const auto end = timer([this] { loop->end(); });
    EventLoop::start(end, since_boot() + time);
    EXPECT_TRUE(loop->run());
  }

  std::optional<EventLoop> loop;
  EventLoop::Handle emergency;
};

TEST_F(EventLoopTest, ATimerFiresOnceAndNotBeforeItsTime) {
  const SinceBoot due = since_boot() + 30ms;
  std::vector<SinceBoot> fired;
  const auto once = timer([&] { fired.push_back(since_boot()); });
  EventLoop::start(once, due);
  run_for(100ms);
  ASSERT_EQ(fired.size(), 1U);
  EXPECT_GE(fired[0], due);
}

TEST_F(EventLoopTest, ATimerOfThePastFiresAtOnceAndMayBeStartedAnewByItself) {
  int fired = 0;
  EventLoop::Handle again;
  again = timer([&] {
    if (++fired == 3) return loop->end();
    EventLoop::start(again, fired == 1 ? since_boot() - 1h : SinceBoot(0));
  });
  EventLoop::start(again, since_boot() - 1s);
  EXPECT_TRUE(loop->run());
  EXPECT_EQ(fired, 3);
}

// On a host that has been up for less than an hour "an hour ago" is such a time.
TEST_F(EventLoopTest, ATimeBeforeBootIsOfThePast) {
  for (const SinceBoot when :
       {SinceBoot(0), SinceBoot(-1), SinceBoot(-1us), SinceBoot(-400 * 24h), SinceBoot::min()}) {
    const auto end = timer([this] { loop->end(); });
    EventLoop::start(end, when);
    EXPECT_TRUE(loop->run());
    SetUp();
  }
}

TEST_F(EventLoopTest, ATimerThatIsNotStartedOrStoppedOrEndedDoesNotFire) {
  int fired = 0;
  const auto never = timer([&] { ++fired; });
  const auto stopped = timer([&] { ++fired; });
  EventLoop::start(stopped, since_boot());
  EventLoop::stop(stopped);
  auto ended = timer([&] { ++fired; });
  EventLoop::start(ended, since_boot());
  ended.reset();
  run_for(50ms);
  EXPECT_EQ(fired, 0);
}

TEST_F(EventLoopTest, ALaterStartTakesThePlaceOfTheOneBefore) {
  const SinceBoot due = since_boot() + 50ms;
  SinceBoot fired{};
  const auto moved = timer([&] {
    fired = since_boot();
    loop->end();
  });
  EventLoop::start(moved, since_boot());
  EventLoop::start(moved, due);
  EXPECT_TRUE(loop->run());
  EXPECT_GE(fired, due);
}

TEST_F(EventLoopTest, SignalsAreHeldUntilTheLoopRunsAndToldByNumber) {
  std::vector<int> told;
  ASSERT_TRUE(loop->take_signals(kOurSignals, [&](int number) {
    told.push_back(number);
    if (told.size() == 2) loop->end();
  }));
  ::kill(::getpid(), SIGUSR1);
  ::kill(::getpid(), SIGHUP);
  EXPECT_TRUE(told.empty());
  EXPECT_TRUE(loop->run());
  std::ranges::sort(told);
  EXPECT_EQ(told, (std::vector<int>{SIGHUP, SIGUSR1}));
}

TEST_F(EventLoopTest, AFileIsToldAsLongAsItIsReadyAndEnabled) {
  const Fd event(::eventfd(1, EFD_CLOEXEC));
  int told = 0;
  EventLoop::Handle watched;
  watched = file(event, EPOLLIN, [&](std::uint32_t ready) {
    EXPECT_TRUE(ready & EPOLLIN);
    if (++told == 2) EventLoop::set_enabled(watched, false);
  });
  run_for(50ms);
  EXPECT_EQ(told, 2);
}

TEST_F(EventLoopTest, AFileThatIsEnabledAgainIsToldAgain) {
  const Fd event(::eventfd(1, EFD_CLOEXEC));
  int told = 0;
  EventLoop::Handle watched;
  const auto rest = timer([&] { EventLoop::set_enabled(watched, true); });
  watched = file(event, EPOLLIN, [&](std::uint32_t) {
    if (++told == 3) return loop->end();
    EventLoop::set_enabled(watched, false);
    EventLoop::start(rest, since_boot() + 5ms);
  });
  EXPECT_TRUE(loop->run());
  EXPECT_EQ(told, 3);
}

TEST_F(EventLoopTest, AnEdgeIsToldOnce) {
  const Fd event(::eventfd(1, EFD_CLOEXEC));
  int told = 0;
  const auto watched = file(event, EPOLLIN | EPOLLET, [&](std::uint32_t) { ++told; });
  run_for(50ms);
  EXPECT_EQ(told, 1);
}

TEST_F(EventLoopTest, OneMayEndAnotherThatIsReadyToo) {
  const Fd event(::eventfd(1, EFD_CLOEXEC));
  const Fd other(::eventfd(1, EFD_CLOEXEC));
  int told = 0;
  EventLoop::Handle first;
  EventLoop::Handle second;
  first = file(event, EPOLLIN | EPOLLET, [&](std::uint32_t) {
    ++told;
    second.reset();
  });
  second = file(other, EPOLLIN | EPOLLET, [&](std::uint32_t) {
    ++told;
    first.reset();
  });
  run_for(50ms);
  EXPECT_EQ(told, 1);
}

TEST_F(EventLoopTest, WhatIsNoFileIsRefused) {
  EXPECT_FALSE(loop->add_file(-1, EPOLLIN, [](std::uint32_t) {}));
}

TEST_F(EventLoopTest, AnEndBeforeItRunsEndsItAtOnce) {
  loop->end();
  EXPECT_TRUE(loop->run());
}

TEST(EventLoopWatchdog, IsToldAsOftenAsTheManagerAsks) {
  const Fd manager(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  // The kernel makes up a name that has no file.
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  ASSERT_EQ(::bind(manager.get(), reinterpret_cast<sockaddr*>(&address), sizeof(sa_family_t)), 0);
  socklen_t size = sizeof(address);
  ASSERT_EQ(::getsockname(manager.get(), reinterpret_cast<sockaddr*>(&address), &size), 0);
  const std::string name(address.sun_path + 1, size - sizeof(sa_family_t) - 1);
  ::setenv("NOTIFY_SOCKET", ("@" + name).c_str(), 1);
  ::setenv("WATCHDOG_USEC", "100000", 1);
  auto loop = EventLoop::open();
  ::unsetenv("WATCHDOG_USEC");
  ASSERT_TRUE(loop);
  int told = 0;
  const auto heard = loop->add_file(manager.get(), EPOLLIN, [&](std::uint32_t) {
    char bytes[64];
    const ssize_t got = ::recv(manager.get(), bytes, sizeof(bytes), 0);
    EXPECT_EQ(std::string(bytes, got < 0 ? 0 : static_cast<std::size_t>(got)), "WATCHDOG=1");
    if (++told == 3) loop->end();
  });
  ASSERT_TRUE(heard);
  const SinceBoot begin = since_boot();
  EXPECT_TRUE(loop->run());
  ::unsetenv("NOTIFY_SOCKET");
  EXPECT_EQ(told, 3);
  // One at the begin, then at least one in each interval; not all at once.
  EXPECT_GE(since_boot() - begin, 90ms);
}

}  // namespace
}  // namespace proctape
