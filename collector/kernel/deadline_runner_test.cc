// SPDX-License-Identifier: Apache-2.0
#include "collector/kernel/deadline_runner.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <thread>

namespace proctape {
namespace {

using namespace std::literals;

constexpr auto kPatience = 20ms;

// Counts; some steps wait until a pipe is written to or closed, as a read that hangs does.
class FakeSteps : public Steps {
 public:
  explicit FakeSteps(std::vector<std::size_t> hanging = {}) : hanging_(std::move(hanging)) {
    EXPECT_EQ(::pipe(pipe_.data()), 0);
  }
  ~FakeSteps() override {
    release();
    ::close(pipe_[0]);
  }
  void release() {
    if (pipe_[1] >= 0) ::close(std::exchange(pipe_[1], -1));
  }
  void run(std::size_t step, FileBuffer&, StepProgress& progress) override {
    if (!progress.enter(7)) return;
    char byte = 0;
    if (std::ranges::count(hanging_, step) > 0) static_cast<void>(::read(pipe_[0], &byte, 1));
    if (!progress.enter(8)) return;
    ++done_[step];
    last_thread_ = ::gettid();
  }

  std::array<int, 50> done_{};
  std::atomic<pid_t> last_thread_ = 0;

 private:
  std::vector<std::size_t> hanging_;
  std::array<int, 2> pipe_{-1, -1};
};

TEST(DeadlineRunner, DoesAllStepsOnceOnAnotherThread) {
  DeadlineRunner runner(kPatience);
  std::vector<DeadlineRunner::Stuck> stuck;
  const auto steps = std::make_shared<FakeSteps>();
  EXPECT_EQ(runner.run(steps, 50, stuck), 50U);
  EXPECT_TRUE(stuck.empty());
  for (const int times : steps->done_) EXPECT_EQ(times, 1);
  const pid_t thread = steps->last_thread_;
  EXPECT_NE(thread, ::gettid());
  EXPECT_EQ(runner.run(steps, 3, stuck), 3U);
  EXPECT_EQ(steps->last_thread_, thread) << "which is kept";
  EXPECT_EQ(steps->done_[2], 2);
  EXPECT_EQ(runner.run(steps, 0, stuck), 0U);
}

TEST(DeadlineRunner, GivesUpAStepThatHangsAndGoesOnBehindIt) {
  DeadlineRunner runner(kPatience);
  std::vector<DeadlineRunner::Stuck> stuck;
  const auto steps = std::make_shared<FakeSteps>(std::vector<std::size_t>{0, 2, 4});
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(runner.run(steps, 5, stuck), 5U);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 2s);
  ASSERT_EQ(stuck.size(), 3U);
  EXPECT_EQ(stuck[0].step, 0U);
  EXPECT_EQ(stuck[1].step, 2U);
  EXPECT_EQ(stuck[2].step, 4U);
  EXPECT_EQ(stuck[2].part, 7U);
  EXPECT_FALSE(*stuck[0].returned);
  EXPECT_EQ(steps->done_[1], 1);
  EXPECT_EQ(steps->done_[3], 1);
}

TEST(DeadlineRunner, AStepGivenUpEndsWhenItReturnsAndDoesNothingMore) {
  DeadlineRunner runner(kPatience);
  std::vector<DeadlineRunner::Stuck> stuck;
  const auto steps = std::make_shared<FakeSteps>(std::vector<std::size_t>{1});
  EXPECT_EQ(runner.run(steps, 3, stuck), 3U);
  ASSERT_EQ(stuck.size(), 1U);
  steps->release();
  for (int i = 0; i < 500 && !*stuck[0].returned; ++i) std::this_thread::sleep_for(10ms);
  EXPECT_TRUE(*stuck[0].returned);
  EXPECT_EQ(steps->done_[1], 0);
  EXPECT_EQ(steps->done_[2], 1) << "not a second time";
}

TEST(DeadlineRunner, BeginsNothingMoreWhileTooManyAreStuck) {
  DeadlineRunner runner(kPatience);
  std::vector<DeadlineRunner::Stuck> stuck;
  std::vector<std::size_t> hanging(20);
  for (std::size_t i = 0; i < hanging.size(); ++i) hanging[i] = i;
  const auto steps = std::make_shared<FakeSteps>(hanging);
  EXPECT_EQ(runner.run(steps, 20, stuck), DeadlineRunner::kMostStuck);
  EXPECT_EQ(stuck.size(), DeadlineRunner::kMostStuck);
  const auto others = std::make_shared<FakeSteps>();
  std::vector<DeadlineRunner::Stuck> none;
  EXPECT_EQ(runner.run(others, 5, none), 0U);
  steps->release();
  for (const auto& each : stuck) {
    for (int i = 0; i < 500 && !*each.returned; ++i) std::this_thread::sleep_for(10ms);
  }
  EXPECT_EQ(runner.run(others, 5, none), 5U) << "they returned";
}

TEST(DeadlineRunner, AStepThatComputesForLongIsNotStuck) {
  class Computing : public Steps {
   public:
    void run(std::size_t, FileBuffer&, StepProgress&) override {
      const auto begin = std::chrono::steady_clock::now();
      while (std::chrono::steady_clock::now() - begin < 10 * kPatience) ++turns;
    }
    std::atomic<long> turns = 0;
  };
  DeadlineRunner runner(kPatience);
  std::vector<DeadlineRunner::Stuck> stuck;
  EXPECT_EQ(runner.run(std::make_shared<Computing>(), 1, stuck), 1U);
  EXPECT_TRUE(stuck.empty());
}

TEST(DeadlineRunner, SignalsAreLeftToTheMainThread) {
  class Mask : public Steps {
   public:
    void run(std::size_t, FileBuffer&, StepProgress&) override {
      ::pthread_sigmask(SIG_SETMASK, nullptr, &blocked);
    }
    sigset_t blocked{};
  };
  DeadlineRunner runner;
  std::vector<DeadlineRunner::Stuck> stuck;
  const auto mask = std::make_shared<Mask>();
  runner.run(mask, 1, stuck);
  EXPECT_EQ(::sigismember(&mask->blocked, SIGTERM), 1);
  sigset_t own;
  ::pthread_sigmask(SIG_SETMASK, nullptr, &own);
  EXPECT_EQ(::sigismember(&own, SIGTERM), 0);
}

TEST(DeadlineRunner, ItsEndDoesNotWaitForWhatIsStuck) {
  auto steps = std::make_shared<FakeSteps>(std::vector<std::size_t>{0});
  {
    DeadlineRunner runner(kPatience);
    std::vector<DeadlineRunner::Stuck> stuck;
    runner.run(steps, 1, stuck);
    EXPECT_EQ(stuck.size(), 1U);
  }
  steps->release();
}

}  // namespace
}  // namespace proctape
