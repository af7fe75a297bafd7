// SPDX-License-Identifier: Apache-2.0
#include "collector/kernel/helper_thread.h"

#include <gtest/gtest.h>
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <future>

namespace proctape {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr auto kNever = std::chrono::hours(1);

TEST(HelperThread, RunsTheWorkWhenAskedAndOnceForEachTime) {
  auto runs = std::make_shared<std::atomic<int>>(0);
  HelperThread helper([runs] { ++*runs; }, kNever);
  EXPECT_TRUE(helper.run(10s));
  EXPECT_EQ(*runs, 1);
  EXPECT_TRUE(helper.run(10s));
  EXPECT_EQ(*runs, 2);
}

TEST(HelperThread, RunsTheWorkByItselfEveryPeriod) {
  auto runs = std::make_shared<std::atomic<int>>(0);
  const HelperThread helper([runs] { ++*runs; }, 5ms);
  const auto give_up = Clock::now() + 20s;
  while (*runs < 3 && Clock::now() < give_up) ::usleep(1000);
  EXPECT_GE(*runs, 3);
}

TEST(HelperThread, IsWaitedForNoLongerThanAskedAndNotAtAllAWhileItHangs) {
  std::promise<void> release;
  std::shared_future<void> released = release.get_future().share();
  auto runs = std::make_shared<std::atomic<int>>(0);
  HelperThread helper(
      [released, runs] {
        ++*runs;
        released.wait();
      },
      kNever);
  auto begin = Clock::now();
  EXPECT_FALSE(helper.run(50ms));
  EXPECT_GE(Clock::now() - begin, 50ms);
  EXPECT_LT(Clock::now() - begin, 10s);
  begin = Clock::now();
  EXPECT_FALSE(helper.run(10s)) << "it still hangs";
  EXPECT_LT(Clock::now() - begin, 5s);
  EXPECT_EQ(*runs, 1);

  release.set_value();
  const auto give_up = Clock::now() + 20s;
  while (!helper.run(1s) && Clock::now() < give_up) ::usleep(1000);
  EXPECT_EQ(*runs, 2) << "it works again";
}

TEST(HelperThread, EndsWithItsOwnerAndLetsTheWorkGo) {
  auto held = std::make_shared<int>(0);
  const std::weak_ptr<int> watch = held;
  {
    HelperThread helper([held = std::move(held)] {}, kNever);
    EXPECT_TRUE(helper.run(10s));
    EXPECT_FALSE(watch.expired());
  }
  EXPECT_TRUE(watch.expired());
}

TEST(HelperThread, OneThatHangsIsLeftBehind) {
  std::promise<void> release;
  std::shared_future<void> released = release.get_future().share();
  const auto begin = Clock::now();
  {
    HelperThread(([released] { released.wait(); }), kNever).run(1ms);
  }
  EXPECT_LT(Clock::now() - begin, 10s);
  release.set_value();
}

TEST(HelperThread, LeavesSignalsToOthers) {
  auto blocked = std::make_shared<std::atomic<bool>>(false);
  HelperThread helper(
      [blocked] {
        sigset_t mask;
        ::pthread_sigmask(SIG_SETMASK, nullptr, &mask);
        *blocked = sigismember(&mask, SIGTERM) == 1;
      },
      kNever);
  EXPECT_TRUE(helper.run(10s));
  EXPECT_TRUE(*blocked);
  sigset_t ours;
  ::pthread_sigmask(SIG_SETMASK, nullptr, &ours);
  EXPECT_EQ(sigismember(&ours, SIGTERM), 0);
}

}  // namespace
}  // namespace proctape
