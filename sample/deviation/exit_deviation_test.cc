// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "sample/deviation/deviation.h"
#include "sample/deviation/give_back.h"

namespace proctape {
namespace {

using namespace std::chrono_literals;

TaskReading process(Count pid, Ticks start) {
  TaskReading task;
  task.identity.pid = task.identity.tgid = pid;
  task.identity.state = 'S';
  task.start = start;
  return task;
}
Exit exit_of(std::uint32_t pid, Ticks start) {
  Exit exit;
  exit.pid = pid;
  exit.start = start;
  return exit;
}
Snapshot snapshot(SinceBoot at, std::vector<TaskReading> tasks, std::vector<Exit> exits = {}) {
  Snapshot result;
  result.taken_at = WallTime(1000s + at);
  result.since_boot = at;
  result.tasks = std::move(tasks);
  result.task_index.build(result.tasks);
  result.exits = std::move(exits);
  result.exits_known = true;
  return result;
}
// Only the entries in state E.
std::vector<Task> exited(const Snapshot& previous, const Snapshot& current) {
  std::vector<Task> tasks;
  exit_deviation(previous, current, [&](const Task& task) { tasks.push_back(task); });
  return tasks;
}

TEST(ExitDeviation, AShortLivedProcessHasItsTotalsAndIsNew) {
  Exit exit = exit_of(7, Ticks{1050});
  exit.ppid = 3;
  exit.ruid = 1000;
  exit.euid = 1001;
  exit.fsgid = 1002;
  exit.status = 42 << 8;
  exit.name = "short";
  exit.command_line = "short --lived";
  exit.started = Seconds{5000};
  exit.elapsed = Ticks{2};
  exit.user = Ticks{3};
  exit.system = Ticks{4};
  exit.read = Sectors{8};
  exit.written = Sectors{16};
  exit.minor_faults = 100;
  exit.peak_resident = kibibytes(2048);
  exit.voluntary_switches = 5;
  const auto tasks = exited(snapshot(10s, {}), snapshot(20s, {}, {exit}));
  ASSERT_EQ(tasks.size(), 1U);
  const TaskIdentity& who = tasks[0].identity;
  EXPECT_EQ(who.pid, 7);
  EXPECT_EQ(who.tgid, 7);
  EXPECT_EQ(who.ppid, 3);
  EXPECT_EQ(who.ruid, 1000);
  EXPECT_EQ(who.euid, 1001);
  EXPECT_EQ(who.fsgid, 1002);
  EXPECT_EQ(who.state, TaskIdentity::kExited);
  EXPECT_TRUE(who.is_process);
  EXPECT_FALSE(who.inactive);
  EXPECT_EQ(who.threads, 1);
  EXPECT_EQ(who.threads_sleeping + who.threads_running, 0);
  EXPECT_EQ(who.exit_code, (42 << 8) | TaskIdentity::kNewBit);
  EXPECT_EQ(who.name, std::string_view("short"));
  EXPECT_EQ(who.command_line, std::string_view("short --lived"));
  EXPECT_EQ(who.started, Seconds{5000});
  EXPECT_EQ(who.elapsed, Ticks{2});
  EXPECT_EQ(tasks[0].cpu.user, Ticks{3});
  EXPECT_EQ(tasks[0].cpu.system, Ticks{4});
  EXPECT_EQ(tasks[0].cpu.current_cpu, -1);
  EXPECT_EQ(tasks[0].cpu.voluntary_switches, 5);
  EXPECT_EQ(tasks[0].disk.read, Sectors{8});
  EXPECT_EQ(tasks[0].disk.write_requests, 16);
  EXPECT_EQ(tasks[0].memory.minor_faults, 100);
  EXPECT_EQ(tasks[0].memory.resident, kibibytes(2048));
  EXPECT_EQ(tasks[0].memory.resident_growth, Bytes{0});
}

// It was hidden from /proc, not from who tells of exits: a year of CPU time was of one interval.
TEST(ExitDeviation, AHiddenProcessThatIsOlderThanTheIntervalShowsNothingOfItsHistory) {
  Exit exit = exit_of(7, Ticks{50});
  exit.elapsed = Ticks{1900};
  exit.user = Ticks{1000};
  exit.read = Sectors{80};
  const auto hidden = exited(snapshot(10s, {}), snapshot(20s, {}, {exit})).at(0);
  EXPECT_EQ(hidden.cpu.user, Ticks{0});
  EXPECT_EQ(hidden.disk.read_requests, 0);
  EXPECT_EQ(hidden.identity.exit_code, 0) << "not new";
  exit.elapsed = Ticks{940};
  const auto told_late = exited(snapshot(10s, {}), snapshot(20s, {}, {exit})).at(0);
  EXPECT_EQ(told_late.cpu.user, Ticks{1000}) << "it ended before the snapshot";
}

TEST(ExitDeviation, WhatThePreviousSampleShowedIsNotShownAgain) {
  TaskReading before = process(7, Ticks{50});
  before.cpu.user = Ticks{100};
  before.disk.written = Sectors{10};
  before.memory.minor_faults = 7;
  before.identity.host_name = "pod";
  before.identity.container = "0123456789ab";
  Exit exit = exit_of(7, Ticks{50});
  exit.user = Ticks{103};
  exit.written = Sectors{30};
  exit.minor_faults = 9;
  exit.status = 9;
  const auto task = exited(snapshot(10s, {before}), snapshot(20s, {}, {exit})).at(0);
  EXPECT_EQ(task.cpu.user, Ticks{3});
  EXPECT_EQ(task.disk.written, Sectors{20});
  EXPECT_EQ(task.memory.minor_faults, 2);
  EXPECT_EQ(task.identity.exit_code, 9) << "not new";
  EXPECT_EQ(task.identity.host_name, std::string_view("pod"));
  EXPECT_EQ(task.identity.container, std::string_view("0123456789ab"));
}

TEST(ExitDeviation, AProcessThatEndsJustAfterItWasReadGoesOnFromThisSample) {
  TaskReading before = process(7, Ticks{50});
  before.cpu.user = Ticks{100};
  TaskReading now = before;
  now.cpu.user = Ticks{140};
  Exit exit = exit_of(7, Ticks{50});
  exit.user = Ticks{141};
  Sample sample;
  deviation(snapshot(10s, {before}), snapshot(20s, {now}, {exit}), {}, sample);
  ASSERT_EQ(sample.tasks.size(), 2U);
  EXPECT_EQ(sample.tasks[0].cpu.user, Ticks{40}) << "alive";
  EXPECT_EQ(sample.tasks[1].cpu.user, Ticks{1}) << "the rest";
  EXPECT_EQ(sample.tasks[1].identity.exit_code, 0);
  EXPECT_TRUE(sample.accounting);
}

TEST(ExitDeviation, ATotalBelowWhatWasShownLeavesNothing) {
  TaskReading before = process(7, Ticks{50});
  before.disk.read = Sectors{100};
  Exit exit = exit_of(7, Ticks{50});
  exit.read = Sectors{98};
  EXPECT_EQ(exited(snapshot(10s, {before}), snapshot(20s, {}, {exit})).at(0).disk.read, Sectors{0});
}

TEST(ExitDeviation, AnotherProcessOfThatPidIsNotItsPast) {
  TaskReading before = process(7, Ticks{50});
  before.cpu.user = Ticks{100};
  before.identity.command_line = "another";
  Exit exit = exit_of(7, Ticks{1500});
  exit.user = Ticks{20};
  const auto task = exited(snapshot(10s, {before}), snapshot(20s, {}, {exit})).at(0);
  EXPECT_EQ(task.cpu.user, Ticks{20});
  EXPECT_EQ(task.identity.exit_code, TaskIdentity::kNewBit);
  EXPECT_TRUE(task.identity.command_line.empty());
}

TEST(ExitDeviation, AnInexactStartIsEnoughWhereTheSourceSaysSo) {
  TaskReading before = process(7, Ticks{50});
  before.cpu.user = Ticks{100};
  Exit exit = exit_of(7, Ticks{60});
  exit.start_error = Ticks{10};
  exit.user = Ticks{101};
  EXPECT_EQ(exited(snapshot(10s, {before}), snapshot(20s, {}, {exit})).at(0).cpu.user, Ticks{1});
  exit.start_error = Ticks{9};
  EXPECT_EQ(exited(snapshot(10s, {before}), snapshot(20s, {}, {exit})).at(0).cpu.user, Ticks{101});
}

TEST(ExitDeviation, AnExitThatIsToldLateIsComparedWithTheLastSampleThatShowedIt) {
  TaskReading task = process(7, Ticks{50});
  task.cpu.user = Ticks{100000};
  task.identity.command_line = "long-lived";
  const Snapshot first = snapshot(10s, {process(3, Ticks{1}), task});
  Snapshot second = snapshot(20s, {process(3, Ticks{1})});
  find_departed(first, second);
  ASSERT_EQ(second.departed.size(), 1U);
  EXPECT_TRUE(exited(first, second).empty());

  Exit exit = exit_of(7, Ticks{50});
  exit.user = Ticks{100002};
  exit.exec_at = 1s;
  Snapshot third = snapshot(30s, {process(3, Ticks{1})}, {exit});
  find_departed(second, third);
  const auto late = exited(second, third).at(0);
  EXPECT_EQ(late.cpu.user, Ticks{2});
  EXPECT_EQ(late.identity.exit_code, 0);
  EXPECT_EQ(late.identity.command_line, std::string_view("long-lived"));
  EXPECT_TRUE(third.departed.empty());
}

TEST(ExitDeviation, AnExitThatIsNeverToldIsNotWaitedForForEver) {
  const Snapshot first = snapshot(10s, {process(7, Ticks{50})});
  Snapshot second = snapshot(11s, {});
  find_departed(first, second);
  Snapshot third = snapshot(12s, {});
  find_departed(second, third);
  EXPECT_EQ(third.departed.size(), 1U);
  Snapshot much_later = snapshot(60s, {});
  find_departed(third, much_later);
  EXPECT_TRUE(much_later.departed.empty());
}

TEST(ExitDeviation, AProcessWhoseExitWasToldIsNotWaitedFor) {
  const Exit exit = exit_of(7, Ticks{50});
  const Snapshot first = snapshot(10s, {process(7, Ticks{50}), process(8, Ticks{60})});
  Snapshot in_time = snapshot(20s, {process(8, Ticks{60})}, {exit});
  find_departed(first, in_time);
  EXPECT_TRUE(in_time.departed.empty());
  // Told with the sample that had it alive still.
  const Snapshot had_it = snapshot(20s, {process(7, Ticks{50})}, {exit});
  Snapshot after = snapshot(30s, {});
  find_departed(had_it, after);
  EXPECT_TRUE(after.departed.empty());
}

TEST(ExitDeviation, WithoutASourceOfExitsAProcessIsRememberedThatMayOnlyHaveBeenMissed) {
  const Snapshot first = snapshot(10s, {process(7, Ticks{50})});
  Snapshot second = snapshot(20s, {});
  second.exits_known = false;
  find_departed(first, second);
  EXPECT_EQ(second.departed.size(), 1U);
  Sample sample;
  deviation(first, second, {}, sample);
  EXPECT_FALSE(sample.accounting);
}

TEST(ExitDeviation, TheCommandLineIsTheLatestThatIsKnown) {
  TaskReading before = process(7, Ticks{50});
  before.identity.command_line = "postgres: idle";
  Exit exit = exit_of(7, Ticks{50});
  exit.command_line = "postgres -D /data";
  const auto line = [&](SinceBoot exec_at) {
    exit.exec_at = exec_at;
    return exited(snapshot(10s, {before}), snapshot(20s, {}, {exit})).at(0).identity.command_line;
  };
  EXPECT_EQ(line(5s), std::string_view("postgres: idle")) << "it gave itself another title since";
  EXPECT_EQ(line(15s), std::string_view("postgres -D /data")) << "it executed that since";
}

TEST(ExitDeviation, AZombieInTheListStillHasTheCommandLineItHadBefore) {
  TaskReading before = process(7, Ticks{50});
  before.identity.command_line = "worker";
  TaskReading zombie = process(7, Ticks{50});
  zombie.identity.state = 'Z';
  const auto task =
      exited(snapshot(10s, {before}), snapshot(20s, {zombie}, {exit_of(7, Ticks{50})})).at(0);
  EXPECT_EQ(task.identity.command_line, std::string_view("worker"));
}

// A program that was seen with a secret, and has blanked it since.
TEST(ExitDeviation, WhatWasInItsMemoryAtTheEndIsTheCommandLine) {
  TaskReading before = process(7, Ticks{50});
  before.identity.command_line = "curl -u me:secret";
  Exit exit = exit_of(7, Ticks{50});
  exit.exec_at = 5s;
  exit.command_line = "curl -u         ";
  exit.line_is_last = true;
  EXPECT_EQ(
      exited(snapshot(10s, {before}), snapshot(20s, {before}, {exit})).at(0).identity.command_line,
      exit.command_line);
}

TEST(ExitDeviation, AProcessWhoseMainThreadEndedUnseenKeepsItsName) {
  TaskReading before = process(7, Ticks{50});
  before.identity.name = "server";
  Exit exit = exit_of(7, Ticks{50});
  exit.name = "worker-9";
  exit.of_thread = true;
  EXPECT_EQ(exited(snapshot(10s, {before}), snapshot(20s, {}, {exit})).at(0).identity.name,
            std::string_view("server"));
  EXPECT_EQ(exited(snapshot(10s, {}), snapshot(20s, {}, {exit})).at(0).identity.name,
            std::string_view("worker-9"));
}

TEST(ExitDeviation, ExitsComeAfterAllTasksInTheirOrderAndLossesAreTold) {
  Snapshot now = snapshot(20s, {process(3, Ticks{1}), process(9, Ticks{1})},
                          {exit_of(8, Ticks{1001}), exit_of(2, Ticks{1002})});
  now.exits_lost = 5;
  Sample sample;
  deviation(snapshot(10s, {}), now, {}, sample);
  std::vector<Count> pids;
  for (const Task& task : sample.tasks) pids.push_back(task.identity.pid);
  EXPECT_EQ(pids, (std::vector<Count>{3, 9, 8, 2}));
  EXPECT_EQ(sample.exits_lost, 5);
}

TEST(GiveBack, MemoryOfAnUnusualSampleIsFreedAndThatOfUsualOnesKept) {
  std::vector<TaskReading> tasks(20000);
  clear_for(tasks, 19000);
  EXPECT_GE(tasks.capacity(), 20000U);
  EXPECT_TRUE(tasks.empty());
  clear_for(tasks, 100);
  EXPECT_EQ(tasks.capacity(), 0U);
  tasks.resize(200);
  clear_for(tasks, 0);
  EXPECT_GE(tasks.capacity(), 200U) << "so little is not worth an allocation";
}

}  // namespace
}  // namespace proctape
