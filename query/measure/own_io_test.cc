// SPDX-License-Identifier: Apache-2.0
#include "query/measure/own_io.h"

#include <gtest/gtest.h>

#include <vector>

namespace proctape {
namespace {

Task process(Count pid, Count parent, Count read, Count written, char state = 'S') {
  Task task;
  task.identity.pid = task.identity.tgid = pid;
  task.identity.ppid = parent;
  task.identity.started = {wrapping_sum(1000, pid)};
  task.identity.state = state;
  task.disk.read = {read};
  task.disk.written = {written};
  task.disk.read_requests = read;
  task.disk.write_requests = written;
  return task;
}
Task ended(Count pid, Count parent, Count read, Count written) {
  return process(pid, parent, read, written, TaskIdentity::kExited);
}

class OwnIoTest : public testing::Test {
 protected:
  // What each of the processes read and wrote itself.
  std::vector<Task> next(const std::vector<Task>& tasks) {
    std::vector<Task> own;
    own_io_.visit(
        false,
        [&](TaskVisitor visit) {
          for (const Task& task : tasks) visit(task);
        },
        [&](const Task& task) { own.push_back(task); });
    return own;
  }

  OwnIo own_io_;
};

TEST_F(OwnIoTest, WhatAChildDidIsNotCountedAgainWithItsParent) {
  // Child 20 did 100 in the first interval and 30 in the second, in which its parent 10 waits for
  // it and does 7 itself.
  next({process(10, 1, 0, 0), process(20, 10, 100, 0)});
  const auto tasks = next({process(10, 1, 137, 0), ended(20, 10, 30, 0)});
  EXPECT_EQ(tasks[0].disk.read, Sectors{7});
  EXPECT_EQ(tasks[0].disk.read_requests, 7);
  EXPECT_EQ(tasks[1].disk.read, Sectors{30});
}

TEST_F(OwnIoTest, NorOnceMoreForEachGeneration) {
  const auto tasks = next({process(10, 1, 0, 60), ended(20, 10, 0, 55), ended(30, 20, 0, 50)});
  EXPECT_EQ(tasks[0].disk.written, Sectors{5});
  EXPECT_EQ(tasks[1].disk.written, Sectors{5});
  EXPECT_EQ(tasks[2].disk.written, Sectors{50});
}

TEST_F(OwnIoTest, TheParentMayWaitForItInTheNextInterval) {
  auto tasks = next({process(10, 1, 3, 0), ended(20, 10, 100, 0)});
  EXPECT_EQ(tasks[0].disk.read, Sectors{3});
  tasks = next({process(10, 1, 104, 0)});
  EXPECT_EQ(tasks[0].disk.read, Sectors{4});
  tasks = next({process(10, 1, 100, 0)});
  EXPECT_EQ(tasks[0].disk.read, Sectors{100}) << "it was found once";
}

TEST_F(OwnIoTest, AParentThatDoesNotWaitKeepsWhatItDid) {
  for (int i = 0; i < 3; ++i) {
    const auto tasks = next({process(10, 1, 5, 20), ended(20 + i, 10, 100, 0)});
    EXPECT_EQ(tasks[0].disk.read, Sectors{5});
    EXPECT_EQ(tasks[0].disk.written, Sectors{20});
  }
}

TEST_F(OwnIoTest, APidThatIsUsedAgainBeginsAnew) {
  next({process(20, 10, 500, 0)});
  Task other = ended(20, 10, 30, 0);
  other.identity.started = {5000};
  const auto tasks = next({process(10, 1, 36, 0), other});
  EXPECT_EQ(tasks[0].disk.read, Sectors{6});
}

// A log may hold any numbers.
TEST_F(OwnIoTest, StandsAnything) {
  for (const std::int64_t value : {INT64_MIN, std::int64_t{-1}, INT64_MAX}) {
    for (int i = 0; i < 3; ++i) {
      next({process(value, value, value, value), ended(value, value, value, value)});
    }
  }
}

}  // namespace
}  // namespace proctape
