// SPDX-License-Identifier: Apache-2.0
//
// The real proctaped notices processes that end (tests/exits_workload.cc) by each source that
// this kernel has, and tells the truth about them.
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/utsname.h>

#include <cmath>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <functional>
#include <map>

#include "rawlog/file/reader.h"
#include "tests/support/log_files.h"
#include "tests/support/run.h"
#include "tests/support/settings.h"

namespace proctape {
namespace {

// What the parent of a process is told of it.
struct Reaped {
  pid_t pid = 0;
  int status = 0;
  rusage used{};
};

Reaped run_and_reap(const std::vector<std::string>& arguments) {
  std::vector<char*> argv{const_cast<char*>(EXITS_WORKLOAD)};
  for (const std::string& a : arguments) argv.push_back(const_cast<char*>(a.c_str()));
  argv.push_back(nullptr);
  Reaped reaped;
  reaped.pid = ::fork();
  if (reaped.pid == 0) {
    ::execv(argv[0], argv.data());
    ::_exit(127);
  }
  ::wait4(reaped.pid, &reaped.status, 0, &reaped.used);
  return reaped;
}

double seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
}

class ExitsOf : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    config_.write("interval = \"1h\"\n[tasks]\nexits = \"" + source() + "\"\n");
    start("2.13");
    if (const auto err = daemon_->err(); err.find("that end are not recorded") != err.npos) {
      GTEST_SKIP() << err;
    }
  }

  std::string source() const { return GetParam(); }
  bool by_bpf() const { return source() == "bpf"; }

  void start(const std::string& format) {
    daemon_.reset();
    std::filesystem::remove_all(log());
    daemon_.emplace(std::vector<std::string>{PROCTAPED, "--config", config_.path().string(),
                                             "--log-dir", logs_.path().string(), "--format",
                                             format});
    ASSERT_TRUE(eventually([&] { return !log().empty(); })) << daemon_->err();
  }

  std::string log() const { return first_log(logs_.path()); }

  // Ends the recording and reads it.
  std::vector<Sample> finish() {
    // A moment after an exit its final totals are told, and never those of some.
    std::this_thread::sleep_for(std::chrono::milliseconds(1200));
    daemon_->send(SIGUSR2);
    const auto done = daemon_->wait();
    EXPECT_EQ(done.exit_code, 0) << done.err;
    std::vector<Sample> samples;
    auto reader = Reader::open(log(), [](const Damage&) { ADD_FAILURE() << "damaged"; });
    EXPECT_TRUE(reader);
    for (Sample sample; reader && *reader->next(sample);) samples.push_back(sample);
    return samples;
  }

  static std::vector<Task> exited(const std::vector<Sample>& samples,
                                  const std::function<bool(const Task&)>& wanted) {
    std::vector<Task> tasks;
    for (const Sample& sample : samples) {
      for (const Task& task : sample.tasks) {
        if (task.identity.state == TaskIdentity::kExited && wanted(task)) tasks.push_back(task);
      }
    }
    return tasks;
  }
  static Task exited(const std::vector<Sample>& samples, pid_t pid) {
    const auto tasks = exited(samples, [&](const Task& task) { return task.identity.pid == pid; });
    EXPECT_EQ(tasks.size(), 1U);
    return tasks.empty() ? Task{} : tasks[0];
  }

  TestDirectory logs_;
  TestDirectory files_;
  SettingsFile config_;
  std::optional<Program> daemon_;
};

TEST_P(ExitsOf, StatusAndIdentityAreThoseThatTheParentSees) {
  std::vector<Reaped> reaped;
  for (const char* status : {"0", "1", "42"}) reaped.push_back(run_and_reap({"exit", status}));
  reaped.push_back(run_and_reap({"kill", "9"}));
  const auto samples = finish();
  for (const Reaped& process : reaped) {
    const TaskIdentity who = exited(samples, process.pid).identity;
    EXPECT_EQ(who.exit_code & 0xffff, process.status);
    EXPECT_TRUE(who.exit_code & TaskIdentity::kNewBit);
    EXPECT_EQ(who.name, std::string_view("exits_workload"));
    EXPECT_EQ(who.ppid, ::getpid());
    EXPECT_EQ(who.ruid, ::getuid());
    EXPECT_EQ(who.egid, ::getegid());
    EXPECT_LT(who.elapsed, Ticks{100});
    EXPECT_LT(std::abs(who.started.value - std::time(nullptr)), 60);
  }
  if (by_bpf()) {
    EXPECT_EQ(exited(samples, reaped[2].pid).identity.command_line,
              std::string_view(EXITS_WORKLOAD " exit 42").substr(0, 255));
  }
  EXPECT_TRUE(samples.back().accounting);
}

TEST_P(ExitsOf, TheRealAtopShowsThem) {
  if (!std::filesystem::exists("/usr/bin/atop")) GTEST_SKIP() << "no atop on this host";
  start("auto");  // in the place of that of the fixture
  const Reaped killed = run_and_reap({"kill", "9"});
  finish();
  const auto shown = run({"atop", "-r", log(), "-P", "PRG"});
  EXPECT_EQ(shown.err, "");
  const auto line = shown.out.find(" " + std::to_string(killed.pid) + " (exits_workload) E ");
  ASSERT_NE(line, std::string::npos);
  EXPECT_NE(shown.out.substr(line, shown.out.find('\n', line) - line).find(" 265 "),
            std::string::npos)
      << "256 + signal";
}

TEST_P(ExitsOf, AllThatFourThreadsDidIsInTheRecord) {
  const std::string file = (files_.path() / "file").string();
  const Reaped reaped = run_and_reap({"heavy", file});
  ASSERT_EQ(reaped.status, 0);
  const Task task = exited(finish(), reaped.pid);
  EXPECT_GE(task.disk.written.value, 100 << 11);
  EXPECT_LE(task.disk.written.value, (100 << 11) + 1024);
  EXPECT_GE(task.memory.resident, kibibytes(512 << 10));
  EXPECT_NEAR(static_cast<double>(task.memory.resident.value) / 1024,
              static_cast<double>(reaped.used.ru_maxrss), by_bpf() ? 0 : 1024);
  const double cpu = static_cast<double>((task.cpu.user + task.cpu.system).value) / 100;
  EXPECT_GE(cpu, 2.98) << "3 s, in whole ticks of user and system";
  EXPECT_NEAR(cpu, seconds(reaped.used.ru_utime) + seconds(reaped.used.ru_stime),
              by_bpf() ? 0.021 : 0.3);
  if (by_bpf()) {
    EXPECT_NEAR(static_cast<double>(task.cpu.system.value) / 100, seconds(reaped.used.ru_stime),
                0.021);
    EXPECT_EQ(task.memory.minor_faults, reaped.used.ru_minflt);
    EXPECT_EQ(task.cpu.voluntary_switches, reaped.used.ru_nvcsw);
    EXPECT_EQ(task.cpu.involuntary_switches, reaped.used.ru_nivcsw);
  }
}

TEST_P(ExitsOf, AProcessThatASampleShowedGoesOnFromThere) {
  Program burning({EXITS_WORKLOAD, "burn", "1500", "3"});
  std::this_thread::sleep_for(std::chrono::milliseconds(700));
  const auto before = std::filesystem::file_size(log());
  daemon_->send(SIGUSR1);
  ASSERT_TRUE(eventually([&] { return std::filesystem::file_size(log()) > before; }));
  EXPECT_EQ(burning.wait().exit_code, 3);
  const auto samples = finish();
  const Task task = exited(samples, burning.pid());
  EXPECT_EQ(task.identity.exit_code, 3 << 8) << "not new";
  EXPECT_NE(task.identity.command_line.view().find("burn 1500 3"), std::string::npos);
  Ticks sum{};
  for (const Sample& sample : samples) {
    for (const Task& each : sample.tasks) {
      if (each.identity.pid == burning.pid() && each.identity.is_process) {
        sum += each.cpu.user + each.cpu.system;
      }
    }
  }
  EXPECT_NEAR(static_cast<double>(sum.value), 150, 8) << "of all records together";
  EXPECT_LT((task.cpu.user + task.cpu.system).value, 145);
}

TEST_P(ExitsOf, AThreadThatExecutesAProgramIsTheProcess) {
  const Reaped reaped = run_and_reap({"thread-exec", "5"});
  const Task task = exited(finish(), reaped.pid);
  EXPECT_EQ(task.identity.exit_code & 0xffff, 5 << 8);
  if (by_bpf()) {
    EXPECT_TRUE(task.identity.command_line.view().ends_with(" exit 5"));
  }
}

// Kernels before 6.16 have taken a process's memory away when they tell of its end.
bool memory_lasts() {
  utsname names{};
  ::uname(&names);
  int major = 0;
  int minor = 0;
  return std::sscanf(names.release, "%d.%d", &major, &minor) == 2 &&
         (major > 6 || (major == 6 && minor >= 16));
}

// curl -u and others overwrite what is secret in their arguments.
TEST_P(ExitsOf, WhatAProgramHasBlankedIsNotInTheRecord) {
  if (by_bpf() && !memory_lasts()) GTEST_SKIP() << "the arguments of short lives are noted here";
  const std::string secret = "HUNTER2zq";
  std::map<std::string, Reaped> reaped;
  for (const char* kind :
       {"blank", "blank-fork", "blank-thread", "blank-title", "exec-chain", "exec-fails"}) {
    reaped[kind] = run_and_reap({kind, secret});
  }
  const auto samples = finish();
  const auto all = exited(samples, [](const Task& task) {
    return task.identity.name == std::string_view("exits_workload");
  });
  EXPECT_EQ(all.size(), 7U);
  for (const Task& task : all) {
    EXPECT_EQ(task.identity.command_line.view().find(secret), std::string_view::npos)
        << task.identity.command_line.view();
  }
  EXPECT_EQ(exited(samples, reaped["blank-thread"].pid).identity.exit_code & 0xffff, 3 << 8);
  if (!by_bpf()) return;
  const auto line = [&](const char* kind) {
    return std::string(exited(samples, reaped[kind].pid).identity.command_line.view());
  };
  EXPECT_TRUE(line("blank").ends_with(" blank xxxxxxxxx")) << line("blank");
  EXPECT_TRUE(line("blank-thread").ends_with(" blank-thread xxxxxxxxx")) << line("blank-thread");
  EXPECT_TRUE(line("blank-title").starts_with("idle")) << line("blank-title");
  EXPECT_TRUE(line("exec-chain").ends_with(" exit 5")) << line("exec-chain");
  EXPECT_TRUE(line("exec-fails").ends_with(" exec-fails xxxxxxxxx")) << line("exec-fails");
  const auto children = exited(
      samples, [&](const Task& task) { return task.identity.ppid == reaped["blank-fork"].pid; });
  ASSERT_EQ(children.size(), 1U);
  EXPECT_TRUE(children[0].identity.command_line.view().ends_with(" blank-fork xxxxxxxxx"));
}

TEST_P(ExitsOf, LifeIsOverWhenItEndsNotWhenItIsReaped) {
  const Reaped parent = run_and_reap({"zombie", "1500", "4"});
  const auto samples = finish();
  const auto children =
      exited(samples, [&](const Task& task) { return task.identity.ppid == parent.pid; });
  ASSERT_EQ(children.size(), 1U);
  EXPECT_LT(children[0].identity.elapsed, Ticks{100});
  EXPECT_GE(exited(samples, parent.pid).identity.elapsed, Ticks{150});
  if (by_bpf()) {
    EXPECT_EQ(children[0].identity.command_line, exited(samples, parent.pid).identity.command_line)
        << "of a child that executed nothing";
  }
}

TEST_P(ExitsOf, ShortLivesBetweenTwoSamplesAddUpToTheSystemsTime) {
  const int count = by_bpf() ? 2000 : 600;
  const auto first = std::filesystem::file_size(log());
  daemon_->send(SIGUSR1);
  ASSERT_TRUE(eventually([&] { return std::filesystem::file_size(log()) > first; }));
  const Reaped reaped =
      run_and_reap({"short", std::to_string(count), "20", files_.path().string()});
  ASSERT_EQ(reaped.status, 0);
  const auto samples = finish();
  ASSERT_EQ(samples.size(), 3U);

  const auto tasks = exited({samples[2]}, [](const Task& task) {
    return task.identity.name == std::string_view("exits_workload") && task.disk.written.value > 0;
  });
  std::map<Count, int> by_status;
  int with_line = 0;
  Ticks ours{};
  for (const Task& task : tasks) {
    if (task.disk.written.value >= 1000) continue;  // who waited for others, and got their I/O
    ++by_status[task.identity.exit_code >> 8 & 0xff];
    EXPECT_GE(task.disk.written.value, 128);
    EXPECT_LE(task.disk.written.value, 256) << "the file system's own included";
    const auto line = task.identity.command_line.view();
    if (line.find("burn 20") != line.npos || line.find("short ") != line.npos) ++with_line;
    ours += task.cpu.user + task.cpu.system;
    EXPECT_GE((task.cpu.user + task.cpu.system).value, 1);
  }
  EXPECT_EQ(by_status.size(), 100U);
  for (const auto& [status, number] : by_status) EXPECT_EQ(number, count / 100) << status;
  if (by_bpf()) {
    EXPECT_EQ(with_line, count);
  }
  EXPECT_GE(ours.value, count * 2);

  Ticks all{};
  for (const Task& task : samples[2].tasks) {
    if (task.identity.is_process) all += task.cpu.user + task.cpu.system;
  }
  const CpuTimes& cpu = samples[2].system.cpus.all.times;
  const auto system =
      static_cast<double>((cpu.user + cpu.nice + cpu.system + cpu.irq + cpu.softirq).value);
  std::printf("processes %ld ticks, system %.0f: %+.2f %%\n", all.value, system,
              (static_cast<double>(all.value) / system - 1) * 100);
  // taskstats is sent before the exit is over, and of fewer processes chance leaves more.
  EXPECT_NEAR(static_cast<double>(all.value), system, system * (by_bpf() ? 0.02 : 0.05));
}

TEST_P(ExitsOf, AStormIsSurvivedWithoutALoss) {
  constexpr int kCount = 60000;
  const auto storm = run({EXITS_WORKLOAD, "storm", std::to_string(kCount), "20000"});
  ASSERT_EQ(storm.exit_code, 0);
  const auto samples = finish();
  Count lost = 0;
  for (const Sample& sample : samples) lost += sample.exits_lost;
  const auto tasks =
      exited(samples, [](const Task& task) { return (task.identity.exit_code >> 8 & 0xff) == 7; });
  std::printf("%s exits a second\n", storm.out.substr(0, storm.out.find('\n')).c_str());
  EXPECT_EQ(lost, 0);
  EXPECT_GE(samples.size(), 3U) << "one was taken early, to make room";
  std::size_t ours = 0;
  for (const Task& task : tasks) {
    ours += task.identity.name == std::string_view("exits_workload") ? 1 : 0;
  }
  EXPECT_EQ(ours, kCount);
}

INSTANTIATE_TEST_SUITE_P(Live, ExitsOf, testing::Values("bpf", "taskstats"),
                         [](const auto& source) { return std::string(source.param); });

}  // namespace
}  // namespace proctape
