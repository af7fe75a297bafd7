// SPDX-License-Identifier: Apache-2.0
#include "collector/collector.h"

#include <gtest/gtest.h>

#include "collector/host_info.h"
#include "sample/deviation/deviation.h"
#include "tests/support/fake_clock.h"
#include "tests/support/test_host.h"

namespace proctape {
namespace {

TEST(HostInfo, ATimeNamespaceTellsWhatItAdds) {
  using namespace std::chrono_literals;
  EXPECT_EQ(boottime_offset("monotonic           7         0\nboottime         -888        50\n"),
            -888s + 50ns);
  EXPECT_EQ(boottime_offset(""), 0s);
}

class CollectorTest : public testing::Test {
 protected:
  CollectorTest() {
    host_.write("proc/stat", "cpu 1 2 3 4\ncpu0 1 2 3 4\n");
    host_.write("proc/meminfo", "MemTotal: 1000 kB\n");
  }
  // Takes a snapshot; the sample is what it adds to the one before.
  Result<> sample() {
    if (!collector_) {
      auto opened = Collector::open(host_.path().string(), options_, clock_);
      if (!opened) return opened.error();
      collector_.emplace(std::move(*opened));
    }
    if (auto collected = collector_->collect(previous_, current_, problems_); !collected) {
      return collected;
    }
    deviation(previous_, current_, {}, sample_);
    std::swap(previous_, current_);
    return {};
  }
  bool has_problem(std::string_view source, Error::Kind kind) const {
    return std::ranges::any_of(problems_, [&](const SourceProblem& problem) {
      return problem.source == source && problem.error.kind == kind;
    });
  }

  TestHost host_;
  TaskOptions options_;
  SystemClock clock_;
  std::optional<Collector> collector_;
  Snapshot previous_;
  Snapshot current_;
  Sample sample_;
  std::vector<SourceProblem> problems_;
};

TEST_F(CollectorTest, AnAbsentSourceIsReportedAndTheRestIsRead) {
  ASSERT_TRUE(sample());
  EXPECT_TRUE(has_problem("pressure", Error::Kind::kMissing));
  EXPECT_EQ(sample_.system.memory.total, kibibytes(1000));
  EXPECT_FALSE(sample_.system.pressure.present);
}

TEST_F(CollectorTest, TheMomentOfBootFollowsTheClockButNotItsCorrections) {
  FakeClock clock(WallTime(std::chrono::hours(10)), std::chrono::hours(1));
  auto collector = Collector::open(host_.path().string(), options_, clock);
  ASSERT_TRUE(collector);
  const auto boot = [&] {
    EXPECT_TRUE(collector->collect(previous_, current_, problems_));
    std::swap(previous_, current_);
    return previous_.boot;
  };
  const WallTime first = boot();
  EXPECT_EQ(first, WallTime(std::chrono::hours(9)));
  clock.advance(std::chrono::seconds(10));
  clock.step_wall(std::chrono::milliseconds(400));
  EXPECT_EQ(boot(), first);
  clock.step_wall(std::chrono::hours(24));
  EXPECT_EQ(boot(), first + std::chrono::hours(24) + std::chrono::milliseconds(400));
}

TEST_F(CollectorTest, AnAbsentSourceIsAskedAgainAfterAMinute) {
  FakeClock clock(WallTime(std::chrono::hours(1)), std::chrono::hours(1));
  auto collector = Collector::open(host_.path().string(), options_, clock);
  ASSERT_TRUE(collector);
  const auto is_there = [&] {
    EXPECT_TRUE(collector->collect(previous_, current_, problems_));
    std::swap(previous_, current_);
    const bool told = has_problem("pressure", Error::Kind::kMissing);
    EXPECT_EQ(previous_.system.pressure.present, !told) << "and told as long as it is absent";
    return !told;
  };
  EXPECT_FALSE(is_there());
  for (const char* kind : {"cpu", "memory", "io"}) {
    host_.write(std::string("proc/pressure/") + kind,
                "some avg10=0.00 avg60=0.00 avg300=0.00 total=7\n");
  }
  clock.advance(std::chrono::seconds(59));
  EXPECT_FALSE(is_there());
  clock.advance(std::chrono::seconds(1));
  EXPECT_TRUE(is_there());
  host_.remove("proc/pressure");
  clock.advance(std::chrono::seconds(1));
  EXPECT_FALSE(is_there()) << "one that was there is missed at once";
}

TEST_F(CollectorTest, WithoutAnIndispensableSourceThereIsNoSnapshot) {
  host_.write("proc/meminfo", "nonsense\n");
  const auto collected = sample();
  ASSERT_FALSE(collected);
  EXPECT_NE(collected.error().message.find("proc/meminfo:1"), std::string::npos);
}

TEST_F(CollectorTest, ASourceThatFailsOnceMakesNoSpikeOfAllSinceBoot) {
  host_.write("proc/vmstat", "pswpin 100\npgpgin 400\n");
  host_.write("proc/diskstats", "8 0 sda 10 0 80 0 20 0 160 0 0 5 6 0 0 0 0\n");
  ASSERT_TRUE(sample());
  host_.write("proc/vmstat", "pswpin a hundred\n");
  host_.write("proc/diskstats", "8 0 sda ten\n");
  ASSERT_TRUE(sample());
  EXPECT_TRUE(has_problem("vmstat", Error::Kind::kMalformed));
  EXPECT_TRUE(has_problem("diskstats", Error::Kind::kMalformed));
  EXPECT_EQ(sample_.system.memory.swap_ins, 0);
  EXPECT_TRUE(sample_.system.disks.physical.empty()) << "lost alone";
  host_.write("proc/vmstat", "pswpin 107\npgpgin 408\n");
  host_.write("proc/diskstats", "8 0 sda 13 0 80 0 20 0 160 0 0 5 6 0 0 0 0\n");
  ASSERT_TRUE(sample());
  EXPECT_EQ(sample_.system.memory.swap_ins, 7) << "of both intervals";
  EXPECT_EQ(sample_.system.memory.paged_in, kibibytes(8));
  EXPECT_EQ(sample_.system.disks.physical.at(0).reads, 3);
}

TEST_F(CollectorTest, WithoutCgroup2ThereIsARootWithAllProcesses) {
  options_.cgroups = true;
  host_.process(7, {.threads = 2});
  host_.thread(7, 8, {.threads = 2});
  host_.process(9, {});
  host_.write("sys/fs/cgroup/memory/cgroup.procs", "7\n9\n");
  ASSERT_TRUE(sample());
  EXPECT_TRUE(has_problem("cgroups", Error::Kind::kMissing));
  EXPECT_FALSE(collector_->host().cgroup_v2);
  EXPECT_FALSE(sample_.cgroup_v2);
  ASSERT_EQ(sample_.cgroups.size(), 1U);
  Cgroup root;
  root.identity.processes = 2;
  EXPECT_EQ(sample_.cgroups[0], root) << "and nothing else is known";
  EXPECT_EQ(sample_.cgroup_pids, (std::vector<std::int32_t>{7, 9}));
}

TEST_F(CollectorTest, OnHybridHostsTheGroupsAreThoseOfVersion2) {
  options_.cgroups = true;
  host_.write("sys/fs/cgroup/memory/a/cgroup.procs", "7\n");
  host_.write("sys/fs/cgroup/unified/cgroup.controllers", "");
  host_.write("sys/fs/cgroup/unified/cgroup.procs", "1\n");
  host_.write("sys/fs/cgroup/unified/b/cgroup.procs", "7\n");
  ASSERT_TRUE(sample());
  EXPECT_TRUE(sample_.cgroup_v2);
  ASSERT_EQ(sample_.cgroups.size(), 2U);
  EXPECT_EQ(sample_.cgroups[1].name, "b");
  EXPECT_EQ(sample_.cgroup_pids, (std::vector<std::int32_t>{1, 7}));
}

TEST_F(CollectorTest, AHierarchyThatCannotBeReadOnceMakesNoSpike) {
  options_.cgroups = true;
  host_.write("sys/fs/cgroup/cgroup.controllers", "");
  host_.write("sys/fs/cgroup/cgroup.procs", "1\n");
  host_.write("sys/fs/cgroup/cpu.stat", "user_usec 1000000\nsystem_usec 0\n");
  ASSERT_TRUE(sample());
  std::filesystem::rename(host_.path() / "sys/fs", host_.path() / "sys/elsewhere");
  ASSERT_TRUE(sample());
  EXPECT_TRUE(has_problem("cgroups", Error::Kind::kMissing));
  EXPECT_EQ(sample_.cgroups.at(0).cpu.user, Microseconds{0});
  std::filesystem::rename(host_.path() / "sys/elsewhere", host_.path() / "sys/fs");
  host_.write("sys/fs/cgroup/cpu.stat", "user_usec 1000007\nsystem_usec 0\n");
  ASSERT_TRUE(sample());
  EXPECT_EQ(sample_.cgroups.at(0).cpu.user, Microseconds{7});
}

TEST_F(CollectorTest, WhatWasThereBeforeDoesNotLingerInTheNextSnapshots) {
  host_.write("proc/loadavg", "1.5 1.0 0.5 1/100 7\n");
  ASSERT_TRUE(sample());
  EXPECT_EQ(sample_.system.cpus.load1, 1.5F);
  host_.remove("proc/loadavg");
  ASSERT_TRUE(sample());
  ASSERT_TRUE(sample());
  EXPECT_EQ(sample_.system.cpus.load1, 0.0F);
}

}  // namespace
}  // namespace proctape
