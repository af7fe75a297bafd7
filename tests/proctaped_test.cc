// SPDX-License-Identifier: Apache-2.0
//
// The real proctaped on this host: command line, signals, configuration, what it writes.
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <regex>
#include <thread>

#include "base/file/fd.h"
#include "rawlog/file/reader.h"
#include "tests/support/full_disk.h"
#include "tests/support/gpu_driver.h"
#include "tests/support/large_host.h"
#include "tests/support/log_files.h"
#include "tests/support/logs.h"
#include "tests/support/real_atop.h"
#include "tests/support/run.h"
#include "tests/support/settings.h"

namespace proctape {
namespace {

// An interval in which no sample is due, unless the test runs across midnight.
constexpr char kNever[] = "24h";

class DaemonTest : public testing::Test {
 protected:
  std::vector<std::string> command(std::vector<std::string> more) const {
    std::vector<std::string> arguments = {PROCTAPED, "--config", config_.path().string(),
                                          "--log-dir", logs_.path().string()};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return arguments;
  }
  std::filesystem::path log() const { return first_log(logs_.path()); }
  std::vector<Sample> samples() const { return samples_of(log()); }
  // How many are whole by now: the daemon may be in the middle of writing the next one.
  std::size_t records() const {
    std::size_t count = 0;
    auto reader = Reader::open(log().string(), [](const Damage&) {});
    Sample sample;
    while (reader) {
      const auto more = reader->next(sample);
      if (!more || !*more) break;
      ++count;
    }
    return count;
  }
  std::uintmax_t size() const {
    const auto file = log();
    return file.empty() ? 0 : std::filesystem::file_size(file);
  }

  static std::string content_of(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  TestDirectory logs_;
  TestDirectory files_;
  SettingsFile config_;
};

TEST_F(DaemonTest, RecordsAsManySamplesAsAskedFor) {
  const auto done = run(command({"--interval", "100ms", "--samples", "3", "--format", "2.12"}));
  EXPECT_EQ(done.exit_code, 0) << done.err;
  const auto recorded = samples();
  ASSERT_EQ(recorded.size(), 3U);
  EXPECT_TRUE(recorded[0].since_boot);
  EXPECT_FALSE(recorded[1].since_boot);
  const auto self = std::ranges::find_if(recorded[2].tasks, [](const Task& task) {
    return task.identity.name == std::string_view("proctaped");
  });
  EXPECT_NE(self, recorded[2].tasks.end());
  EXPECT_GT(recorded[2].system.memory.total, Bytes{1 << 20});
}

TEST_F(DaemonTest, RecordsLessWhileTheDiskIsNearlyFull) {
  constexpr std::size_t kDiskSize = 16 << 20;
  const SmallDisk disk(logs_.path(), kDiskSize);
  if (!disk.mounted()) GTEST_SKIP() << "needs root, to mount a small file system";
  // A process with threads there is: this one.
  std::atomic<bool> end = false;
  std::thread other([&] { end.wait(false); });
  logs_.write("of-others", std::string(kDiskSize * 93 / 100, '\0'));
  config_.write("[log]\nmin_free = \"10%\"\n");
  const auto done = run(command({"--interval", "100ms", "--samples", "9", "--format", "2.12"}));
  end = true;
  end.notify_all();
  other.join();
  std::filesystem::remove(logs_.path() / "of-others");
  EXPECT_EQ(done.exit_code, 0) << done.err;
  EXPECT_NE(done.err.find("less disk space is free than min_free promises: threads are left out"),
            std::string::npos)
      << done.err;
  const auto recorded = samples();
  ASSERT_EQ(recorded.size(), 9U);
  const auto threads_of = [](const Sample& sample) {
    return std::ranges::count_if(sample.tasks,
                                 [](const Task& task) { return !task.identity.is_process; });
  };
  EXPECT_GE(threads_of(recorded[0]), 2) << "the first record found it out";
  EXPECT_EQ(threads_of(recorded[1]), 0);
  EXPECT_LT(recorded[8].tasks.size(), recorded[1].tasks.size()) << "no idle ones either";
}

TEST_F(DaemonTest, LogsAreNotReadableForAll) {
  ::umask(0);
  ASSERT_EQ(run(command({"--interval", "100ms", "--samples", "1"})).exit_code, 0);
  ::umask(022);
  struct stat file {};
  ASSERT_EQ(::stat(log().c_str(), &file), 0);
  EXPECT_EQ(file.st_mode & 07777U, 0640U);
}

TEST_F(DaemonTest, SamplesStandAtAlignedTimes) {
  ASSERT_EQ(run(command({"--interval", "2s", "--samples", "3"})).exit_code, 0);
  const auto recorded = samples();
  ASSERT_EQ(recorded.size(), 3U);
  EXPECT_EQ(recorded[1].time.value % 2, 0);
  EXPECT_EQ(recorded[2].time.value - recorded[1].time.value, 2);
  // Both are whole seconds, each rounded for itself: one sample may be later than the other.
  const Seconds passed = recorded[2].time - recorded[1].time;
  EXPECT_LE(std::abs(recorded[2].interval.value - passed.value), 1);
}

TEST_F(DaemonTest, WithoutTheFirstRecordTheFirstSampleIsABaseline) {
  config_.write("first_record = \"skip\"\ninterval = \"100ms\"\n");
  ASSERT_EQ(run(command({"--samples", "2"})).exit_code, 0);
  const auto recorded = samples();
  ASSERT_EQ(recorded.size(), 2U);
  EXPECT_FALSE(recorded[0].since_boot);
}

// A second that has a record gets no other one: what happened in it since is not recorded at the
// end.
constexpr auto kSecondOfItsOwn = std::chrono::milliseconds(1100);

TEST_F(DaemonTest, SignalsThatEndItTakeALastSample) {
  for (const int signal : {SIGTERM, SIGINT, SIGUSR2}) {
    Program daemon(command({"--interval", kNever}));
    const auto before = size();
    ASSERT_TRUE(eventually([&] { return size() > before; })) << daemon.err();
    const auto first = size();
    std::this_thread::sleep_for(kSecondOfItsOwn);
    daemon.send(signal);
    const auto done = daemon.wait();
    EXPECT_EQ(done.exit_code, 0) << done.err;
    EXPECT_GT(size(), first) << "signal " << signal;
  }
  EXPECT_EQ(samples().size(), 6U) << "three runs, appended one to the other";
}

TEST_F(DaemonTest, Usr1TakesASampleNow) {
  Program daemon(command({"--interval", kNever}));
  ASSERT_TRUE(eventually([&] { return records() > 0; })) << daemon.err();
  daemon.send(SIGUSR1);
  EXPECT_TRUE(eventually([&] { return records() > 1; }));
  std::this_thread::sleep_for(kSecondOfItsOwn);
  daemon.send(SIGTERM);
  EXPECT_EQ(daemon.wait().exit_code, 0);
  const auto recorded = samples();
  ASSERT_EQ(recorded.size(), 3U);
  EXPECT_LT(recorded[0].time, recorded[1].time) << "times rise, within a second too";
  EXPECT_LT(recorded[1].time, recorded[2].time);
}

// So long into a second that the next one begins within half a second.
void wait_for_the_end_of_a_second() {
  const auto now = std::chrono::system_clock::now();
  const auto second = std::chrono::floor<std::chrono::seconds>(now);
  constexpr std::chrono::milliseconds kLate{850};
  const auto late = second + kLate;
  std::this_thread::sleep_until(now < late ? late : late + std::chrono::seconds(1));
}

// Asks `daemon` for a sample, and for one in the same second, near its end.
void ask_twice(Program& daemon, const std::function<std::size_t()>& records) {
  ASSERT_TRUE(eventually([&] { return records() == 1; })) << daemon.err();
  std::this_thread::sleep_for(kSecondOfItsOwn);
  wait_for_the_end_of_a_second();
  daemon.send(SIGUSR1);
  ASSERT_TRUE(eventually([&] { return records() == 2; })) << daemon.err();
  daemon.send(SIGUSR1);
}

// It waited for the next second, in which half a second had not passed yet, and was forgotten.
TEST_F(DaemonTest, ASampleThatWasAskedForRightAfterAnotherIsTakenInTheEnd) {
  Program daemon(command({"--interval", kNever}));
  ask_twice(daemon, [&] { return records(); });
  EXPECT_TRUE(eventually([&] { return records() == 3; })) << daemon.err();
}

TEST_F(DaemonTest, ASampleThatWasAskedForIsTakenAlsoAfterAReload) {
  Program daemon(command({"--interval", kNever}));
  ask_twice(daemon, [&] { return records(); });
  daemon.send(SIGHUP);
  EXPECT_TRUE(eventually([&] { return records() == 3; })) << daemon.err();
}

TEST_F(DaemonTest, HupReadsTheConfigurationAnewAndABrokenOneChangesNothing) {
  config_.write("interval = \"1h\"\n");
  Program daemon(command({}));
  ASSERT_TRUE(eventually([&] { return size() > 0; })) << daemon.err();
  config_.write("interval = \"often\"\n");
  daemon.send(SIGHUP);
  EXPECT_TRUE(eventually([&] { return daemon.err().find("often") != std::string::npos; }))
      << daemon.err();
  const auto first = size();
  config_.write("interval = \"100ms\"\n");
  daemon.send(SIGHUP);
  EXPECT_TRUE(eventually([&] { return size() > first; })) << daemon.err();
  daemon.send(SIGTERM);
  EXPECT_EQ(daemon.wait().exit_code, 0);
  const auto recorded = samples();
  for (std::size_t i = 1; i < recorded.size(); ++i) {
    EXPECT_FALSE(recorded[i].since_boot) << "a new configuration does not begin anew";
  }
}

// A slip in the file must not be the end of the recording at the next start.
TEST_F(DaemonTest, StartsWithTheLastGoodConfigurationIfTheOtherIsBroken) {
  const auto file = config_.path().string();
  const auto kept = (files_.path() / "kept.toml").string();
  const auto start = command({"--last-good", kept, "--format", "2.12", "--samples", "2"});
  config_.write("interval = \"soon\"\n");
  EXPECT_EQ(run(start).exit_code, 1) << "none is kept yet";
  config_.write("interval = \"100ms\"\n");
  const std::string good = content_of(file);
  EXPECT_EQ(run(start).exit_code, 0);
  EXPECT_EQ(content_of(kept), good);
  config_.write("interval = \"soon\"\n");
  const auto done = run(start);
  EXPECT_EQ(done.exit_code, 0) << done.err;
  EXPECT_NE(done.err.find("t.toml:1:12: interval: expected"), std::string::npos) << done.err;
  EXPECT_NE(done.err.find("going on with the last configuration that was good, " + kept),
            std::string::npos)
      << done.err;
  EXPECT_EQ(content_of(kept), good);
  EXPECT_EQ(samples().size(), 4U);
  EXPECT_EQ(run(command({"--last-good", kept, "--check-config"})).exit_code, 1);
}

// It was accepted, kept as the last good one, and the end of the recording with the next sample.
TEST_F(DaemonTest, ADirectoryThatCannotBeMadeIsRefusedByAReloadAndPassedOverByAStart) {
  const auto file = config_.path().string();
  const auto kept = (files_.path() / "kept.toml").string();
  const auto with_directory = [](const std::string& directory) {
    return "interval = \"100ms\"\n[log]\nformat = \"2.12\"\ndirectory = \"" + directory + "\"\n";
  };
  config_.write(with_directory(logs_.path().string()));
  const std::string good = content_of(file);
  const std::vector<std::string> start = {PROCTAPED, "--config", file, "--last-good", kept};
  Program daemon(start);
  ASSERT_TRUE(eventually([&] { return records() > 0; })) << daemon.err();
  config_.write(with_directory(file + "/below"));
  daemon.send(SIGHUP);
  const std::string refused = "create the directory " + file + "/below: ";
  ASSERT_TRUE(eventually([&] {
    return daemon.err().find("configuration not changed: " + refused) != std::string::npos;
  })) << daemon.err();
  const std::size_t before = records();
  EXPECT_TRUE(eventually([&] { return records() > before + 1; })) << daemon.err();
  daemon.send(SIGTERM);
  EXPECT_EQ(daemon.wait().exit_code, 0);
  EXPECT_EQ(content_of(kept), good);

  const std::size_t first_run = samples().size();
  std::vector<std::string> two_samples = start;
  two_samples.insert(two_samples.end(), {"--samples", "2"});
  const auto done = run(two_samples);
  EXPECT_EQ(done.exit_code, 0) << done.err;
  EXPECT_NE(done.err.find(refused), std::string::npos) << done.err;
  EXPECT_NE(done.err.find("going on with the last configuration that was good, " + kept),
            std::string::npos)
      << done.err;
  EXPECT_EQ(content_of(kept), good);
  EXPECT_EQ(samples().size(), first_run + 2);
}

TEST_F(DaemonTest, OneLogThatCannotBeWrittenIsNotTheEndOfTheOther) {
  const auto file = config_.path().string();
  config_.write("interval = \"100ms\"\n[[log]]\nformat = \"2.13\"\ndirectory = \"" + file +
                "/below\"\n[[log]]\nformat = \"2.12\"\ndirectory = \"" + logs_.path().string() +
                "\"\n");
  Program daemon({PROCTAPED, "--config", file});
  ASSERT_TRUE(eventually([&] { return records() > 3; })) << daemon.err();
  const std::string error = "error: create the directory " + file + "/below: ";
  const auto told = daemon.err().find(error);
  EXPECT_NE(told, std::string::npos) << daemon.err();
  EXPECT_EQ(daemon.err().find(error, told + 1), std::string::npos) << daemon.err();
  daemon.send(SIGTERM);
  EXPECT_EQ(daemon.wait().exit_code, 0);
}

// In front of the PATH: an atop that takes as long as a disk that stands still.
class SlowAtop {
 public:
  explicit SlowAtop(const TestDirectory& directory)
      : begun_(directory.path() / "begun"), path_(std::getenv("PATH")) {
    directory.write("atop", "#!/bin/sh\n: >" + begun_.string() + "\nexec /bin/sleep 60\n");
    std::filesystem::permissions(directory.path() / "atop", std::filesystem::perms::owner_all);
    ::setenv("PATH", (directory.path().string() + ':' + path_).c_str(), 1);
  }
  SlowAtop(const SlowAtop&) = delete;
  SlowAtop& operator=(const SlowAtop&) = delete;
  ~SlowAtop() { ::setenv("PATH", path_.c_str(), 1); }

  bool begun() const { return std::filesystem::exists(begun_); }

 private:
  std::filesystem::path begun_;
  std::string path_;
};

// It began a log of another version in the midst of a day.
TEST_F(DaemonTest, WhereAtopGivesNoAnswerTheVersionIsThatOfTheLastLog) {
  ASSERT_EQ(run(command({"--interval", "100ms", "--samples", "1", "--format", "2.8"})).exit_code,
            0);
  const SlowAtop atop(files_);
  const auto done = run(command({"--interval", "100ms", "--samples", "1"}));
  EXPECT_EQ(done.exit_code, 0) << done.err;
  EXPECT_NE(done.err.find("writing log version 2.8, that of the last log: atop -V: no answer"),
            std::string::npos)
      << done.err;
  EXPECT_EQ(samples().size(), 2U);
}

TEST_F(DaemonTest, SignalsDuringTheStartWaitForItsEnd) {
  const SlowAtop atop(files_);
  Program daemon(command({"--interval", kNever}));
  ASSERT_TRUE(eventually([&] { return atop.begun(); })) << daemon.err();
  daemon.send(SIGUSR1);
  EXPECT_TRUE(eventually([&] { return records() == 2; })) << daemon.err();
  daemon.send(SIGTERM);
  EXPECT_EQ(daemon.wait().exit_code, 0);
}

// The next one was aligned behind it.
TEST_F(DaemonTest, ASampleThatIsDueDuringAReloadIsTakenAfterIt) {
  ASSERT_EQ(run(command({"--interval", "100ms", "--samples", "1", "--format", "2.8"})).exit_code,
            0);
  const SlowAtop atop(files_);
  Program daemon(command({"--interval", "2s"}));
  ASSERT_TRUE(eventually([&] { return records() == 3; })) << daemon.err();
  daemon.send(SIGHUP);  // for 2 seconds, too
  ASSERT_TRUE(eventually([&] { return records() == 5; })) << daemon.err();
  daemon.send(SIGTERM);
  EXPECT_EQ(daemon.wait().exit_code, 0);
  const auto recorded = samples();
  EXPECT_LE(recorded[3].interval, Seconds{3});
  EXPECT_LE(recorded[4].interval, Seconds{3});
}

TEST_F(DaemonTest, HupChangesTheSourceOfTasks) {
  config_.write("interval = \"100ms\"\n[tasks]\nsource = \"proc\"\n");
  Program daemon(command({"--format", "2.12"}));
  ASSERT_TRUE(eventually([&] { return records() > 2; })) << daemon.err();
  EXPECT_NE(daemon.err().find("tasks are read by /proc\n"), std::string::npos) << daemon.err();
  config_.write("interval = \"100ms\"\n[tasks]\nsource = \"auto\"\n");
  daemon.send(SIGHUP);
  const auto told = [&](std::size_t times) {
    std::size_t found = 0;
    const std::string text = daemon.err();
    for (auto at = text.find("read anew"); at != text.npos; at = text.find("read anew", at + 1)) {
      ++found;
    }
    return found == times;
  };
  ASSERT_TRUE(eventually([&] { return told(1); })) << daemon.err();
  // There and back: each was compared with the configuration of the start, and the second lost.
  config_.write("interval = \"100ms\"\n[tasks]\nsource = \"proc\"\n");
  daemon.send(SIGHUP);
  ASSERT_TRUE(eventually([&] { return told(2); })) << daemon.err();
  EXPECT_NE(daemon.err().find("tasks are read by /proc\n", daemon.err().find("read anew")),
            std::string::npos)
      << daemon.err();
  config_.write("interval = \"100ms\"\n[tasks]\nsource = \"auto\"\n");
  daemon.send(SIGHUP);
  ASSERT_TRUE(eventually([&] { return told(3); })) << daemon.err();
  const std::size_t before = records();
  ASSERT_TRUE(eventually([&] { return records() > before + 2; })) << daemon.err();
  daemon.send(SIGTERM);
  EXPECT_EQ(daemon.wait().exit_code, 0);
  const auto recorded = samples();
  // A process that was there all the time has not used all its CPU time in one interval.
  for (std::size_t i = 1; i < recorded.size(); ++i) {
    for (const Task& task : recorded[i].tasks) {
      if (task.identity.pid != ::getppid() && task.identity.pid != 1) continue;
      EXPECT_LT(task.cpu.user + task.cpu.system, Ticks{6000}) << "in record " << i;
      EXPECT_EQ(task.identity.exit_code & TaskIdentity::kNewBit, 0) << "known before";
    }
  }
  if (daemon.err().find("tasks are read by BPF") == std::string::npos) {
    GTEST_SKIP() << "no BPF here, which it said: " << daemon.err();
  }
}

TEST_F(DaemonTest, WritesSeveralLogsOfTheSameSamples) {
  const std::string old = (logs_.path() / "old").string();
  const std::string recent = (logs_.path() / "new").string();
  config_.write("interval = \"100ms\"\n[[log]]\ndirectory = \"" + old +
                "\"\nformat = \"2.3\"\n[[log]]\ndirectory = \"" + recent +
                "\"\nformat = \"2.13\"\n");
  const auto done = run({PROCTAPED, "--config", config_.path().string(), "--samples", "2"});
  ASSERT_EQ(done.exit_code, 0) << done.err;
  std::vector<Sample> samples[2];
  const std::string directories[2] = {old, recent};
  const Version versions[2] = {v2_3, v2_13};
  for (int i = 0; i < 2; ++i) {
    auto reader =
        Reader::open(first_log(directories[i]).string(), [](const Damage&) { ADD_FAILURE(); });
    ASSERT_TRUE(reader) << reader.error().message;
    EXPECT_EQ(reader->version(), versions[i]);
    for (Sample sample; *reader->next(sample);) samples[i].push_back(sample);
    ASSERT_EQ(samples[i].size(), 2U);
  }
  EXPECT_EQ(samples[0][1].time, samples[1][1].time);
  EXPECT_EQ(samples[0][1].system.cpus.context_switches, samples[1][1].system.cpus.context_switches);
  EXPECT_EQ(samples[0][1].tasks.size(), samples[1][1].tasks.size());
}

TEST_F(DaemonTest, ChecksTheConfiguration) {
  files_.write("good.toml", "interval = \"5s\"\n");
  files_.write("bad.toml", "intervall = \"5s\"\n");
  const auto good = (files_.path() / "good.toml").string();
  const auto bad = (files_.path() / "bad.toml").string();
  EXPECT_EQ(run({PROCTAPED, "--check-config", "--config", good}).exit_code, 0);
  const auto refused = run({PROCTAPED, "--check-config", "--config", bad});
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_NE(refused.err.find("bad.toml:1"), std::string::npos) << refused.err;
  EXPECT_EQ(run({PROCTAPED, "--check-config", "--interval", "soon"}).exit_code, 1);
  EXPECT_EQ(run({PROCTAPED, "--config", "/nonexistent.toml"}).exit_code, 1);
}

TEST_F(DaemonTest, TellsItsUsage) {
  EXPECT_EQ(run({PROCTAPED, "--help"}).exit_code, 0);
  EXPECT_NE(run({PROCTAPED, "--version"}).out.find("proctaped 0."), std::string::npos);
  EXPECT_EQ(run({PROCTAPED, "--no-such-option"}).exit_code, 2);
  const auto listed = run({PROCTAPED, "--list-sources"});
  EXPECT_EQ(listed.exit_code, 0);
  EXPECT_NE(listed.out.find("/proc/meminfo"), std::string::npos);
  EXPECT_NE(listed.out.find("\nexits "), std::string::npos);
  EXPECT_NE(listed.out.find("perf_counters   off"), std::string::npos) << listed.out;
}

TEST_F(DaemonTest, WhatAProcessSendsIsWhatTheRealAtopShowsOfIt) {
  if (!real_atop()) GTEST_SKIP() << "no atop on this host";
  if (run({PROCTAPED, "--list-sources"}).out.find("\nnetwork use     ok") == std::string::npos) {
    GTEST_SKIP() << "network use is not counted here";
  }
  Program daemon(command({"--interval", kNever, "--format", "auto"}));
  ASSERT_TRUE(eventually([&] { return records() == 1; }));
  const Fd fd(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  sockaddr_in self{};
  self.sin_family = AF_INET;
  self.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof self;
  auto* const address = reinterpret_cast<sockaddr*>(&self);
  ASSERT_EQ(::bind(fd.get(), address, length), 0);
  ASSERT_EQ(::getsockname(fd.get(), address, &length), 0);
  char data[77] = {};
  for (int i = 0; i < 123; ++i) {
    ASSERT_EQ(::sendto(fd.get(), data, sizeof data, 0, address, length), ssize_t{sizeof data});
  }
  for (int i = 0; i < 45; ++i)
    ASSERT_EQ(::recv(fd.get(), data, sizeof data, 0), ssize_t{sizeof data});
  std::this_thread::sleep_for(std::chrono::milliseconds(1100));  // a second has one record
  daemon.send(SIGTERM);
  EXPECT_EQ(daemon.wait().exit_code, 0);
  // "... PID (NAME) STATE y TCPSND TCPSSZ TCPRCV TCPRSZ UDPSND UDPSSZ UDPRCV UDPRSZ ..."
  const std::string shown = run({"atop", "-r", log().string(), "-P", "PRN"}).out;
  const std::regex line(' ' + std::to_string(::getpid()) +
                        R"( \(\S+\) \S y 0 0 0 0 123 9471 45 3465 )");
  EXPECT_TRUE(std::regex_search(shown, line)) << shown;
}

TEST_F(DaemonTest, NetworkUseIsSwitchedOffAndOnByAReload) {
  config_.write("[tasks]\nnetwork = \"off\"\n");
  Program daemon(command({"--interval", kNever}));
  ASSERT_TRUE(eventually([&] { return records() == 1; }));
  EXPECT_NE(daemon.err().find("network use off: what tasks send and receive is not recorded"),
            std::string::npos)
      << daemon.err();
  config_.write("[tasks]\nnetwork = \"payload\"\n");
  daemon.send(SIGHUP);
  EXPECT_TRUE(eventually([&] { return daemon.err().find("read anew") != std::string::npos; }));
  daemon.send(SIGTERM);
  EXPECT_EQ(daemon.wait().exit_code, 0);
  const bool counted = daemon.err().find("use of tasks is counted by BPF") != std::string::npos;
  EXPECT_TRUE(counted || daemon.err().find("is not recorded: BPF") != std::string::npos)
      << daemon.err();
  const auto recorded = samples();
  ASSERT_GE(recorded.size(), 1U);
  EXPECT_FALSE(recorded.front().netatop);
  if (recorded.size() > 1) {
    EXPECT_EQ(recorded.back().netatop, counted);
  }
}

TEST_F(DaemonTest, GpusAreRecordedWhereTheirLibraryIsFoundAndNotWhenOff) {
  const GpuDriver driver;
  driver.tells("gpu Tesla_T4 00000000:B3:00.0 42 7 16106127360 1048576\nprocess 0 C 1 4096 40 5\n");
  std::vector<std::string> with_library = {"/usr/bin/env", "LD_LIBRARY_PATH=" FAKE_NVML_DIRECTORY};
  const auto daemon = command({"--interval", "100ms", "--samples", "3", "--format", "2.13"});
  with_library.insert(with_library.end(), daemon.begin(), daemon.end());
  const auto done = run(with_library);
  ASSERT_EQ(done.exit_code, 0) << done.err;
  const auto recorded = samples();
  ASSERT_EQ(recorded.size(), 3U);
  for (const Sample& sample : recorded) {
    EXPECT_TRUE(sample.gpu);
    ASSERT_EQ(sample.system.gpus.each.size(), 1U);
    const Gpu& gpu = sample.system.gpus.each[0];
    EXPECT_EQ(gpu.busy_percent, 42);
    EXPECT_GE(gpu.samples, 1);
    EXPECT_EQ(gpu.busy_percent_sum, 42 * gpu.samples);
    const auto init = std::ranges::find_if(sample.tasks, [](const Task& task) {
      return task.identity.pid == 1 && task.identity.is_process;
    });
    ASSERT_NE(init, sample.tasks.end());
    EXPECT_EQ(init->gpu->state, 'A');
    EXPECT_EQ(init->gpu->busy_percent_sum, 40 * init->gpu->samples);
  }
  EXPECT_NE(driver.text().find("calls shutdown"), std::string::npos);

  config_.write("[system]\ngpu = \"off\"\n");
  ASSERT_EQ(run(with_library).exit_code, 0);
  EXPECT_FALSE(samples().back().gpu);
}

TEST_F(DaemonTest, MoreInterfacesThanTheFormatHoldsAreToldOnce) {
  const LargeHost host({.interfaces = 200});
  const auto done = run(command({"--root", host.path().string(), "--interval", "100ms", "--samples",
                                 "3", "--format", "2.12"}));
  ASSERT_EQ(done.exit_code, 0) << done.err;
  EXPECT_EQ(samples().back().system.interfaces.each.size(), 127U);
  const std::string told = "network interfaces: a log of version 2.12 has room for 127 of 200";
  const auto first = done.err.find(told);
  ASSERT_NE(first, std::string::npos) << done.err;
  EXPECT_EQ(done.err.find(told, first + 1), std::string::npos) << done.err;
}

TEST_F(DaemonTest, PerformanceCountersAreOpenedWhenAskedForAndSwitchedOffByAReload) {
  config_.write("interval = \"100ms\"\n[system]\nperf_counters = true\n");
  Program daemon(command({}));
  ASSERT_TRUE(eventually([&] { return records() > 1; })) << daemon.err();
  config_.write("interval = \"100ms\"\n[system]\nperf_counters = false\n");
  daemon.send(SIGHUP);
  EXPECT_TRUE(eventually([&] { return daemon.err().find("read anew") != std::string::npos; }));
  daemon.send(SIGTERM);
  EXPECT_EQ(daemon.wait().exit_code, 0);
  const auto recorded = samples();
  EXPECT_EQ(recorded.back().system.cpus.all.cycles, 0);
  if (daemon.err().find("perf_counters") != std::string::npos) {
    GTEST_SKIP() << "no such counters here, which it said: " << daemon.err();
  }
  EXPECT_EQ(recorded[0].system.cpus.all.cycles, 1) << "the mark";
  EXPECT_GT(recorded[1].system.cpus.all.cycles, 1000);
}

TEST_F(DaemonTest, WhereNothingCanBeWrittenItSaysSoAndEnds) {
  const auto done = run({PROCTAPED, "--log-dir", "/proc/nothing", "--interval", "100ms"});
  EXPECT_EQ(done.exit_code, 1);
  EXPECT_NE(done.err.find("/proc/nothing"), std::string::npos) << done.err;
  const auto rootless = run(command({"--root", "/nonexistent"}));
  EXPECT_EQ(rootless.exit_code, 1);
  EXPECT_NE(rootless.err.find("/nonexistent"), std::string::npos) << rootless.err;
}

TEST_F(DaemonTest, TellsTheServiceManager) {
  const std::string path = (files_.path() / "notify").string();
  const int fd = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  ASSERT_EQ(::bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  const timeval patience{10, 0};
  ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  ::setenv("NOTIFY_SOCKET", path.c_str(), 1);
  Program daemon(command({"--interval", "1h"}));
  ::unsetenv("NOTIFY_SOCKET");

  std::string told;
  char message[4096];
  const auto hear = [&](std::string_view wanted) {
    while (told.find(wanted) == told.npos) {
      const ssize_t n = ::recv(fd, message, sizeof message, 0);
      if (n <= 0) return false;
      told.append(message, static_cast<std::size_t>(n)).append("\n");
    }
    return true;
  };
  EXPECT_TRUE(hear("STATUS=last sample")) << told;
  EXPECT_TRUE(hear("READY=1")) << told;
  config_.write("interval = \"often\"\n");
  daemon.send(SIGHUP);
  EXPECT_TRUE(hear("STATUS=last reload refused, see the journal; last sample")) << told;
  told.clear();
  config_.write("interval = \"1h\"\n");
  daemon.send(SIGHUP);
  EXPECT_TRUE(hear("STATUS=last sample")) << told;
  daemon.send(SIGTERM);
  EXPECT_TRUE(hear("STOPPING=1")) << told;
  EXPECT_EQ(daemon.wait().exit_code, 0);
  ::close(fd);
}

}  // namespace
}  // namespace proctape
