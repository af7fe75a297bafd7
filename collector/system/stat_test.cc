// SPDX-License-Identifier: Apache-2.0
#include "collector/system/stat.h"

#include <gtest/gtest.h>

#include "tests/support/fixtures.h"
#include "tests/support/source_reader.h"
#include "tests/support/test_host.h"

namespace proctape {
namespace {

TEST(Stat, ColumnsAreInTheKernelsOrderAndInTicks) {
  Cpus cpus;
  ASSERT_TRUE(parse_stat("cpu  1 2 3 4 5 6 7 8 9 10\n", {}, cpus));
  EXPECT_EQ(cpus.all.times.user, Ticks{1});
  EXPECT_EQ(cpus.all.times.nice, Ticks{2});
  EXPECT_EQ(cpus.all.times.system, Ticks{3});
  EXPECT_EQ(cpus.all.times.idle, Ticks{4});
  EXPECT_EQ(cpus.all.times.iowait, Ticks{5});
  EXPECT_EQ(cpus.all.times.irq, Ticks{6});
  EXPECT_EQ(cpus.all.times.softirq, Ticks{7});
  EXPECT_EQ(cpus.all.times.steal, Ticks{8});
  EXPECT_EQ(cpus.all.times.guest, Ticks{9});
}

TEST(Stat, OlderKernelsHaveFewerColumns) {
  Cpus cpus;
  ASSERT_TRUE(parse_stat("cpu 1 2 3 4\n", {}, cpus));
  EXPECT_EQ(cpus.all.times.idle, Ticks{4});
  EXPECT_EQ(cpus.all.times.iowait, Ticks{0});
}

TEST(Stat, TotalsOfTheSystemAreTheFirstNumbersOfTheirLines) {
  Cpus cpus;
  ASSERT_TRUE(
      parse_stat("cpu 1 2 3 4\nintr 500 9 8 7\nctxt 600\nbtime 7\nprocesses 70\n", {}, cpus));
  EXPECT_EQ(cpus.interrupts, 500);
  EXPECT_EQ(cpus.context_switches, 600);
  EXPECT_EQ(cpus.forks, 70);
}

TEST(Stat, WithoutALinePerCpuThereIsOneCpu) {
  Cpus cpus;
  ASSERT_TRUE(parse_stat("cpu 1 2 3 4\n", {}, cpus));
  EXPECT_EQ(cpus.online, 1);
  EXPECT_TRUE(cpus.each.empty());
}

TEST(Stat, CpusAreIndexedByNumberWithHolesForThoseOffline) {
  SourceReader reader(fixture("debian-12-server"));
  ASSERT_TRUE(reader.read(read_stat));
  const Cpus& cpus = reader.system().cpus;
  EXPECT_EQ(cpus.online, 7);
  ASSERT_EQ(cpus.each.size(), 8U);
  for (std::size_t i = 0; i < 8; ++i) {
    EXPECT_EQ(cpus.each[i].number, static_cast<Count>(i));
    EXPECT_EQ(cpus.each[i].online, i != 5) << i;
  }
  EXPECT_EQ(cpus.each[5].times.user, Ticks{0});
  EXPECT_EQ(cpus.each[6].times.user, Ticks{1209173});
  EXPECT_EQ(cpus.interrupts, 911203311);
}

TEST(Stat, CpuThatGoesOfflineKeepsItsTotalsAndGoesOnFromThere) {
  const TestHost host;
  host.write("proc/stat", "cpu 5 0 0 9\ncpu0 2 0 0 4\ncpu1 3 0 0 5\n");
  SourceReader reader(std::move(*KernelFs::open(host.path())));
  ASSERT_TRUE(reader.read(read_stat));

  reader.next();
  host.write("proc/stat", "cpu 6 0 0 9\ncpu0 3 0 0 4\n");
  ASSERT_TRUE(reader.read(read_stat));
  ASSERT_EQ(reader.system().cpus.each.size(), 2U) << "the highest CPU is not forgotten";
  EXPECT_EQ(reader.system().cpus.online, 1);
  EXPECT_FALSE(reader.system().cpus.each[1].online);
  EXPECT_EQ(reader.system().cpus.each[1].times.user, Ticks{3});

  reader.next();
  host.write("proc/stat", "cpu 8 0 0 9\ncpu0 4 0 0 4\ncpu1 4 0 0 5\n");
  ASSERT_TRUE(reader.read(read_stat));
  EXPECT_TRUE(reader.system().cpus.each[1].online);
  EXPECT_EQ(reader.system().cpus.each[1].times.user, Ticks{4});
}

TEST(Stat, MalformedLinesAreNamed) {
  Cpus cpus;
  auto parsed = parse_stat("cpu 1 2 3 4\ncpu0 1 2 x 4\n", {}, cpus);
  ASSERT_FALSE(parsed);
  EXPECT_EQ(parsed.error().kind, Error::Kind::kMalformed);
  EXPECT_EQ(parsed.error().message,
            "proc/stat:2: expected 'cpu<number>' and at least 4 numbers, found 'cpu0 1 2 x 4'");
  EXPECT_FALSE(parse_stat("cpu 1 2 3\n", {}, cpus));
  EXPECT_FALSE(parse_stat("cpu 1 2 3 4\nctxt\n", {}, cpus));
  EXPECT_FALSE(parse_stat("cpu 1 2 3 4\ncpux 1 2 3 4\n", {}, cpus));
}

// Without this one there was no sample at all.
TEST(Stat, AMalformedCpuKeepsItsValuesAndTheOthersAreRead) {
  Cpus before;
  ASSERT_TRUE(parse_stat("cpu 9 0 0 9\ncpu0 2 0 0 4\ncpu1 7 0 0 5\nctxt 5\n", {}, before));
  Cpus now;
  EXPECT_FALSE(parse_stat("cpu 9 0 0 9\ncpu0 x 0 0 4\ncpu1 8 0 0 5\nctxt\n", before, now));
  EXPECT_EQ(now.online, 2);
  EXPECT_EQ(now.each[0].times.user, Ticks{2});
  EXPECT_EQ(now.each[1].times.user, Ticks{8});
  EXPECT_EQ(now.context_switches, 5);
}

TEST(Stat, AbsurdCpuNumberIsAnErrorAndNotAnAllocation) {
  Cpus cpus;
  EXPECT_FALSE(parse_stat("cpu 1 2 3 4\ncpu4000000000 1 2 3 4\n", {}, cpus));
  EXPECT_FALSE(parse_stat("cpu 1 2 3 4\ncpu-1 1 2 3 4\n", {}, cpus));
}

TEST(Stat, TextWithoutTheTotalIsMalformed) {
  Cpus cpus;
  const auto parsed = parse_stat("ctxt 1\n", {}, cpus);
  ASSERT_FALSE(parsed);
  EXPECT_EQ(parsed.error().message, "proc/stat: expected a line 'cpu <ticks>...', found 'none'");
}

}  // namespace
}  // namespace proctape
