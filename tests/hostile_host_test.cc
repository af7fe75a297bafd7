// SPDX-License-Identifier: Apache-2.0
//
// The real daemon on hosts that mean it harm: trees with extreme names, values and counts, of which
// files vanish while they are read. It records all versions at once; each log is whole, holds what
// it must, and the real atop reads its own version's. And on this machine with groups whose names
// no other file system allows.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <set>
#include <thread>

#include "rawlog/file/cgroup_chain.h"
#include "rawlog/file/reader.h"
#include "tests/support/cgroup_host.h"
#include "tests/support/logs.h"
#include "tests/support/random_values.h"
#include "tests/support/real_atop.h"
#include "tests/support/run.h"
#include "tests/support/settings.h"

namespace proctape {
namespace {

namespace fs = std::filesystem;

// A [[log]] for each version, each in a directory of its own.
std::string all_versions(const fs::path& directory) {
  std::string settings;
  for (const Version version : kVersions) {
    settings += "[[log]]\ndirectory = '" + (directory / to_string(version)).string() +
                "'\nformat = '" + to_string(version) + "'\n";
  }
  return settings;
}

std::vector<std::string> logs_in(const fs::path& directory) {
  std::vector<std::string> paths;
  for (const auto& entry : fs::directory_iterator(directory)) paths.push_back(entry.path());
  std::ranges::sort(paths);
  return paths;
}

class HostileHost : public testing::Test {
 protected:
  std::string number() {
    return values_.once_in(8) ? "99999999999999999999999" : std::to_string(values_.number());
  }

  // A name as a file can have it.
  std::string file_name() {
    static constexpr std::size_t kLengths[] = {1, 15, 16, 63, 64, 200, 255};
    std::string name = values_.text(kLengths[values_.up_to(6)], "/");
    if (name.empty() || name[0] == '.') name.insert(0, "x");
    return name.substr(0, 255);
  }

  void make_process(long pid) {
    TestHost::Proc task;
    task.name = values_.text(15);
    task.state = "RSDZTtXIP"[values_.up_to(8)];
    task.ppid = values_.number();
    task.threads = static_cast<long>(values_.number());
    task.start = values_.number();
    task.user = values_.number();
    task.system = values_.number();
    task.minor_faults = values_.number();
    task.virtual_size = values_.number();
    task.resident_pages = values_.number();
    task.run_delay = values_.number();
    task.written = values_.number();
    task.command_line = values_.text(values_.once_in(10) ? 100'000 : 300);
    host_.process(pid, task);
    for (std::size_t i = values_.up_to(3); i > 0; --i) {
      host_.thread(pid, pid + static_cast<long>(i) * 100'000, task);
    }
    host_.write("proc/" + std::to_string(pid) + "/cgroup", "0::/" + values_.text(300, "\n") + '\n');
  }

  void make_groups(const std::string& parent, int depth) {
    host_.group(parent, {.processes = std::to_string(1 + values_.up_to(50)) + "\n" +
                                      (values_.once_in(9) ? number() + "\n" : ""),
                         .user = values_.number(),
                         .memory = values_.number(),
                         .written = values_.number()});
    if (depth > 0 && values_.once_in(4))
      host_.settings(parent, {.cpu_weight = number(), .memory_max = number()});
    for (std::size_t i = values_.up_to(depth < 6 ? 3 : 0); i > 0; --i) {
      make_groups(parent + '/' + file_name(), depth + 1);
    }
  }

  // As the kernel prints it: its counters are 64 bits.
  std::string count() { return std::to_string(static_cast<std::uint64_t>(values_.number())); }

  void make_system() {
    host_.write("proc/meminfo",
                "MemTotal: 16000000 kB\nMemFree: " + count() + " kB\nSwapTotal: 0 kB\n");
    std::string stat = "cpu  1 2 3 4\n";
    for (std::size_t i = values_.once_in(4) ? 3000 : 1 + values_.up_to(8); i > 0; --i) {
      stat += "cpu" + std::to_string(i - 1) + ' ' + count() + " 2 " + count() + " 4 5 6 7 8 9 10\n";
    }
    host_.write("proc/stat", stat + "ctxt " + count() + "\nprocesses " + count() + "\n");
    std::string disks;
    for (std::size_t i = values_.once_in(4) ? 1500 : values_.up_to(20); i > 0; --i) {
      disks += " 8 " + std::to_string(i) + " sd" + values_.text(40, " \n\t") + ' ' + count() +
               " 0 " + count() + " 0 " + count() + " 0 " + count() + " 0 0 " + count() + ' ' +
               count() + "\n";
    }
    host_.write("proc/diskstats", disks);
    std::string interfaces = "Inter-|\n face |\n";
    for (std::size_t i = values_.once_in(4) ? 300 : values_.up_to(10); i > 0; --i) {
      interfaces += values_.text(15, " \n\t:") + ": " + count() + " 2 3 4 5 6 7 8 " + count() +
                    " 2 3 4 5 6 7 8\n";
    }
    host_.write("proc/net/dev", interfaces);
    host_.write("proc/loadavg", count() + ".00 0.01 0.05 1/100 1000\n");
    host_.write("proc/uptime", "1000.00 1000.00\n");
  }

  void expect_whole(const std::string& path) const {
    const auto checked = run({PROCTAPE, "check", path});
    EXPECT_EQ(checked.exit_code, 0) << path << '\n' << checked.out << checked.err;
  }

  RandomValues values_{RandomValues::seed()};
  CgroupHost host_;
};

TEST_F(HostileHost, IsRecordedInEveryVersionAndEachLogIsWhole) {
  for (int round = 0; round < 3; ++round) {
    host_.remove("proc");
    host_.remove("sys");
    make_system();
    for (long pid = 1; pid <= 50; ++pid) make_process(pid);
    make_groups("", 0);
    const TestDirectory logs;
    const SettingsFile config(all_versions(logs.path()));
    Program daemon({PROCTAPED, "--config", config.path().string(), "--root", host_.path().string(),
                    "--interval", "1s", "--samples", "3"});
    // What is being read vanishes, and other things appear.
    for (int i = 0; i < 40; ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
      host_.remove("proc/" + std::to_string(2 + values_.up_to(48)));
      make_process(static_cast<long>(51 + values_.up_to(20)));
      if (i % 10 == 0) make_groups('/' + file_name(), 1);
    }
    const auto done = daemon.wait();
    ASSERT_EQ(done.exit_code, 0) << done.err;
    for (const Version version : kVersions) {
      const auto paths = logs_in(logs.path() / to_string(version));
      ASSERT_FALSE(paths.empty()) << done.err;
      for (const std::string& path : paths) expect_whole(path);
      const LogReading reading = read_all(std::move(*Input::open(paths[0])));
      ASSERT_FALSE(reading.samples.empty());
      EXPECT_GE(reading.samples[0].tasks.size(), 40U) << to_string(version);
      if (version != real_atop()) continue;
      const auto atop = run({"atop", "-r", paths[0], "-P", "ALL"});
      EXPECT_EQ(atop.exit_code, 0) << atop.err;
      EXPECT_EQ(atop.err, "");
    }
  }
}

// ---- names that only the kernel's own file system allows ----

class LongNames : public testing::Test {
 protected:
  void SetUp() override {
    for (const char* place : {"/sys/fs/cgroup/unified", "/sys/fs/cgroup"}) {
      if (!fs::exists(std::string(place) + "/cgroup.procs")) continue;
      top_ = std::string(place) + "/proctape-test-" + std::to_string(::getpid());
      if (::mkdir(top_.c_str(), 0755) == 0) return;
      top_.clear();
    }
    GTEST_SKIP() << "no cgroups of version 2 may be made here";
  }
  void TearDown() override {
    for (auto made = made_.rbegin(); made != made_.rend(); ++made) ::rmdir((top_ + *made).c_str());
    if (!top_.empty()) ::rmdir(top_.c_str());
  }
  void make(const std::string& group) {
    ASSERT_EQ(::mkdir((top_ + group).c_str(), 0755), 0) << group.size();
    made_.push_back(group);
  }

  std::string top_;
  std::vector<std::string> made_;
};

TEST_F(LongNames, AreRecordedShorterButStayDifferentAndTheDaemonGoesOnWithItsLog) {
  const std::size_t most = 4000 - top_.size();
  std::size_t groups = 0;
  for (const std::size_t length : {255UL, 256UL, 300UL, 1000UL, most}) {
    for (const char last : {'a', 'b'}) {
      make('/' + std::string(length - 1, 'n') + last);
      ++groups;
    }
  }
  const TestDirectory logs;
  const SettingsFile config(all_versions(logs.path()));
  for (int start = 0; start < 2; ++start) {
    const auto done =
        run({PROCTAPED, "--config", config.path().string(), "--interval", "1s", "--samples", "2"});
    ASSERT_EQ(done.exit_code, 0) << done.err;
    EXPECT_EQ(done.err.find("aside"), std::string::npos) << done.err;
  }
  for (const Version version : kVersions) {
    const auto paths = logs_in(logs.path() / to_string(version));
    for (const std::string& path : paths) {
      const auto checked = run({PROCTAPE, "check", path});
      EXPECT_EQ(checked.exit_code, 0) << checked.out;
    }
    if (version < v2_11) continue;
    const LogReading reading = read_all(std::move(*Input::open(paths.back())));
    ASSERT_FALSE(reading.samples.empty());
    const auto& cgroups = reading.samples.back().cgroups;
    std::set<std::string> names;
    for (const Cgroup& cgroup : cgroups) {
      if (cgroup.name.starts_with("nnn")) names.insert(cgroup.name);
      EXPECT_LE(cgroup.name.size(), 255U);
    }
    EXPECT_EQ(names.size(), groups);
  }
}

}  // namespace
}  // namespace proctape
