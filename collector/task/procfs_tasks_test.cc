// SPDX-License-Identifier: Apache-2.0
#include "collector/task/procfs_tasks.h"

#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <atomic>
#include <thread>

#include "tests/support/test_host.h"

namespace proctape {
namespace {

using namespace std::literals;

class ProcfsTasksTest : public testing::Test {
 protected:
  void open(const TaskOptions& options = {}, const std::string& root = {}) {
    auto fs = KernelFs::open(root.empty() ? host_.path().string() : root);
    ASSERT_TRUE(fs) << fs.error().message;
    auto details = TaskDetails::open(*fs, {}, options);
    ASSERT_TRUE(details) << details.error().message;
    details_ = *details;
    tasks_.emplace(details_, Host{});
  }
  // Takes a snapshot; the one before becomes the previous one.
  const Snapshot& read() {
    std::swap(previous_, current_);
    current_.boot = boot_;
    const auto read = tasks_->read(previous_, current_);
    EXPECT_TRUE(read) << read.error().message;
    return current_;
  }
  const TaskReading& process(long pid) const {
    const TaskReading* task = current_.task_index.find(current_.tasks, pid, true);
    EXPECT_NE(task, nullptr) << pid;
    static const TaskReading kNone{};
    return task ? *task : kNone;
  }

  TestHost host_;
  std::shared_ptr<TaskDetails> details_;
  std::optional<ProcfsTasks> tasks_;
  WallTime boot_{1'000'000s + 700ms};
  Snapshot previous_;
  Snapshot current_;
};

TEST_F(ProcfsTasksTest, ProcessesInTheOrderOfPidsEachWithItsThreads) {
  host_.process(4194303, {.name = "last"});
  host_.process(7, {.name = "many", .threads = 3});
  host_.thread(7, 9, {.name = "worker-9", .state = 'R', .threads = 3});
  host_.thread(7, 8, {.name = "worker-8", .state = 'D', .threads = 3});
  host_.process(1, {.name = "init"});
  host_.write("proc/self/stat", "not a number");
  host_.write("proc/12x/stat", "neither");
  open();
  const auto& tasks = read().tasks;
  ASSERT_EQ(tasks.size(), 6U);
  const auto entry = [&](std::size_t i) {
    return std::tuple(tasks[i].identity.pid, tasks[i].identity.tgid, tasks[i].identity.is_process);
  };
  EXPECT_EQ(entry(0), std::tuple(1, 1, true)) << "a single-threaded process has no thread entry";
  EXPECT_EQ(entry(1), std::tuple(7, 7, true));
  EXPECT_EQ(entry(2), std::tuple(7, 7, false)) << "the main thread is listed, too";
  EXPECT_EQ(entry(3), std::tuple(8, 7, false));
  EXPECT_EQ(entry(4), std::tuple(9, 7, false));
  EXPECT_EQ(entry(5), std::tuple(4194303, 4194303, true));
  EXPECT_EQ(tasks[3].identity.name, "worker-8"sv);
}

TEST_F(ProcfsTasksTest, AProcessSumsUpItsThreads) {
  host_.process(7, {.state = 'S', .threads = 3, .run_delay = 100, .voluntary = 5});
  host_.thread(7, 8, {.state = 'R', .threads = 3, .run_delay = 20, .voluntary = 6});
  host_.thread(7, 9, {.state = 'D', .threads = 3, .run_delay = 3, .voluntary = 7});
  open();
  read();
  const TaskReading& task = process(7);
  EXPECT_EQ(task.identity.threads, 3);
  EXPECT_EQ(task.identity.threads_sleeping, 1);
  EXPECT_EQ(task.identity.threads_running, 1);
  EXPECT_EQ(task.identity.threads_uninterruptible, 1);
  EXPECT_EQ(task.cpu.run_delay, Nanoseconds{123});
  EXPECT_EQ(task.cpu.voluntary_switches, 18);
  const TaskReading* thread = current_.task_index.find(current_.tasks, 8, false);
  ASSERT_NE(thread, nullptr);
  EXPECT_EQ(thread->identity.threads, 1);
  EXPECT_EQ(thread->identity.threads_running, 1);
  EXPECT_EQ(thread->memory.virtual_size, task.memory.virtual_size);
  EXPECT_TRUE(thread->identity.command_line.empty());
}

// Boards without a clock of their own begin years ago.
TEST_F(ProcfsTasksTest, StartsFollowTheClockOnceItIsSet) {
  host_.process(7, {.threads = 2, .start = 140});
  host_.thread(7, 8, {.threads = 2, .start = 240});
  open();
  read();
  boot_ += 1'000'000s;
  read();
  EXPECT_EQ(process(7).identity.started, Seconds{2'000'002}) << "although it did not run";
  EXPECT_EQ(current_.task_index.find(current_.tasks, 8, false)->identity.started,
            Seconds{2'000'003});
}

TEST_F(ProcfsTasksTest, AProcessWhoseMainThreadEndedHasTheMemoryAndTheLineOfTheOthers) {
  host_.process(7, {.threads = 2});
  host_.thread(7, 8, {.threads = 2});
  host_.process(9, {.state = 'Z', .threads = 2, .virtual_size = 0, .resident_pages = 0});
  host_.thread(9, 10, {.threads = 2});
  host_.write("proc/9/cmdline", "");
  host_.write("proc/9/task/10/cmdline", std::string("server\0-x\0", 10));
  open();
  read();
  EXPECT_EQ(process(9).identity.command_line.view(), "server -x") << "never seen before";
  const TaskReading before = process(7);
  EXPECT_EQ(before.identity.command_line.view(), "task arg");
  host_.process(7, {.state = 'Z',
                    .threads = 2,
                    .virtual_size = 0,
                    .resident_pages = 0,
                    .timeslices = 2,
                    .command_line = ""});
  host_.thread(7, 8, {.threads = 2, .timeslices = 2});
  for (int round = 0; round < 20; ++round) {
    read();
    EXPECT_EQ(process(7).identity.state, 'Z');
    EXPECT_EQ(process(7).identity.threads, 2);
    EXPECT_EQ(process(7).memory.virtual_size, before.memory.virtual_size);
    EXPECT_EQ(process(7).memory.resident, before.memory.resident);
    EXPECT_EQ(process(7).memory.data, before.memory.data);
    EXPECT_EQ(process(7).identity.command_line.view(), "task arg");
  }
}

// The kernel shows nothing while it cannot read the memory, which was one in 65,000 readings.
TEST_F(ProcfsTasksTest, ACommandLineThatCannotBeReadOnceIsThatWhichIsKnown) {
  const auto line = [&](long timeslices, const char* text) {
    host_.process(7, {.timeslices = timeslices, .arguments = 9, .command_line = text});
    read();
    return std::string(process(7).identity.command_line.view());
  };
  open();
  EXPECT_EQ(line(1, ""), "");
  EXPECT_EQ(line(2, "task arg"), "task arg");
  EXPECT_EQ(line(3, ""), "task arg");
  EXPECT_EQ(line(4, "title"), "title");
}

TEST_F(ProcfsTasksTest, SecretsInNamesAreHidden) {
  auto redaction = Redaction::compile(std::vector<std::string>{"default"});
  ASSERT_TRUE(redaction);
  host_.process(7, {.name = "token=HUNTER2zq"});
  host_.process(8, {.name = "service"});
  open({.redaction = std::make_shared<const Redaction>(std::move(*redaction))});
  for (int round = 0; round < 3; ++round) {
    read();
    EXPECT_EQ(process(7).identity.name.view(), "token=***");
    EXPECT_EQ(process(8).identity.name.view(), "service");
  }
}

TEST_F(ProcfsTasksTest, StartIsSecondsSince1970) {
  host_.process(7, {.start = 140});
  open();
  read();
  EXPECT_EQ(process(7).identity.started, Seconds{1'000'002}) << "boot at .7 s, start 1.4 s later";
}

TEST_F(ProcfsTasksTest, ATaskThatDidNotRunIsNotReadInFull) {
  // Due for a refresh in the ninth snapshot (7 + 9 = 16), not before.
  host_.process(7, {.command_line = "before"});
  open();
  read();
  host_.write("proc/7/cmdline", "after");
  read();
  EXPECT_EQ(process(7).identity.command_line, "before"sv);
  host_.process(7, {.run_time = 1001, .timeslices = 2, .command_line = "after"});
  read();
  EXPECT_EQ(process(7).identity.command_line, "after"sv);
}

// Of a process that does not run, by its size, which others can change: how many snapshots until it
// is seen.
class WhatOthersChange : public ProcfsTasksTest {
 protected:
  Count snapshots_until_seen(std::chrono::seconds interval) {
    host_.process(1, {});
    host_.process(7, {.resident_pages = 50});
    open();
    previous_.since_boot = current_.since_boot = 1000s;
    read();
    host_.process(7, {.resident_pages = 40});  // reclaimed
    Count snapshots = 0;
    do {
      previous_.since_boot = current_.since_boot + interval;
      read();
      ++snapshots;
    } while (process(7).memory.resident != Bytes{40 * 4096} && snapshots < 100);
    return snapshots;
  }
};

TEST_F(WhatOthersChange, IsSeenAFewSnapshotsLater) {
  const Count seen = snapshots_until_seen(1s);
  EXPECT_GT(seen, 1) << "it costs each time";
  EXPECT_LE(seen, ProcfsTasks::kStatEvery);
}

TEST_F(WhatOthersChange, IsSeenAtOnceWhenSnapshotsAreFarApart) {
  EXPECT_EQ(snapshots_until_seen(20s), 1);
}

TEST_F(ProcfsTasksTest, AParentThatEndedIsSeenAtOnce) {
  host_.process(1, {});
  host_.process(5, {});
  host_.process(7, {.ppid = 5, .command_line = "before"});
  open();
  read();
  // It was adopted by init, without running.
  host_.remove("proc/5");
  host_.process(7, {.ppid = 1, .command_line = "after"});
  read();
  EXPECT_EQ(process(7).identity.ppid, 1);
  EXPECT_EQ(process(7).identity.command_line, "after"sv) << "and everything is read anew";
}

TEST_F(ProcfsTasksTest, AnIdleTaskIsReadInFullNowAndThen) {
  host_.process(7, {.command_line = "before"});
  open();
  read();
  host_.write("proc/7/cmdline", "after");
  for (Count i = 0; i < TaskDetails::kRefreshEvery; ++i) read();
  EXPECT_EQ(process(7).identity.command_line, "after"sv);
}

TEST_F(ProcfsTasksTest, WithoutSchedulerStatisticsEverythingIsReadEachTime) {
  host_.process(7, {.run_time = 0, .run_delay = 0, .timeslices = 0, .command_line = "before"});
  open();
  read();
  host_.write("proc/7/cmdline", "after");
  read();
  EXPECT_EQ(process(7).identity.command_line, "after"sv);
  host_.remove("proc/7/schedstat");
  host_.write("proc/7/cmdline", "later");
  read();
  EXPECT_EQ(process(7).identity.command_line, "later"sv);
  EXPECT_EQ(process(7).cpu.run_delay, Nanoseconds{0});
}

TEST_F(ProcfsTasksTest, AReusedPidIsAnotherTask) {
  // Kernel threads that were made and did nothing are alike to the nanosecond: the start tells.
  host_.process(1, {});
  host_.process(7, {.start = 100, .run_time = 0, .run_delay = 0, .command_line = "old"});
  open();
  read();
  host_.process(7, {.start = 200, .run_time = 0, .run_delay = 0, .command_line = "new"});
  read();
  EXPECT_EQ(process(7).start, Ticks{200});
  EXPECT_EQ(process(7).identity.command_line, "new"sv);
}

TEST_F(ProcfsTasksTest, AThreadThatBeganOrEndedMakesItsProcessBeReadAnew) {
  host_.process(7, {.threads = 2, .command_line = "one"});
  host_.thread(7, 8, {.threads = 2});
  open();
  read();
  host_.process(7, {.threads = 3, .command_line = "two"});
  host_.thread(7, 8, {.threads = 3});
  host_.thread(7, 9, {.threads = 3});
  read();
  EXPECT_EQ(process(7).identity.command_line, "two"sv);
  EXPECT_EQ(process(7).identity.threads, 3);
  host_.process(7, {.threads = 1, .voluntary = 42, .command_line = "three"});
  host_.remove("proc/7/task/8");
  host_.remove("proc/7/task/9");
  read();
  EXPECT_EQ(process(7).identity.command_line, "three"sv);
  EXPECT_EQ(process(7).identity.threads, 1);
  EXPECT_EQ(process(7).cpu.voluntary_switches, 42);
  EXPECT_EQ(current_.tasks.size(), 1U);
}

TEST_F(ProcfsTasksTest, AThreadUnderTheNumberOfOneThatEndedHasAStartOfItsOwn) {
  host_.process(7, {.threads = 2});
  host_.thread(7, 8, {.threads = 2, .start = 100});
  open();
  read();
  const auto started = [&] {
    return current_.task_index.find(current_.tasks, 8, false)->identity.started;
  };
  const Seconds first = started();
  host_.thread(7, 8, {.threads = 2, .start = 900, .run_time = 5, .timeslices = 7});
  read();
  EXPECT_EQ(started(), first + Seconds{8});
}

TEST_F(ProcfsTasksTest, AProcessThatVanishesMeanwhileIsLeftOut) {
  host_.process(7, {});
  std::filesystem::create_directories(host_.path() / "proc/8");  // its files are gone
  host_.process(9, {});
  host_.remove("proc/9/stat");
  open();
  EXPECT_EQ(read().tasks.size(), 1U);
  EXPECT_EQ(details_->problems().malformed, 0) << "that is no news";
}

TEST_F(ProcfsTasksTest, AZombieHasNoCommandLineAndNoMemory) {
  host_.process(7, {.command_line = "alive"});
  open();
  read();
  host_.process(7, {.state = 'Z', .virtual_size = 0, .resident_pages = 0, .command_line = ""});
  host_.write("proc/7/status", "Name:\ttask\nUid:\t0\t0\t0\t0\nGid:\t0\t0\t0\t0\nThreads:\t1\n");
  read();
  EXPECT_EQ(process(7).identity.state, 'Z');
  EXPECT_TRUE(process(7).identity.command_line.empty());
  EXPECT_EQ(process(7).memory.data, Bytes{0});
  EXPECT_EQ(process(7).identity.threads_sleeping, 0);
}

TEST_F(ProcfsTasksTest, ABrokenFileIsCountedAndShownAndTheRestIsRead) {
  host_.process(7, {});
  host_.process(8, {});
  host_.write("proc/7/stat", "nonsense");
  host_.write("proc/8/io", "write_bytes: many\n");
  open();
  EXPECT_EQ(read().tasks.size(), 1U);
  EXPECT_EQ(details_->problems().malformed, 2);
  EXPECT_NE(details_->problems().first_malformed->message.find("nonsense"), std::string::npos);
}

TEST_F(ProcfsTasksTest, TaskIoIsThereOnceATasksIoCouldBeRead) {
  host_.process(7, {});
  host_.remove("proc/7/io");
  open();
  EXPECT_FALSE(read().task_io);
  host_.process(7, {.timeslices = 2, .written = 1024});
  EXPECT_TRUE(read().task_io);
  EXPECT_EQ(process(7).disk.written, Sectors{2});
}

TEST_F(ProcfsTasksTest, OomScoreAndWaitChannelAreReadWhenWanted) {
  host_.process(7, {});
  host_.write("proc/7/oom_score", "666\n");
  host_.write("proc/7/oom_score_adj", "-17\n");
  host_.write("proc/7/wchan", "do_epoll_wait_and_more");
  open();
  read();
  EXPECT_EQ(process(7).memory.oom_score, 0);
  open({.wait_channel = true, .oom_score = true});
  previous_ = current_ = {};
  read();
  EXPECT_EQ(process(7).memory.oom_score, 666);
  EXPECT_EQ(process(7).memory.oom_score_adj, -17);
  EXPECT_EQ(process(7).cpu.wait_channel, "do_epoll_wait_a"sv);
}

TEST_F(ProcfsTasksTest, ThePlaceOfAProcessIsReadWhenItIsNewAndNowAndThen) {
  host_.process(7, {.threads = 2});
  host_.thread(7, 8, {.threads = 2});
  host_.write("proc/7/cgroup", "0::/lxc.payload.web\n");
  open({.places = {.names = PlaceOptions::Names::kContainers}});
  current_.since_boot = previous_.since_boot = 1000s;  // it began at 1 s
  read();
  EXPECT_EQ(process(7).identity.host_name, "web"sv);
  EXPECT_EQ(current_.tasks.at(1).identity.host_name, "web"sv) << "its threads, too";
  host_.write("proc/7/cgroup", "0::/lxc.payload.moved\n");
  int late = 0;
  for (long i = 0; i < TaskDetails::kRefreshEvery; ++i) {
    host_.process(7, {.threads = 2, .timeslices = 2 + i});  // it runs all the time
    read();
    late += process(7).identity.host_name == "web"sv ? 1 : 0;
  }
  EXPECT_EQ(process(7).identity.host_name, "moved"sv);
  EXPECT_GT(late, 0) << "it costs each time";
}

TEST_F(ProcfsTasksTest, AYoungProcessIsFollowedToItsPlace) {
  host_.process(7, {.start = 99'900});  // at 999 s
  host_.write("proc/7/cgroup", "0::/system.slice/containerd.service\n");
  open({.places = {.names = PlaceOptions::Names::kContainers}});
  current_.since_boot = previous_.since_boot = 1000s;
  read();
  EXPECT_EQ(process(7).identity.host_name, ""sv);
  host_.process(7, {.start = 99'900, .timeslices = 2});
  host_.write("proc/7/cgroup", "0::/lxc.payload.web\n");
  read();
  EXPECT_EQ(process(7).identity.host_name, "web"sv) << "moved there by its runtime";
}

TEST_F(ProcfsTasksTest, PssIsReadWhenWantedAndUnknownWhereRefused) {
  host_.process(7, {});
  host_.process(8, {});
  host_.process(9, {.virtual_size = 0});
  host_.write("proc/7/smaps_rollup", "Pss:  300 kB\n");
  open({.pss = PssMode::kAlways});
  read();
  EXPECT_EQ(process(7).memory.proportional, kibibytes(300));
  EXPECT_EQ(process(8).memory.proportional.value, kUnknown);
  EXPECT_EQ(process(9).memory.proportional, Bytes{0}) << "a kernel thread has none";
}

TEST_F(ProcfsTasksTest, TheRealProcShowsThisProcessAndItsThreads) {
  std::atomic<bool> named = false;
  std::atomic<bool> stop = false;
  std::thread thread([&] {
    ::prctl(PR_SET_NAME, "a) (b");
    named = true;
    named.notify_all();
    stop.wait(false);
  });
  named.wait(false);
  open({}, "/");
  read();
  read();
  const TaskReading& self = process(::getpid());
  EXPECT_GE(self.identity.threads, 3) << "these two and the one that reads";
  EXPECT_EQ(self.identity.ppid, ::getppid());
  EXPECT_EQ(self.identity.ruid, ::getuid());
  EXPECT_GT(self.memory.resident, Bytes{1 << 20});
  EXPECT_NE(self.identity.command_line.view().find("collector_test"), std::string_view::npos);
  bool seen = false;
  for (const TaskReading& task : current_.tasks) {
    seen |= !task.identity.is_process && task.identity.tgid == ::getpid() &&
            task.identity.name == "a) (b"sv;
  }
  EXPECT_TRUE(seen);
  stop = true;
  stop.notify_all();
  thread.join();
}

}  // namespace
}  // namespace proctape
