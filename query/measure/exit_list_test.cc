// SPDX-License-Identifier: Apache-2.0
#include "query/measure/exit_list.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

namespace proctape {
namespace {

Task living(Count pid, std::string_view name, Count started) {
  Task task;
  task.identity.pid = task.identity.tgid = pid;
  task.identity.ppid = 1;
  task.identity.name = name;
  task.identity.command_line.assign("/bin/" + std::string(name) + " -x");
  task.identity.state = 'S';
  task.identity.started = {started};
  return task;
}
Task begun(Count pid, std::string_view name, Count started) {
  Task task = living(pid, name, started);
  task.identity.exit_code = TaskIdentity::kNewBit;
  return task;
}
Task with_use(Task task, Count cpu_ticks, Count sectors, Count resident) {
  task.cpu.user = {cpu_ticks};
  task.disk.written = {sectors};
  task.memory.resident = {resident};
  return task;
}
Task ended(Task task, Count status, Count elapsed_ticks) {
  task.identity.state = TaskIdentity::kExited;
  task.identity.exit_code = (task.identity.exit_code & TaskIdentity::kNewBit) | status;
  task.identity.elapsed = {elapsed_ticks};
  return task;
}

class ExitListTest : public testing::Test {
 protected:
  void next(Count time, const std::vector<Task>& tasks) {
    Sample sample;
    sample.time = {time};
    sample.interval = {10};
    sample.accounting = accounting_;
    sample.since_boot = since_boot_;
    sample.exits_lost = exits_lost_;
    list_.begin(Host{}, sample);
    for (const Task& task : tasks) list_.take(task);
    list_.end();
    since_boot_ = false;
  }

  ExitList list_{8};
  bool accounting_ = true;
  bool since_boot_ = false;
  Count exits_lost_ = 0;
};

TEST_F(ExitListTest, SaysHowAndWhen) {
  next(1000, {});
  next(1010, {ended(begun(7, "cc", 1003), 0x0200, 150), ended(begun(8, "ld", 1004), 0x8B, 2)});
  ASSERT_EQ(list_.all().size(), 2);
  const ExitRecord& cc = list_.all()[0];
  EXPECT_EQ(cc.pid, 7);
  EXPECT_EQ(cc.ppid, 1);
  EXPECT_DOUBLE_EQ(cc.ended, 1004.5);
  EXPECT_DOUBLE_EQ(cc.life, 1.5);
  EXPECT_EQ(to_text(cc.status), "exit 2");
  EXPECT_EQ(cc.command_line.view(), "/bin/cc -x");
  EXPECT_TRUE(cc.is_whole);
  EXPECT_EQ(to_text(list_.all()[1].status), "SIGSEGV, core dumped");
}

TEST_F(ExitListTest, AddsUpTheLifeOfOneThatSamplesSaw) {
  next(1010, {with_use(begun(7, "job", 1001), 100, 2, 5000)});
  next(1020, {with_use(living(7, "job", 1001), 50, 4, 9000)});
  Task last = with_use(living(7, "job", 1002), 25, 8, 100);  // accounting rounds otherwise
  last.identity.command_line = {};
  next(1030, {ended(last, 0, 2400)});
  ASSERT_EQ(list_.all().size(), 1);
  const ExitRecord& job = list_.all()[0];
  EXPECT_DOUBLE_EQ(job.cpu, 1.75);
  EXPECT_DOUBLE_EQ(job.written, 14 * 512);
  EXPECT_DOUBLE_EQ(job.resident, 9000);
  EXPECT_EQ(job.command_line.view(), "/bin/job -x");
  EXPECT_TRUE(job.is_whole);
}

TEST_F(ExitListTest, SaysWhereTheBeginningIsMissing) {
  next(1010, {with_use(living(7, "job", 10), 100, 0, 0)});
  next(1020, {ended(with_use(living(7, "job", 10), 5, 0, 0), 0, 101'000)});
  EXPECT_FALSE(list_.all()[0].is_whole);
  EXPECT_DOUBLE_EQ(list_.all()[0].cpu, 1.05);
  // A since-boot sample has all of it.
  since_boot_ = true;
  next(1030, {with_use(living(8, "old", 10), 100, 0, 0)});
  next(1040, {ended(with_use(living(8, "old", 10), 5, 0, 0), 0, 101'000)});
  EXPECT_TRUE(list_.all()[1].is_whole);
}

TEST_F(ExitListTest, APidThatIsUsedAgainBeginsAnew) {
  next(1010, {with_use(begun(7, "first", 1001), 100, 0, 900)});
  next(1020, {ended(with_use(living(7, "first", 1001), 1, 0, 0), 9, 1500),
              ended(with_use(begun(7, "second", 1018), 2, 0, 10), 0, 3)});
  ASSERT_EQ(list_.all().size(), 2);
  EXPECT_DOUBLE_EQ(list_.all()[0].cpu, 1.01);
  EXPECT_DOUBLE_EQ(list_.all()[1].cpu, 0.02);
  EXPECT_DOUBLE_EQ(list_.all()[1].resident, 10);
}

TEST_F(ExitListTest, NobodyEndsAfterTheSampleThatSaysSo) {
  next(1010, {ended(begun(7, "a", 1010), 0, 90)});
  EXPECT_DOUBLE_EQ(list_.all()[0].ended, 1010);
  // Somebody set the clock.
  next(1020, {ended(begun(8, "b", 5), 0, 90)});
  EXPECT_DOUBLE_EQ(list_.all()[1].ended, 1020);
}

TEST_F(ExitListTest, ALifeOfLessThanATickIsNotLong) {
  next(1010, {ended(begun(7, "a", 1005), 0, 0), ended(living(8, "b", 1003), 0, 0),
              ended(living(9, "c", 800), 0, 0)});
  EXPECT_EQ(list_.all()[0].life, 0);
  EXPECT_EQ(list_.all()[1].life, 0);
  EXPECT_TRUE(std::isnan(list_.all()[2].life));
}

TEST_F(ExitListTest, CountsByProgram) {
  std::vector<Task> tasks;
  for (Count i = 0; i < 20; ++i) {
    const Count status = i < 3 ? 0x0100 : i < 5 ? 9 : 0;
    tasks.push_back(ended(with_use(begun(100 + i, "cc1", 1001), i, 1, i), status, 10 + i));
  }
  next(1010, tasks);
  ASSERT_EQ(list_.programs().size(), 1);
  const ProgramExits& cc1 = *list_.programs()[0];
  EXPECT_EQ(cc1.number, 20);
  EXPECT_EQ(cc1.failed, 3);
  EXPECT_EQ(cc1.killed, 2);
  EXPECT_DOUBLE_EQ(cc1.cpu, 1.9);
  EXPECT_DOUBLE_EQ(cc1.shortest, 0.1);
  EXPECT_DOUBLE_EQ(cc1.longest, 0.29);
  EXPECT_DOUBLE_EQ(cc1.resident, 19);
  // Eight are kept, and of those that were killed all.
  EXPECT_LE(list_.all().size(), 8);
  EXPECT_EQ(static_cast<Count>(list_.all().size()) + list_.left_out(), 20);
  EXPECT_EQ(std::ranges::count_if(list_.all(), [](auto& e) { return e.status.was_killed(); }), 2);
}

TEST_F(ExitListTest, HasALimitForKilledOnesToo) {
  for (Count i = 0; i < 100; ++i) next(1010 + i, {ended(begun(100 + i, "x", 1001), 9, 10)});
  EXPECT_LE(list_.all().size(), 8);
  EXPECT_EQ(list_.all().back().pid, 199);
  EXPECT_EQ(list_.left_out() + static_cast<Count>(list_.all().size()), 100);
}

TEST_F(ExitListTest, WithoutAccountingNamesThoseThatAreMissing) {
  accounting_ = false;
  next(1010, {living(7, "a", 1), living(8, "b", 2)});
  next(1020, {living(8, "b", 2)});
  ASSERT_EQ(list_.all().size(), 1);
  EXPECT_EQ(list_.all()[0].name.view(), "a");
  EXPECT_FALSE(list_.all()[0].status.is_known);
  EXPECT_DOUBLE_EQ(list_.all()[0].ended, 1020);
  EXPECT_TRUE(std::isnan(list_.all()[0].life));
  EXPECT_EQ(list_.not_recorded(), 2);
  // Not those of before a reboot.
  since_boot_ = true;
  next(1030, {living(1, "init", 1025)});
  EXPECT_EQ(list_.all().size(), 1);
}

TEST_F(ExitListTest, WithAccountingOneThatIsMissingIsNoExit) {
  next(1010, {living(7, "a", 1)});
  exits_lost_ = 3;
  next(1020, {});
  EXPECT_TRUE(list_.all().empty());
  EXPECT_EQ(list_.lost(), 3);
}

TEST_F(ExitListTest, ThreadsAreNoProcesses) {
  Task thread = ended(begun(8, "t", 1001), 0, 5);
  thread.identity.is_process = false;
  next(1010, {thread});
  EXPECT_TRUE(list_.all().empty());
}

// A log may hold any numbers.
TEST_F(ExitListTest, StandsAnything) {
  for (const std::int64_t value : {INT64_MIN, std::int64_t{-1}, INT64_MAX}) {
    Task task = with_use(living(value, "x", value), value, value, value);
    exits_lost_ = value;
    next(value, {task});
    next(value, {ended(task, value, value)});
  }
  EXPECT_EQ(list_.all().size(), 3);
}

}  // namespace
}  // namespace proctape
