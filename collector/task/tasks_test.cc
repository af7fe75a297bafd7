// SPDX-License-Identifier: Apache-2.0
#include "collector/task/tasks.h"

#include <gtest/gtest.h>

#include "tests/support/test_host.h"

namespace proctape {
namespace {

TEST(Tasks, OfAnotherHostsTreeComeFromItsProc) {
  const TestHost host;
  host.process(7, {});
  const auto fs = KernelFs::open(host.path().string());
  ASSERT_TRUE(fs);
  auto tasks = Tasks::open(*fs, {}, {});
  ASSERT_TRUE(tasks);
  for (const TaskChoice choice : {TaskChoice::kAuto, TaskChoice::kBpf}) {
    tasks->choose(choice, *fs);
    EXPECT_STREQ(tasks->name(), "/proc");
    EXPECT_NE(tasks->refusal().find("does not show the processes"), std::string::npos);
  }
  tasks->choose(TaskChoice::kProc, *fs);
  EXPECT_EQ(tasks->refusal(), "") << "nothing else was asked for";
  Snapshot snapshot;
  ASSERT_TRUE(tasks->read({}, snapshot, [] {}));
  ASSERT_EQ(snapshot.tasks.size(), 1U);
  EXPECT_EQ(snapshot.tasks[0].identity.pid, 7);
  EXPECT_FALSE(tasks->failure());
}

}  // namespace
}  // namespace proctape
