// SPDX-License-Identifier: Apache-2.0
#include "cli/procfs/task_totals.h"

#include <gtest/gtest.h>

namespace proctape {
namespace {

Task task_of(Count pid, Count started, Count user) {
  Task task;
  task.identity.tgid = task.identity.pid = pid;
  task.identity.started = Seconds{started};
  task.cpu.user = Ticks{user};
  task.disk.read = Sectors{user * 2};
  task.memory.minor_faults = user * 3;
  task.memory.resident = Bytes{4096};
  return task;
}
Task thread_of(Count tgid, Count tid, Count started, Count user) {
  Task task = task_of(tid, started, user);
  task.identity.tgid = tgid;
  task.identity.is_process = false;
  return task;
}

Task ended(Count pid, Count started, Count user) {
  Task task = task_of(pid, started, user);
  task.identity.state = TaskIdentity::kExited;
  return task;
}

Sample interval() { return {}; }
Sample since_boot() {
  Sample sample;
  sample.since_boot = true;
  return sample;
}

class TaskTotalsTest : public testing::Test {
 protected:
  // The user time of each task since it began.
  std::vector<Count> next(const Sample& sample, const std::vector<Task>& tasks) {
    std::vector<Count> result;
    totals_.begin(sample);
    for (const Task& task : tasks) result.push_back(totals_.whole(task).cpu.user.value);
    totals_.end();
    return result;
  }

  TaskTotals totals_;
};
using Ticked = std::vector<Count>;

TEST_F(TaskTotalsTest, AddsUpCountersAndLeavesTheRest) {
  next(interval(), {task_of(5, 100, 10)});
  totals_.begin(interval());
  const Task whole = totals_.whole(task_of(5, 100, 7));
  EXPECT_EQ(whole.cpu.user.value, 17);
  EXPECT_EQ(whole.disk.read.value, 34);
  EXPECT_EQ(whole.memory.minor_faults, 51);
  EXPECT_EQ(whole.memory.resident.value, 4096);
}

TEST_F(TaskTotalsTest, ANumberThatIsGivenAgainBeginsAnew) {
  EXPECT_EQ(next(interval(), {task_of(5, 100, 10)}), Ticked{10});
  EXPECT_EQ(next(interval(), {task_of(5, 101, 1)}), Ticked{11});  // rounding of its start
  EXPECT_EQ(next(interval(), {task_of(5, 200, 2)}), Ticked{2});
}

TEST_F(TaskTotalsTest, WhatEndedIsToldFromThoseThatGotItsNumber) {
  EXPECT_EQ(next(interval(), {task_of(5, 100, 10)}), Ticked{10});
  // It ended, and so did another one, before the one that lives.
  EXPECT_EQ(next(interval(), {task_of(5, 300, 3), ended(5, 100, 4), ended(5, 200, 2)}),
            (Ticked{3, 14, 2}));
  EXPECT_EQ(next(interval(), {task_of(5, 300, 1)}), Ticked{4});
  EXPECT_EQ(next(interval(), {ended(5, 300, 1)}), Ticked{5});
}

TEST_F(TaskTotalsTest, ASampleSinceBootHasThemWholeAlready) {
  EXPECT_EQ(next(interval(), {task_of(5, 100, 10)}), Ticked{10});
  EXPECT_EQ(next(since_boot(), {task_of(5, 100, 25)}), Ticked{25});
  EXPECT_EQ(next(interval(), {task_of(5, 100, 1)}), Ticked{26});
}

TEST_F(TaskTotalsTest, AThreadThatIsNotRecordedForAWhileIsRemembered) {
  EXPECT_EQ(next(interval(), {task_of(5, 100, 10), thread_of(5, 5, 100, 4)}), (Ticked{10, 4}));
  EXPECT_EQ(next(interval(), {task_of(5, 100, 0)}), Ticked{10});
  EXPECT_EQ(next(interval(), {task_of(5, 100, 1), thread_of(5, 5, 100, 1)}), (Ticked{11, 5}));
  // But not without its process.
  EXPECT_EQ(next(interval(), {}), Ticked{});
  EXPECT_EQ(next(interval(), {task_of(5, 100, 1), thread_of(5, 5, 100, 1)}), (Ticked{1, 1}));
}

TEST_F(TaskTotalsTest, WhatIsUnknownAddsNothing) {
  EXPECT_EQ(next(interval(), {task_of(5, 100, kUnknown)}), Ticked{0});
  EXPECT_EQ(next(interval(), {task_of(5, 100, 3)}), Ticked{3});
}

}  // namespace
}  // namespace proctape
