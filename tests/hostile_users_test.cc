// SPDX-License-Identifier: Apache-2.0
//
// What users of a host can make a sample cost, without any right: many processes, threads, cgroups
// and exits, and the worst texts in them. It is no more than some times the cost of 3,000 ordinary
// processes, in CPU time (docs/SECURITY.md, "What users of the host can cost").
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "collector/collector.h"
#include "collector/exits/exit_reader.h"
#include "tests/support/cgroup_host.h"
#include "tests/support/fake_clock.h"
#include "tests/support/test_host.h"

namespace proctape {
namespace {

using namespace std::chrono_literals;

constexpr int kProcesses = 3000;
constexpr double kTimes = 25;

double cpu_seconds() {
  timespec now{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

std::shared_ptr<const Redaction> redaction_by(const std::vector<std::string>& patterns) {
  auto compiled = Redaction::compile(patterns);
  EXPECT_TRUE(compiled) << compiled.error().message;
  return std::make_shared<const Redaction>(std::move(*compiled));
}
std::shared_ptr<const Redaction> default_redaction() {
  static const auto redaction = redaction_by({"default"});
  return redaction;
}

// The CPU time of a snapshot of a tree of files: the least of three, `change` before each.
double cost_of(const std::string& root, const TaskOptions& options,
               const std::function<void(int)>& change) {
  FakeClock clock(WallTime(1'790'000'000s), 5000s);
  auto collector = Collector::open(root, options, clock);
  EXPECT_TRUE(collector);
  Snapshot previous;
  Snapshot current;
  std::vector<SourceProblem> problems;
  EXPECT_TRUE(collector->collect(previous, current, problems));
  double least = 1e9;
  for (int round = 1; round <= 3; ++round) {
    change(round);
    std::swap(previous, current);
    clock.advance(10s);
    const double begin = cpu_seconds();
    EXPECT_TRUE(collector->collect(previous, current, problems));
    least = std::min(least, cpu_seconds() - begin);
  }
  return least;
}

// Words that make the search for secrets work, and bytes that change.
std::string hostile_line(int pid, int round) {
  std::string line = "x " + std::to_string(pid * 10 + round);
  while (line.size() < 4090) line += " pass=$ --token a:b@ ://u: 'p=q' sk-";
  line.resize(4094);
  return line + '\0';
}

std::string ordinary_line(int pid) {
  return std::string("/usr/lib/service\0--id=", 22) + std::to_string(pid) + '\0';
}

// In memory, if there is such a file system: what is measured makes and reads 100,000 files.
[[maybe_unused]] const bool kInMemory =
    std::filesystem::is_directory("/dev/shm") && ::setenv("TMPDIR", "/dev/shm", 0) == 0;

// What a sample cannot do without.
void give_system(const TestHost& host) {
  host.write("proc/meminfo", "MemTotal: 1000 kB\n");
  host.write("proc/stat", "cpu 1 2 3 4\ncpu0 1 2 3 4\n");
}

// All of them run, so that everything is read each time.
double cost_of_processes(const std::shared_ptr<const Redaction>& redaction,
                         const std::function<std::string(int, int)>& line) {
  const TestHost host;
  give_system(host);
  const auto write = [&](int round) {
    for (int pid = 10; pid < 10 + kProcesses; ++pid) {
      host.process(pid, {.name = "service",
                         .run_time = 1000 + round,
                         .timeslices = 1 + round,
                         .command_line = line(pid, round)});
    }
  };
  write(0);
  return cost_of(host.path().string(), {.redaction = redaction}, write);
}

double ordinary_cost() {
  static const double cost =
      cost_of_processes(default_redaction(), [](int pid, int) { return ordinary_line(pid); });
  return cost;
}

void expect_bounded(const char* what, double cost) {
  std::printf("%s: %.0f ms, %.1f times that of %d ordinary processes (%.0f ms)\n", what, cost * 1e3,
              cost / ordinary_cost(), kProcesses, ordinary_cost() * 1e3);
  EXPECT_LT(cost, kTimes * ordinary_cost()) << what;
}

TEST(HostileUsers, ThreeThousandProcessesOfTheWorstWords) {
  expect_bounded("words", cost_of_processes(default_redaction(), hostile_line));
}

// Patterns of an administrator's take long where they are driven to it.
TEST(HostileUsers, ThreeThousandProcessesOfTheWorstWordsForPatterns) {
  const auto redaction =
      redaction_by({"default", "(mysql|x)[^ ]*([[:space:]]+[^ ]*)*[[:space:]]-p([^ ]+)z",
                    "(.*[[:space:]])?(p[a-z$=]*|.*:)+([^ ]+)z"});
  expect_bounded("words for patterns", cost_of_processes(redaction, hostile_line));
}

TEST(HostileUsers, FiftyThousandThreads) {
  const TestHost host;
  give_system(host);
  constexpr int kThreads = 500;
  for (int pid = 1000; pid <= 100'000; pid += 1000) {
    host.process(pid, {.name = "many", .threads = kThreads});
    for (int tid = pid + 1; tid < pid + kThreads; ++tid) {
      host.thread(pid, tid, {.name = "token=HUNTER2zq", .threads = kThreads});
    }
  }
  expect_bounded("threads",
                 cost_of(host.path().string(), {.redaction = default_redaction()}, [](int) {}));
}

TEST(HostileUsers, TwentyThousandCgroups) {
  const CgroupHost host;
  give_system(host);
  host.group("", {});
  for (int i = 0; i < 100; ++i) {
    const std::string parent = "/user-" + std::to_string(i) + "-token=HUNTER2zq";
    host.group(parent, {});
    for (int j = 0; j < 199; ++j) {
      const std::string group = parent + "/" + std::string(200, 'x') + std::to_string(j);
      std::filesystem::create_directories(host.path().string() + "/sys/fs/cgroup" + group);
      host.group_file(group, "cgroup.procs", "");
      host.group_file(group, "cpu.stat", "usage_usec 1\nuser_usec 1\nsystem_usec 0\n");
    }
  }
  const TaskOptions options{.cgroups = true, .redaction = default_redaction()};
  expect_bounded("cgroups", cost_of(host.path().string(), options, [](int) {}));
}

TEST(HostileUsers, AHundredThousandExits) {
  ExitReader reader{Host{}};
  std::vector<Exit> exits;
  ExitEvent event{};
  const std::string line = hostile_line(1, 1).substr(0, EXIT_EVENT_ARGUMENTS);
  event.arguments_began_as = EXIT_EVENT_ARGUMENTS;
  std::copy_n("token=HUNTER2zq", 15, event.name);
  default_redaction()->begin_snapshot();
  const double begin = cpu_seconds();
  for (std::uint32_t pid = 1; pid <= 100'000; ++pid) {
    event.totals.pid = pid;
    reader.ended(event, line, *default_redaction(), exits);
    reader.reaped(event.totals, exits);
    if (exits.size() > 10'000) exits.resize(1);
  }
  expect_bounded("exits", cpu_seconds() - begin);
  EXPECT_EQ(exits.back().name.view(), "token=***");
}

}  // namespace
}  // namespace proctape
