// SPDX-License-Identifier: Apache-2.0
//
// On machines without hardware counters, too: the counters opened here are the kernel's
// software ones, which are opened, read, scaled and closed in the same way.
#include "collector/system/perf_counters.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>

#include "sample/deviation/deviation.h"
#include "tests/support/fixtures.h"
#include "tests/support/source_reader.h"

namespace proctape {
namespace {

// Nanoseconds, twice: of the CPU's clock.
constexpr PerfEvents kClocks{PERF_TYPE_SOFTWARE, PERF_COUNT_SW_CPU_CLOCK, PERF_COUNT_SW_CPU_CLOCK};
constexpr Count kMillisecond = 1'000'000;

std::size_t files_of_this_process() {
  const auto files = std::filesystem::directory_iterator("/proc/self/fd");
  return static_cast<std::size_t>(std::distance(begin(files), end(files)));
}

class PerfCountersTest : public testing::Test {
 protected:
  void SetUp() override {
    cpus_ = online_cpus();
    if (auto read = counters_.read(cpus_); !read) GTEST_SKIP() << read.error().message;
  }

  static Cpus online_cpus() {
    Cpus cpus;
    for (Count number = 0; number < ::sysconf(_SC_NPROCESSORS_ONLN); ++number) {
      cpus.each.push_back({.number = number, .online = true});
    }
    return cpus;
  }
  // The next snapshot, `milliseconds` later.
  void read_after(int milliseconds) {
    ::usleep(static_cast<useconds_t>(milliseconds) * 1000);
    const auto read = counters_.read(cpus_);
    ASSERT_TRUE(read) << read.error().message;
  }

  PerfCounters counters_{kClocks};
  Cpus cpus_;
};

TEST_F(PerfCountersTest, TheFirstReadingOpensAndIsMarkedInTheTotal) {
  EXPECT_EQ(cpus_.all.instructions, 1);
  EXPECT_EQ(cpus_.all.cycles, 1);
  EXPECT_EQ(cpus_.each[0].instructions, 0);
  EXPECT_EQ(counters_.open_files(), cpus_.each.size() * 2);
}

TEST_F(PerfCountersTest, EachCpuCountsWhatHappenedOnIt) {
  const auto begin = std::chrono::steady_clock::now();
  read_after(50);
  const Cpus before = cpus_;
  read_after(50);
  const auto elapsed = std::chrono::steady_clock::now() - begin;
  Count sum = 0;
  for (const Cpu& cpu : cpus_.each) {
    EXPECT_GE(cpu.instructions, 100 * kMillisecond - 20 * kMillisecond) << cpu.number;
    EXPECT_LE(cpu.instructions, std::chrono::nanoseconds(elapsed).count() + 5 * kMillisecond);
    EXPECT_GT(cpu.cycles, before.each[static_cast<std::size_t>(cpu.number)].cycles);
    sum += cpu.instructions;
  }
  EXPECT_EQ(cpus_.all.instructions, sum + 1);
}

TEST_F(PerfCountersTest, OnlyTheFirstDifferenceHoldsTheMark) {
  Snapshot before;
  Snapshot now;
  System difference;
  now.taken_at = WallTime(std::chrono::seconds(1));
  now.system.cpus = cpus_;
  system_deviation(before, now, difference);
  EXPECT_EQ(difference.cpus.all.cycles, 1);
  read_after(10);
  before = now;
  now.system.cpus = cpus_;
  system_deviation(before, now, difference);
  Count sum = 0;
  for (const Cpu& cpu : difference.cpus.each) sum += cpu.cycles;
  EXPECT_EQ(difference.cpus.all.cycles, sum);
}

TEST_F(PerfCountersTest, ACpuThatGoesIsClosedAndGoesOnWhenItComesBack) {
  if (cpus_.each.size() < 2) GTEST_SKIP() << "this machine has one CPU";
  read_after(20);
  const Count counted = cpus_.each[1].cycles;
  const Count all = cpus_.all.cycles;
  cpus_.each[1].online = false;
  read_after(20);
  EXPECT_EQ(counters_.open_files(), (cpus_.each.size() - 1) * 2);
  EXPECT_EQ(cpus_.each[1].cycles, counted) << "as it was";
  EXPECT_GT(cpus_.all.cycles, all);
  cpus_.each[1].online = true;
  read_after(20);
  EXPECT_EQ(counters_.open_files(), cpus_.each.size() * 2);
  EXPECT_EQ(cpus_.each[1].cycles, counted) << "opened only now";
  read_after(20);
  EXPECT_GT(cpus_.each[1].cycles, counted + 10 * kMillisecond);
  EXPECT_LT(cpus_.each[1].cycles, cpus_.each[0].cycles) << "not the time it was away";
}

TEST_F(PerfCountersTest, AreClosedWithTheirOwner) {
  const std::size_t open = files_of_this_process();
  {
    PerfCounters more(kClocks);
    Cpus cpus = online_cpus();
    ASSERT_TRUE(more.read(cpus));
    EXPECT_EQ(files_of_this_process(), open + more.open_files());
    EXPECT_GT(more.open_files(), 0U);
  }
  EXPECT_EQ(files_of_this_process(), open);
}

TEST_F(PerfCountersTest, TheLimitOfOpenFilesIsRespectedAndAskedForOnce) {
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  PerfCounters counters(kClocks);
  Cpus cpus = online_cpus();
  const std::size_t open = files_of_this_process();
  rlimit low = before;
  low.rlim_cur = PerfCounters::kReservedFiles + 2 * cpus.each.size() - 1;
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &low), 0);
  const auto refused = counters.read(cpus);
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, Error::Kind::kDenied);
  EXPECT_NE(refused.error().message.find("limit of " + std::to_string(low.rlim_cur + 1)),
            std::string::npos)
      << refused.error().message;
  EXPECT_EQ(files_of_this_process(), open);
  EXPECT_EQ(cpus.all.cycles, 0);
  EXPECT_FALSE(counters.read(cpus)) << "also when the limit is another";
}

TEST(PerfCounters, WhatWasCountedInAPartOfTheTimeStandsForAll) {
  EXPECT_EQ(scaled_count(1000, 500, 500), 1000);
  EXPECT_EQ(scaled_count(1000, 500, 100), 5000);
  EXPECT_EQ(scaled_count(0, 500, 1), 0);
  // Six hours of a CPU at 5 GHz, counted a third of the time.
  EXPECT_EQ(scaled_count(36'000'000'000'000, 21'600'000'000'000, 7'200'000'000'000),
            108'000'000'000'000);
}

TEST(PerfCounters, AMachineWithoutSuchCountersLacksThem) {
  constexpr std::uint64_t kNoSuchEvent = 0xffff;
  PerfCounters counters(PerfEvents{PERF_TYPE_SOFTWARE, kNoSuchEvent, kNoSuchEvent});
  Cpus cpus;
  cpus.each.push_back({.number = 0, .online = true});
  const auto read = counters.read(cpus);
  ASSERT_FALSE(read);
  EXPECT_TRUE(read.error().kind == Error::Kind::kMissing ||
              read.error().kind == Error::Kind::kDenied)
      << read.error().message;
  EXPECT_EQ(cpus.all.instructions, 0);
}

TEST(PerfCounters, AHalfOpenedGroupIsClosed) {
  constexpr std::uint64_t kNoSuchEvent = 0xffff;
  PerfCounters counters(PerfEvents{PERF_TYPE_SOFTWARE, PERF_COUNT_SW_CPU_CLOCK, kNoSuchEvent});
  Cpus cpus;
  cpus.each.push_back({.number = 0, .online = true});
  const std::size_t open = files_of_this_process();
  EXPECT_FALSE(counters.read(cpus));
  EXPECT_EQ(files_of_this_process(), open);
}

TEST(PerfCounters, OfThisMachineAreReadOrSaidToBeMissing) {
  SourceReader live(std::move(*KernelFs::open("/")));
  live.system().cpus.each.push_back({.number = 0, .online = true});
  const auto read = live.read(read_perf_counters);
  if (!read) {
    EXPECT_TRUE(read.error().kind == Error::Kind::kMissing ||
                read.error().kind == Error::Kind::kDenied)
        << read.error().message;
    GTEST_SKIP() << read.error().message;
  }
  ::usleep(10'000);
  ASSERT_TRUE(live.read(read_perf_counters));
  EXPECT_GT(live.system().cpus.each[0].instructions, 1000);
  EXPECT_GT(live.system().cpus.each[0].cycles, 1000);
}

TEST(PerfCounters, OfAnotherHostsTreeAreNotReadHere) {
  SourceReader reader(fixture("debian-12-server"));
  const auto read = reader.read(read_perf_counters);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().kind, Error::Kind::kMissing);
}

}  // namespace
}  // namespace proctape
