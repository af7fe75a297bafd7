// SPDX-License-Identifier: Apache-2.0
#include "collector/task/pss_budget.h"

#include <gtest/gtest.h>

#include <set>

namespace proctape {
namespace {

using namespace std::literals;

constexpr Bytes kMiB{1 << 20};
Bytes mebibytes(std::int64_t n) { return Bytes{n * kMiB.value}; }

TaskReading process(Count pid, Bytes resident) {
  TaskReading task;
  task.identity.pid = task.identity.tgid = pid;
  task.memory.virtual_size = task.memory.resident = resident;
  return task;
}

// Stands in for the kernel: reading takes what it costs there.
class PssBudgetTest : public testing::Test {
 protected:
  // One snapshot; reads what is planned as the collector does. Returns the CPU time taken.
  PssBudget::Duration snapshot(SinceBoot passed) {
    now_ += passed;
    const auto begin = budget_.budget();
    read_.clear();
    const auto planned = budget_.plan(tasks_, now_);
    const auto granted = budget_.budget();
    auto left = granted;
    PssBudget::Duration taken{};
    for (const auto& [position, cost] : planned) {
      if (cost > left) continue;
      TaskReading& task = tasks_[position];
      const PssBudget::Duration cpu_time =
          8us + PssBudget::Duration(static_cast<long>(
                    static_cast<double>(task.memory.resident.value) * nanoseconds_per_byte_));
      longest_ = std::max(longest_, cpu_time);
      left -= cpu_time;
      taken += cpu_time;
      budget_.read(task.memory.resident, cpu_time);
      task.pss = {now_, Bytes{task.memory.resident.value / 2}, task.memory.resident,
                  task.memory.minor_faults + task.memory.major_faults};
      read_.push_back(task.identity.pid);
    }
    EXPECT_LE(granted, std::max(begin, PssBudget::kMostAtOnce));
    return taken;
  }

  double nanoseconds_per_byte_ = 8'800.0 / (1 << 20);
  PssBudget budget_;
  std::vector<TaskReading> tasks_;
  SinceBoot now_ = 1000s;
  std::vector<Count> read_;  // in the last snapshot
  PssBudget::Duration longest_{};
};

TEST_F(PssBudgetTest, TheFirstSnapshotIsTakenSoon) {
  for (Count pid = 1; pid <= 5000; ++pid) tasks_.push_back(process(pid, kMiB));
  const auto first = snapshot(0s);
  EXPECT_LE(first, PssBudget::kAtFirst);
  EXPECT_GE(first, PssBudget::kAtFirst / 2);
  EXPECT_GE(snapshot(1s), PssBudget::kAfterFirst / 2) << "so much more the second";
  EXPECT_LE(snapshot(1s), PssBudget::kAtFirst / 2) << "and once only";
  EXPECT_GT(snapshot(40ms * PssBudget::kOfCpu), PssBudget::kAtFirst);
}

TEST_F(PssBudgetTest, ManySmallProcessesStayWithinTheBudget) {
  for (Count pid = 1; pid <= 5000; ++pid) tasks_.push_back(process(pid, kMiB));
  std::set<Count> ever;
  PssBudget::Duration all{};
  for (int i = 0; i < 60; ++i) {
    for (TaskReading& task : tasks_) task.memory.minor_faults += 1;  // all change all the time
    const auto taken = snapshot(10ms * PssBudget::kOfCpu);
    EXPECT_LE(taken, PssBudget::kMostAtOnce);
    if (i > 0) all += taken;
    ever.insert(read_.begin(), read_.end());
  }
  EXPECT_LE(all, 59 * 10ms + PssBudget::kAfterFirst + 1ms) << "10 ms each";
  EXPECT_GE(all, 59 * 9ms) << "and it is used";
  EXPECT_EQ(ever.size(), 5000U) << "none is left out for ever";
}

TEST_F(PssBudgetTest, AHugeProcessIsNotReadAndKeepsItsRatio) {
  tasks_ = {process(1, mebibytes(4096)), process(2, mebibytes(3))};
  snapshot(10s);
  EXPECT_EQ(read_, std::vector<Count>{2});
  EXPECT_TRUE(budget_.too_large(mebibytes(4096)));
  EXPECT_FALSE(budget_.too_large(mebibytes(500)));
  EXPECT_EQ(estimated_pss(tasks_[1].pss, mebibytes(4096)), mebibytes(2048));
  EXPECT_EQ(estimated_pss({}, mebibytes(4096)), Bytes{0}) << "never read: nothing is invented";
  EXPECT_EQ(estimated_pss({.proportional = Bytes{kUnknown}, .resident = kMiB}, kMiB).value,
            kUnknown);
}

TEST_F(PssBudgetTest, NoProcessIsHeldUpForLongOnASlowMachineEither) {
  nanoseconds_per_byte_ *= 4;
  for (Count pid = 1; pid <= 50; ++pid) tasks_.push_back(process(pid, mebibytes(100 + 10 * pid)));
  snapshot(10s);  // learns what it costs here
  longest_ = {};
  for (int i = 0; i < 50; ++i) {
    for (TaskReading& task : tasks_) task.memory.minor_faults += 1;
    snapshot(10s);
  }
  EXPECT_GT(longest_, 0ns);
  EXPECT_LE(longest_, PssBudget::kLongestPause * 2);
}

TEST_F(PssBudgetTest, AReadingThatTookLongByChanceIsForgotten) {
  budget_.read(mebibytes(100), 100ms);
  EXPECT_TRUE(budget_.too_large(mebibytes(100)));
  for (int i = 0; i < 300; ++i) budget_.plan(tasks_, now_ += 10s);
  EXPECT_FALSE(budget_.too_large(mebibytes(400)));
}

TEST_F(PssBudgetTest, WhatChangedIsReadAndWhatDidNotOnlyNowAndThen) {
  tasks_ = {process(1, kMiB), process(2, kMiB), process(3, kMiB)};
  snapshot(10s);
  EXPECT_EQ(read_, (std::vector<Count>{1, 2, 3})) << "never read before";
  tasks_[1].memory.major_faults += 1;
  snapshot(10s);
  EXPECT_EQ(read_, std::vector<Count>{2});
  tasks_[2].memory.resident = mebibytes(2);
  snapshot(10s);
  EXPECT_EQ(read_, std::vector<Count>{3});
  snapshot(10min);
  EXPECT_EQ(read_, (std::vector<Count>{1, 2, 3})) << "the longest unread first";
}

TEST_F(PssBudgetTest, AProcessThatCostsMoreThanOneSampleGrantsIsReadWhenEnoughWasSaved) {
  tasks_ = {process(1, mebibytes(400))};  // 3.4 ms
  snapshot(10s);
  ASSERT_EQ(read_, std::vector<Count>{1});
  tasks_.push_back(process(2, mebibytes(450)));
  // 1 ms each, and what is left of the 50.
  for (int i = 0; i < 20; ++i) snapshot(1ms * PssBudget::kOfCpu);
  tasks_[0].memory.minor_faults += 1;
  int readings = 0;
  for (int i = 0; i < 100; ++i) {
    tasks_[0].memory.minor_faults += 1;
    tasks_[1].memory.minor_faults += 1;
    snapshot(1ms * PssBudget::kOfCpu);
    readings += static_cast<int>(read_.size());
  }
  EXPECT_GT(readings, 20);
  EXPECT_LT(readings, 45);
}

TEST_F(PssBudgetTest, OneThatChangesAllTheTimeIsReadEveryFewSeconds) {
  tasks_ = {process(1, kMiB)};
  int readings = 0;
  for (int i = 0; i < 20; ++i) {
    tasks_[0].memory.minor_faults += 1;
    snapshot(1s);
    readings += static_cast<int>(read_.size());
  }
  EXPECT_EQ(readings, 4);
}

TEST_F(PssBudgetTest, KernelThreadsAndThreadsAreLeftOut) {
  tasks_ = {process(1, Bytes{0}), process(2, kMiB)};
  tasks_[1].identity.is_process = false;
  snapshot(10s);
  EXPECT_TRUE(read_.empty());
}

}  // namespace
}  // namespace proctape
