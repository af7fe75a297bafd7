// SPDX-License-Identifier: Apache-2.0
#include "query/measure/task_groups.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <string>

#include "tests/support/plain_samples.h"

namespace proctape {
namespace {

// With the paths that its owner shares with others.
class Grouping {
 public:
  explicit Grouping(GroupBy by) : groups_(by) {}

  void begin(const Host& host, const Sample& sample) {
    cgroups_.next(sample);
    groups_.begin(host, sample, cgroups_);
  }
  void take(const Task& task) { groups_.take(task); }
  void end() { groups_.end(); }
  std::vector<const TaskUse*> all() const { return groups_.all(); }
  bool has_forgotten() const { return groups_.has_forgotten(); }

 private:
  CgroupPaths cgroups_;
  TaskGroups groups_;
};

// The one with most CPU time first.
std::vector<TaskUse> by_cpu(const Grouping& groups) {
  std::vector<TaskUse> uses;
  for (const TaskUse* use : groups.all()) uses.push_back(*use);
  std::ranges::sort(uses, std::greater{}, &TaskUse::cpu);
  return uses;
}

TEST(TaskGroups, LeavesOutWhatWasCountedSinceBoot) {
  Grouping groups(GroupBy::kProcess);
  Sample boot = plain_sample(1000, 900);
  boot.since_boot = true;
  boot.tasks = {plain_process(7, 50, 12345)};
  boot.tasks[0].identity.threads_uninterruptible = 1;
  give(boot, groups);
  const auto uses = by_cpu(groups);
  ASSERT_EQ(uses.size(), 1U);
  EXPECT_EQ(uses[0].cpu(), 0);
  EXPECT_EQ(uses[0].begun, 0);
  EXPECT_EQ(uses[0].seconds, 0);
  EXPECT_EQ(uses[0].uninterruptible, 0) << "it would be the whole time since the boot";
  EXPECT_EQ(uses[0].resident.peak, 100 * 1024) << "memory is no matter of intervals";
}

TEST(TaskGroups, AddsAProcessUpOverItsWholeLife) {
  Grouping groups(GroupBy::kProcess);
  Sample first = plain_sample(1010);
  first.tasks = {plain_process(7, 50, 100)};
  Sample second = plain_sample(1020);
  second.tasks = {plain_process(7, 51, 30), plain_process(7, 1015, 5)};
  // As accounting tells of its end: started a second later, and without a command line.
  second.tasks[0].identity.state = TaskIdentity::kExited;
  second.tasks[0].identity.command_line = "";
  second.tasks[0].memory.resident = kibibytes(300);
  give(first, groups);
  give(second, groups);

  const auto uses = by_cpu(groups);
  ASSERT_EQ(uses.size(), 2U) << "a pid was used again";
  EXPECT_DOUBLE_EQ(uses[0].cpu(), 1.3);
  EXPECT_EQ(uses[0].command_line, "/bin/busy");
  EXPECT_EQ(uses[0].ended, 1);
  EXPECT_TRUE(uses[0].is_gone);
  EXPECT_EQ(uses[0].resident.peak, 300 * 1024) << "the most it ever was";
  EXPECT_EQ(uses[0].resident.last, 0) << "it has none any more";
  EXPECT_DOUBLE_EQ(uses[1].cpu(), 0.05);
}

// That of nobody who sent nothing was not known either.
TEST(TaskGroups, KnowWhetherNetworkUseWasRecorded) {
  Grouping groups(GroupBy::kProcess);
  Sample without = plain_sample(1010);
  without.tasks = {plain_process(7, 50, 100), plain_process(8, 50, 50)};
  Sample with = plain_sample(1020);
  with.netatop = true;
  with.tasks = {plain_process(8, 50, 30), plain_process(9, 50, 10)};
  TaskNetwork network;
  network.tcp_bytes_sent = Bytes{5};
  network.udp_bytes_received = Bytes{6};
  with.tasks[1].network = network;
  give(without, groups);
  give(with, groups);
  for (const TaskUse* use : groups.all()) {
    EXPECT_EQ(use->has_network, use->pid != 7) << use->pid;
    EXPECT_EQ(use->sent, use->pid == 9 ? 5 : 0);
    EXPECT_EQ(use->received, use->pid == 9 ? 6 : 0);
  }
}

TEST(TaskGroups, ThreadsAreNoProcessesAndProcessesNoThreads) {
  Sample sample = plain_sample(1010);
  sample.tasks = {plain_process(7, 50, 100), plain_process(8, 50, 60)};
  sample.tasks[1].identity.is_process = false;
  sample.tasks[1].identity.tgid = 7;
  Grouping processes(GroupBy::kProcess);
  give(sample, processes);
  ASSERT_EQ(by_cpu(processes).size(), 1U);
  EXPECT_EQ(by_cpu(processes)[0].pid, 7);
  Grouping threads(GroupBy::kThread);
  give(sample, threads);
  ASSERT_EQ(by_cpu(threads).size(), 1U);
  EXPECT_EQ(by_cpu(threads)[0].pid, 8);
  EXPECT_EQ(by_cpu(threads)[0].tgid, 7);
}

// 600 short-lived processes that together ate the machine were invisible in lists by pid.
TEST(TaskGroups, ShortLivesOfOneProgramAreOne) {
  Grouping groups(GroupBy::kProgram);
  Sample sample = plain_sample(1010);
  for (Count pid = 1; pid <= 600; ++pid) {
    sample.tasks.push_back(plain_process(pid, 1001, 3));
    sample.tasks.back().identity.state = TaskIdentity::kExited;
    sample.tasks.back().identity.exit_code = TaskIdentity::kNewBit;
    sample.tasks.back().identity.name = "cc1";
  }
  sample.tasks.push_back(plain_process(1000, 1, 200));
  give(sample, groups);
  const auto uses = by_cpu(groups);
  ASSERT_EQ(uses.size(), 2U);
  EXPECT_EQ(uses[0].name, "cc1");
  EXPECT_NEAR(uses[0].cpu(), 18, 1e-9);
  EXPECT_EQ(uses[0].begun, 600);
  EXPECT_EQ(uses[0].ended, 600);
  EXPECT_EQ(uses[0].processes.peak, 0) << "none was there at the end of the interval";
}

TEST(TaskGroups, LevelsOfSeveralAreAddedUpAtOneInstant) {
  Grouping groups(GroupBy::kProgram);
  Sample sample = plain_sample(1010);
  sample.tasks = {plain_process(1, 1, 0), plain_process(2, 1, 0)};
  give(sample, groups);
  sample.time = {1020};
  sample.tasks.pop_back();
  sample.tasks[0].memory.resident = kibibytes(150);
  give(sample, groups);
  const auto uses = by_cpu(groups);
  ASSERT_EQ(uses.size(), 1U);
  EXPECT_EQ(uses[0].resident.first, 200 * 1024);
  EXPECT_EQ(uses[0].resident.peak, 200 * 1024);
  EXPECT_EQ(uses[0].resident.peak_time, Seconds{1010});
  EXPECT_EQ(uses[0].resident.last, 150 * 1024);
  EXPECT_EQ(uses[0].processes.peak, 2);
}

TEST(TaskGroups, WhatEndedIsInTheCgroupWhereItWas) {
  Grouping groups(GroupBy::kCgroup);
  Sample sample = plain_sample(1010);
  sample.cgroups.resize(2);
  sample.cgroups[0].identity.parent = -1;
  sample.cgroups[1].identity.parent = 0;
  sample.cgroups[1].name = "job.service";
  sample.tasks = {plain_process(7, 50, 10)};
  sample.tasks[0].identity.cgroup_index = 1;
  give(sample, groups);
  sample.time = {1020};
  sample.tasks[0].identity.cgroup_index = -1;
  sample.tasks[0].identity.state = TaskIdentity::kExited;
  sample.tasks.push_back(plain_process(8, 1012, 20));  // its child, which was never seen
  sample.tasks[1].identity.ppid = 7;
  sample.tasks[1].identity.cgroup_index = -1;
  sample.tasks[1].identity.state = TaskIdentity::kExited;
  give(sample, groups);
  const auto uses = by_cpu(groups);
  ASSERT_EQ(uses.size(), 1U);
  EXPECT_EQ(uses[0].cgroup, "/job.service");
  EXPECT_NEAR(uses[0].cpu(), 0.4, 1e-9);
}

TEST(TaskGroups, RemembersThoseThatUsedMostOfTooMany) {
  Grouping groups(GroupBy::kProcess);
  Sample sample = plain_sample(1010);
  sample.tasks = {plain_process(1, 1, 1000)};
  give(sample, groups);
  Count pid = 2;
  for (int i = 0; i < 8; ++i) {
    sample.time = sample.time + Seconds{10};
    sample.tasks.clear();
    for (int j = 0; j < 10'000; ++j) sample.tasks.push_back(plain_process(pid++, 1, 1));
    give(sample, groups);
  }
  EXPECT_TRUE(groups.has_forgotten());
  EXPECT_LE(groups.all().size(), TaskGroups::kMost);
  EXPECT_EQ(by_cpu(groups)[0].pid, 1);
}

// For each task beyond them all were searched for the least once more: a record of a million took
// hours.
TEST(TaskGroups, MoreThanThereIsRoomForInOneSampleTakeNoLonger) {
  for (const GroupBy by : {GroupBy::kProcess, GroupBy::kUser, GroupBy::kProgram}) {
    Grouping groups(by);
    const Sample sample = plain_sample(1010);
    groups.begin(Host{}, sample);
    for (Count i = 0; i < 500'000; ++i) {
      Task task = plain_process(i, 1, 1);
      task.identity.euid = i;
      task.identity.name.assign(std::to_string(i));
      groups.take(task);
    }
    groups.end();
    EXPECT_TRUE(groups.has_forgotten());
    EXPECT_LE(groups.all().size(), TaskGroups::kMost);
  }
}

TEST(TaskGroups, StandsAnyNumbers) {
  for (const std::int64_t value : {std::numeric_limits<std::int64_t>::min(), std::int64_t{-1},
                                   std::numeric_limits<std::int64_t>::max()}) {
    for (const GroupBy by : {GroupBy::kProcess, GroupBy::kUser, GroupBy::kCgroup}) {
      Grouping groups(by);
      for (int i = 0; i < 3; ++i) {
        Sample sample = plain_sample(value, value);
        sample.tasks = {plain_process(value, value, value)};
        sample.tasks[0].memory.resident = {value};
        sample.tasks[0].identity.cgroup_index = value;
        sample.tasks[0].identity.euid = value;
        give(sample, groups);
      }
      EXPECT_EQ(groups.all().size(), 1U);
    }
  }
}

}  // namespace
}  // namespace proctape
