// SPDX-License-Identifier: Apache-2.0
//
// What is read of the slow files, and that one that hangs hangs nothing else: a FIFO without
// a writer stands in for it.
#include "collector/task/slow_files.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>
#include <thread>

#include "collector/task/tasks.h"
#include "tests/support/test_host.h"

namespace proctape {
namespace {

using namespace std::literals;

TEST(WithoutEnvironment, WhatTheKernelAppendedIsCut) {
  EXPECT_EQ(without_environment("xxxxxHOME=/root", Bytes{5}), "xxxxx");
  EXPECT_EQ(without_environment("xxxxx_V2=", Bytes{5}), "xxxxx");
}

TEST(WithoutEnvironment, WhatIsNoEnvironmentIsKept) {
  for (const auto text :
       {"a\0b\0"sv, "postgres: writer idle"sv, "xxxxx and a = b"sv, "xxxxx2=3"sv, "xxxxx=3"sv}) {
    EXPECT_EQ(without_environment(text, Bytes{5}), text);
  }
  EXPECT_EQ(without_environment("x\0HOME=1\0"sv, Bytes{2}), "x\0HOME=1\0"sv)
      << "a title that was ended";
  EXPECT_EQ(without_environment("HOME=/root", Bytes{0}), "HOME=/root") << "length not known";
  EXPECT_EQ(without_environment("HOME=1", Bytes{6}), "HOME=1");
  EXPECT_EQ(without_environment("", Bytes{-5}), "");
}

class SlowFilesTest : public testing::Test {
 protected:
  void open(const TaskOptions& options = {}, const std::string& root = {}) {
    auto fs = KernelFs::open(root.empty() ? host_.path().string() : root);
    ASSERT_TRUE(fs) << fs.error().message;
    auto tasks = Tasks::open(*fs, {}, options);
    ASSERT_TRUE(tasks) << tasks.error().message;
    tasks_.emplace(std::move(*tasks));
  }
  // Takes a snapshot; returns how long that took.
  std::chrono::nanoseconds read() {
    std::swap(previous_, current_);
    current_.since_boot = previous_.since_boot + 10s;
    const auto begin = std::chrono::steady_clock::now();
    const auto read = tasks_->read(previous_, current_, [] {});
    EXPECT_TRUE(read) << read.error().message;
    return std::chrono::steady_clock::now() - begin;
  }
  const TaskReading& process(long pid) const {
    const TaskReading* task = current_.task_index.find(current_.tasks, pid, true);
    EXPECT_NE(task, nullptr) << pid;
    static const TaskReading kNone{};
    return task ? *task : kNone;
  }
  // Makes a file hang whoever opens it.
  void make_fifo(const std::string& file) const {
    host_.remove(file);
    ASSERT_EQ(::mkfifo((host_.path() / file).c_str(), 0600), 0);
  }
  void write_to_fifo(const std::string& file) const {
    const int fd = ::open((host_.path() / file).c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC);
    ASSERT_GE(fd, 0) << "nobody is reading";
    ::close(fd);
  }

  TestHost host_;
  std::optional<Tasks> tasks_;
  Snapshot previous_;
  Snapshot current_;
};

// Seen beside the real atop on a busy machine: compilers without a command line.
TEST_F(SlowFilesTest, AProcessThatEndsBeforeItsSlowFilesAreReadIsLeftOut) {
  host_.process(7, {});
  host_.process(8, {});
  make_fifo("proc/8/io");
  open();
  // It ends while its io is read.
  std::thread ending([&] {
    const int fd = ::open((host_.path() / "proc/8/io").c_str(), O_WRONLY | O_CLOEXEC);
    host_.remove("proc/8/cmdline");
    host_.remove("proc/8/stat");
    ::close(fd);
  });
  read();
  ending.join();
  ASSERT_EQ(current_.tasks.size(), 1U);
  EXPECT_EQ(current_.tasks[0].identity.pid, 7);
}

TEST_F(SlowFilesTest, ATaskThatDoesNotAnswerIsLeftAloneAndToldOnce) {
  for (const long pid : {7, 8, 9}) host_.process(pid, {.written = 512 * pid});
  open();
  read();
  // All have run; the command line of one hangs.
  for (const long pid : {7, 8, 9}) {
    host_.process(pid, {.timeslices = 2, .written = 5120 * pid, .command_line = "new"});
  }
  make_fifo("proc/8/cmdline");
  EXPECT_LT(read(), 2s);
  EXPECT_EQ(process(7).identity.command_line, "new"sv);
  EXPECT_EQ(process(9).identity.command_line, "new"sv) << "those behind it are read";
  EXPECT_EQ(process(9).disk.written, Sectors{90});
  EXPECT_EQ(process(8).identity.command_line, "task arg"sv) << "as known before";
  EXPECT_EQ(process(8).disk.written, Sectors{8});
  EXPECT_EQ(process(8).timeslices, 2) << "the rest of it is read";
  ASSERT_EQ(tasks_->problems().stuck.size(), 1U);
  EXPECT_EQ(tasks_->problems().stuck[0].task, "task 8");
  EXPECT_EQ(tasks_->problems().stuck[0].error.message,
            "cmdline of 8 (task) does not answer: left out until it does");

  host_.process(7, {.timeslices = 3, .command_line = "newer"});
  read();
  EXPECT_EQ(process(7).identity.command_line, "newer"sv);
  EXPECT_TRUE(tasks_->problems().stuck.empty()) << "it is not asked again";

  write_to_fifo("proc/8/cmdline");
  host_.remove("proc/8/cmdline");
  host_.process(8, {.timeslices = 3, .written = 512, .command_line = "answers"});
  for (int i = 0; i < 100 && process(8).identity.command_line != "answers"sv; ++i) {
    std::this_thread::sleep_for(10ms);
    read();
  }
  EXPECT_EQ(process(8).identity.command_line, "answers"sv);
}

TEST_F(SlowFilesTest, WhenTooManyDoNotAnswerNoneIsAsked) {
  for (long pid = 1; pid <= 12; ++pid) {
    host_.process(pid, {});
    make_fifo("proc/" + std::to_string(pid) + "/io");
  }
  open();
  EXPECT_LT(read(), 10s);
  EXPECT_EQ(current_.tasks.size(), 12U);
  EXPECT_EQ(tasks_->problems().stuck.size(), DeadlineRunner::kMostStuck);
  EXPECT_TRUE(tasks_->problems().too_many_stuck);
  EXPECT_LT(read(), 1s);
  EXPECT_EQ(current_.tasks.size(), 12U);
}

TEST_F(SlowFilesTest, ManyReadingsAreDoneInPortions) {
  for (long pid = 1; pid <= 600; ++pid) {
    host_.process(pid, {.command_line = "line " + std::to_string(pid)});
  }
  open();
  read();
  ASSERT_EQ(current_.tasks.size(), 600U);
  for (const TaskReading& task : current_.tasks) {
    EXPECT_EQ(task.identity.command_line, "line " + std::to_string(task.identity.pid));
  }
}

TEST_F(SlowFilesTest, SecretsAreHiddenAndNewPatternsHideAtOnce) {
  const auto hiding = [](const std::string& pattern) {
    auto redaction = Redaction::compile(std::vector<std::string>{pattern});
    return TaskOptions{.redaction = std::make_shared<const Redaction>(std::move(*redaction))};
  };
  host_.process(7, {.command_line = std::string("a\0-k=1\0-p=2\0", 12)});
  open(hiding("-k=([^ ]+)"));
  read();
  EXPECT_EQ(process(7).identity.command_line, "a -k=*** -p=2"sv);
  tasks_->set_options(hiding("-p=([^ ]+)"));
  read();
  EXPECT_EQ(process(7).identity.command_line, "a -k=1 -p=***"sv);
}

TEST_F(SlowFilesTest, AnUnchangedCommandLineIsNoActivity) {
  host_.process(7, {.timeslices = 1});
  open();
  read();
  host_.process(7, {.timeslices = 2});
  read();
  const TaskReading* before = previous_.task_index.find(previous_.tasks, 7, true);
  ASSERT_NE(before, nullptr);
  EXPECT_EQ(before->identity, process(7).identity);
  EXPECT_EQ(before->command_line_digest, process(7).command_line_digest);
  EXPECT_NE(process(7).command_line_digest, 0U);
}

TEST_F(SlowFilesTest, OfThreadsThatAreNotListedOnlyWhatTheSumsNeedIsRead) {
  host_.process(7, {.threads = 2, .voluntary = 5});
  host_.thread(7, 8, {.threads = 2, .run_delay = 7, .voluntary = 6});
  host_.write("proc/7/task/8/io", "nonsense");
  open();
  read();
  EXPECT_EQ(tasks_->problems().malformed, 1);
  open({.threads = {ThreadSelection::Mode::kNone}});
  previous_ = current_ = {};
  read();
  EXPECT_EQ(tasks_->problems().malformed, 0);
  EXPECT_EQ(process(7).cpu.voluntary_switches, 11);
  EXPECT_EQ(process(7).cpu.run_delay, Nanoseconds{17});
  // Now they are listed, and nothing is missing.
  host_.write("proc/7/task/8/io", "read_bytes: 5120\n");
  tasks_->set_options({});
  read();
  EXPECT_EQ(current_.task_index.find(current_.tasks, 8, false)->disk.read, Sectors{10});
}

TEST_F(SlowFilesTest, PssIsCarriedUntilItIsReadAgain) {
  host_.process(7, {.minor_faults = 1});
  host_.write("proc/7/smaps_rollup", "Pss:  300 kB\n");
  open({.pss = PssMode::kBudget});
  read();
  EXPECT_EQ(process(7).memory.proportional, kibibytes(300));
  host_.write("proc/7/smaps_rollup", "Pss:  200 kB\n");
  read();
  EXPECT_EQ(process(7).memory.proportional, kibibytes(300)) << "it did not change its memory";
  host_.process(7, {.minor_faults = 2, .timeslices = 2});
  read();
  EXPECT_EQ(process(7).memory.proportional, kibibytes(200));
  // Grown to 4 GiB: not read any more.
  host_.process(7, {.minor_faults = 3, .virtual_size = 4L << 30, .resident_pages = 1 << 20});
  host_.write("proc/7/smaps_rollup", "Pss:  1 kB\n");
  read();
  EXPECT_EQ(process(7).memory.proportional, Bytes{4L << 30}) << "200 of 200 kB";
  host_.process(7, {.state = 'Z', .virtual_size = 0, .resident_pages = 0});
  read();
  EXPECT_EQ(process(7).memory.proportional, Bytes{0});
}

TEST_F(SlowFilesTest, TheKernelDoesNotShowEnvironmentsThroughOverwrittenArguments) {
  // A child that overwrites all its arguments, the NUL at their end included.
  TaskReading self;
  std::ifstream stat("/proc/self/stat");
  const std::string text(std::istreambuf_iterator<char>(stat), {});
  std::istringstream fields(text.substr(text.rfind(')') + 2));
  std::vector<std::string> field{std::istream_iterator<std::string>(fields), {}};
  const auto begin = std::stoull(field.at(45));
  const auto end = std::stoull(field.at(46));
  if (begin == 0) GTEST_SKIP() << "the kernel does not tell where the arguments are";
  const pid_t child = ::fork();
  if (child == 0) {
    std::memset(reinterpret_cast<void*>(begin), 'x', end - begin);  // NOLINT
    ::pause();
    ::_exit(0);
  }
  std::string raw;
  for (int i = 0; i < 200 && !raw.starts_with("xx"); ++i) {
    std::this_thread::sleep_for(5ms);
    std::ifstream file("/proc/" + std::to_string(child) + "/cmdline");
    raw.assign(std::istreambuf_iterator<char>(file), {});
  }
  open({}, "/");
  read();
  const std::string line(process(child).identity.command_line.view());
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  EXPECT_EQ(line, std::string(std::min<std::size_t>(end - begin, 255), 'x'));
  EXPECT_GT(raw.size(), end - begin) << "this kernel does not append; the test shows nothing";
}

}  // namespace
}  // namespace proctape
