// SPDX-License-Identifier: Apache-2.0
#include "cli/procfs/live_tasks.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <map>

#include "tests/support/test_host.h"

namespace proctape {
namespace {

constexpr std::array kAllFiles = {true, true, true};

using Seen = std::map<std::pair<Count, Count>, LiveTask>;  // by process and thread

Seen visited(LiveTasks& tasks) {
  Seen seen;
  const auto done = tasks.visit([&](const LiveTask& task) {
    EXPECT_TRUE(seen.emplace(std::pair(task.tgid, task.pid), task).second);
  });
  EXPECT_TRUE(done) << done.error().message;
  return seen;
}

LiveTasks open(const TestDirectory& host, LiveTasks::Wanted wanted) {
  auto tasks = LiveTasks::open(host.path(), std::move(wanted));
  EXPECT_TRUE(tasks) << tasks.error().message;
  return std::move(*tasks);
}

void write_task(const TestDirectory& host, const std::string& directory) {
  host.write(directory + "/stat", "stat of " + directory);
  host.write(directory + "/status", "status of " + directory);
  host.write(directory + "/io", "io of " + directory);
}

TEST(LiveTasks, ReadsWhatIsWantedOfEachProcess) {
  const TestDirectory host;
  write_task(host, "proc/1");
  write_task(host, "proc/20");
  host.write("proc/stat", "of the host");
  auto tasks = open(host, {{true, false, true}, false, {}});
  const auto seen = visited(tasks);
  ASSERT_EQ(seen.size(), 2U);
  const LiveTask& task = seen.at({20, 20});
  EXPECT_EQ(task.files[0], "stat of proc/20");
  EXPECT_EQ(task.files[1], std::nullopt);
  EXPECT_EQ(task.files[2], "io of proc/20");
}

TEST(LiveTasks, ReadsThreadsOfTheirOwnDirectories) {
  const TestDirectory host;
  write_task(host, "proc/1");
  write_task(host, "proc/1/task/1");
  write_task(host, "proc/1/task/2");
  auto tasks = open(host, {kAllFiles, true, {1}});
  const auto seen = visited(tasks);
  ASSERT_EQ(seen.size(), 2U);
  EXPECT_EQ((seen.at({1, 2}).files[1]), "status of proc/1/task/2");
}

TEST(LiveTasks, OneThatEndsMeanwhileIsLeftOutAsAWhole) {
  const TestDirectory host;
  write_task(host, "proc/1");
  host.write("proc/2/status", "the rest has gone");
  auto tasks = open(host, {kAllFiles, false, {2, 1, 3}});
  EXPECT_EQ(visited(tasks).size(), 1U);
  EXPECT_EQ(tasks.missing(), (std::vector<Count>{2, 3}));
  EXPECT_EQ(tasks.unreadable()[index_of(TaskFile::kIo)].tasks, 0);
}

TEST(LiveTasks, AFileThatTheKernelDoesNotHaveIsEmptyForAll) {
  const TestDirectory host;
  for (const char* directory : {"proc/1", "proc/2"}) {
    write_task(host, directory);
    host.remove(directory + std::string("/io"));
  }
  auto tasks = open(host, {kAllFiles, false, {}});
  const auto seen = visited(tasks);
  ASSERT_EQ(seen.size(), 2U);
  EXPECT_EQ((seen.at({1, 1}).files[index_of(TaskFile::kIo)]), std::nullopt);
  const auto& unreadable = tasks.unreadable()[index_of(TaskFile::kIo)];
  EXPECT_EQ(unreadable.tasks, 2);
  EXPECT_EQ(unreadable.reason, "io: No such file or directory");
  // The next time it counts anew.
  visited(tasks);
  EXPECT_EQ(tasks.unreadable()[index_of(TaskFile::kIo)].tasks, 2);
}

TEST(LiveTasks, SeesItself) {
  auto tasks = LiveTasks::open("/", {kAllFiles, false, {::getpid()}});
  ASSERT_TRUE(tasks);
  const auto seen = visited(*tasks);
  ASSERT_EQ(seen.size(), 1U);
  EXPECT_TRUE(seen.begin()->second.files[0]->starts_with(std::to_string(::getpid()) + " ("));
}

TEST(LiveTasks, WithoutProcThereIsNothingToRead) {
  const TestDirectory host;
  EXPECT_FALSE(LiveTasks::open(host.path(), {}));
}

}  // namespace
}  // namespace proctape
