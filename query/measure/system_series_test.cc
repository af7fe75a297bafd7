// SPDX-License-Identifier: Apache-2.0
#include "query/measure/system_series.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "tests/support/plain_samples.h"

namespace proctape {
namespace {

TEST(SystemSeries, HasNoRatesOfWhatWasCountedSinceBoot) {
  SystemSeries series;
  Sample boot = plain_sample(1000, 900);
  boot.since_boot = true;
  boot.system.disks.physical = {{.name = "sda", .sectors_read = {1000}, .busy = {77}}};
  give(boot, series);
  const SystemPoint& point = series.points().at(0);
  EXPECT_EQ(series.seconds(), 0);
  EXPECT_TRUE(std::isnan(point[Measure::kCpuBusy]));
  EXPECT_TRUE(std::isnan(point[Measure::kDiskRead]));
  EXPECT_EQ(point[Measure::kMemoryUsed], 600 * 1024);
  EXPECT_EQ(point.uptime, Seconds{900});
}

// With samples every 200 ms all rates were a fifth.
TEST(SystemSeries, CountsTheTimeThatPassedAndNotTheSecondsThatAreStored) {
  SystemSeries series;
  for (int i = 0; i < 10; ++i) {
    Sample sample = plain_sample(1010, 1);
    sample.beyond = Milliseconds{-800};
    sample.system.cpus.forks = 4;
    give(sample, series);
  }
  EXPECT_NEAR(series.seconds(), 2, 1e-9);
  EXPECT_NEAR(series.points().at(0).seconds, 0.2, 1e-9);
  EXPECT_NEAR(series.points().at(0)[Measure::kForks], 20, 1e-9);
  const auto one = folded(series.points(), 1);
  ASSERT_EQ(one.size(), 1U);
  EXPECT_NEAR(one[0].seconds, 2, 1e-9);
  EXPECT_NEAR(one[0][Measure::kForks], 20, 1e-9);
}

TEST(SystemSeries, EstimatesAvailableMemoryWhereTheLogHasNone) {
  SystemSeries series;
  Sample sample = plain_sample(1010);
  Memory& memory = sample.system.memory;
  memory.available = {};
  memory.free = kibibytes(100);
  memory.buffers = kibibytes(10);
  memory.cached = kibibytes(200);
  memory.slab_reclaimable = kibibytes(20);
  memory.shmem = kibibytes(30);
  give(sample, series);
  EXPECT_EQ(series.points()[0][Measure::kMemoryAvailable], 300 * 1024);
  EXPECT_EQ(series.points()[0][Measure::kMemoryUsed], 700 * 1024);
}

// atop stores the whole idle time since boot when the kernel takes a tick of it back.
TEST(SystemSeries, DoesNotBelieveMoreCpuTimeThanTheIntervalHas) {
  SystemSeries series;
  Sample sample = plain_sample(1010);
  sample.system.cpus.all.times.idle = {500'000'000};
  give(sample, series);
  EXPECT_NEAR(series.points()[0][Measure::kCpuBusy], 25, 1e-9);
}

TEST(SystemSeries, CountsOnlyTheTrafficThatLeavesTheMachine) {
  SystemSeries series;
  Sample sample = plain_sample(1010);
  sample.system.interfaces.each = {
      {.name = "lo", .received = {10}, .type = Interface::kOther},
      {.name = "veth0", .received = {20}, .type = Interface::kVirtual},
      {.name = "eth0", .received = {40}, .receive_drops = 30, .type = Interface::kEthernet},
      {.name = "wlan0", .received = {80}, .type = Interface::kWireless},
  };
  give(sample, series);
  EXPECT_EQ(series.points()[0][Measure::kNetReceived], 12);
  EXPECT_EQ(series.points()[0][Measure::kNetDrops], 3);
}

TEST(SystemSeries, AllPointsTellOfTheSameInterfaces) {
  SystemSeries series;
  Sample sample = plain_sample(1010);
  const Interface real{.name = "eth0", .received = {40}, .type = Interface::kEthernet};
  const Interface container{.name = "eth9", .received = {20}, .type = Interface::kVirtual};
  sample.system.interfaces.each = {container};
  give(sample, series);
  EXPECT_EQ(series.interfaces_counted(), Basis::kVirtual);
  EXPECT_EQ(series.points()[0][Measure::kNetReceived], 2) << "there is no other";
  sample.time = {1020};
  sample.system.interfaces.each = {container, real};
  give(sample, series);
  sample.time = {1030};
  sample.system.interfaces.each = {container};  // eth0 is missing from this one
  give(sample, series);
  EXPECT_EQ(series.interfaces_counted(), Basis::kReal);
  EXPECT_EQ(series.points()[0][Measure::kNetReceived], 0);
  EXPECT_EQ(series.points()[1][Measure::kNetReceived], 4);
  EXPECT_EQ(series.points()[2][Measure::kNetReceived], 0);
}

TEST(SystemSeries, CountsTasksByState) {
  SystemSeries series;
  Sample sample = plain_sample(1010);
  sample.accounting = true;
  sample.tasks = {plain_process(1, 1, 0), plain_process(2, 1, 0), plain_process(3, 1, 0)};
  sample.tasks[0].identity.threads = 5;
  sample.tasks[0].identity.threads_running = 2;
  sample.tasks[0].identity.threads_uninterruptible = 3;
  sample.tasks[1].identity.state = 'Z';
  sample.tasks[2].identity.state = TaskIdentity::kExited;
  sample.tasks[2].memory.major_faults = 20;
  give(sample, series);
  const SystemPoint& point = series.points()[0];
  EXPECT_EQ(point[Measure::kProcesses], 2) << "the exited one is none any more";
  EXPECT_EQ(point[Measure::kThreads], 6);
  EXPECT_EQ(point[Measure::kRunning], 2);
  EXPECT_EQ(point[Measure::kBlocked], 3);
  EXPECT_EQ(point[Measure::kZombies], 1);
  EXPECT_NEAR(point[Measure::kExits], 0.1, 1e-9);
  EXPECT_NEAR(point[Measure::kMajorFaults], 2, 1e-9);
}

TEST(SystemSeries, SeesGapsButNotRounding) {
  SystemSeries series;
  for (const Count time : {1010, 1021, 1041, 1051}) give(plain_sample(time), series);
  Sample restarted = plain_sample(1060, 500);
  restarted.since_boot = true;
  give(restarted, series);
  std::vector<Count> gaps;
  for (const SystemPoint& point : series.points()) gaps.push_back(point.gap.value);
  EXPECT_EQ(gaps, (std::vector<Count>{0, 0, 10, 0, 9}));
}

// A year of samples took 1.5 GB.
TEST(SystemSeries, OfManySamplesJoinsPointsAndForgetsNoPeak) {
  SystemSeries all;
  SystemSeries joined(10);
  double forks = 0;
  for (Count i = 0; i < 1000; ++i) {
    Sample sample = plain_sample(1000 + 10 * i + (i >= 700 ? 500 : 0));
    sample.since_boot = i == 300;
    sample.system.cpus.forks = i * 37 % 101;
    sample.system.memory.available = kibibytes(100 + i * 53 % 997);
    Interface virtual_one;
    virtual_one.name = "veth1";
    virtual_one.type = Interface::kVirtual;
    virtual_one.received = Bytes{100};
    Interface real_one;
    real_one.name = "eth0";
    real_one.type = Interface::kEthernet;
    real_one.received = Bytes{i % 7};
    real_one.sent = Bytes{i % 5};
    sample.system.interfaces.each = {virtual_one};
    if (i > 600) sample.system.interfaces.each.push_back(real_one);
    if (!sample.since_boot) forks += static_cast<double>(i * 37 % 101);
    give(sample, all);
    give(sample, joined);
    ASSERT_LE(joined.points().size(), 10U + 3) << "besides those that join with none";
  }
  EXPECT_EQ(all.points().size(), 1000U);
  EXPECT_NEAR(joined.seconds(), all.seconds(), 1e-6);
  for (std::size_t i = 0; i < kMeasureCount; ++i) {
    const auto measure = static_cast<Measure>(i);
    const MeanAndPeak expected = mean_and_peak(all.points(), measure);
    for (const MeanAndPeak& found : {all.mean_and_peak(measure), joined.mean_and_peak(measure)}) {
      EXPECT_TRUE(found.mean == expected.mean || std::isnan(expected.mean)) << i;
      EXPECT_TRUE(found.peak == expected.peak || std::isnan(expected.peak)) << i;
      EXPECT_TRUE(found.total == expected.total || std::isnan(expected.total)) << i;
      EXPECT_EQ(found.peak_time, expected.peak_time) << i;
    }
  }
  double sum = 0;
  Count since_boot = 0, gaps = 0;
  for (const SystemPoint& point : joined.points()) {
    if (!point.since_boot) sum += point[Measure::kForks] * point.seconds;
    since_boot += point.since_boot ? 1 : 0;
    gaps += point.gap.value > 0 ? 1 : 0;
  }
  EXPECT_NEAR(sum, forks, 1e-6);
  EXPECT_EQ(since_boot, 1);
  EXPECT_EQ(gaps, 2) << "a begin stands behind one";
}

TEST(SystemSeries, StandsAnyNumbers) {
  for (const std::int64_t value : {std::numeric_limits<std::int64_t>::min(), std::int64_t{-1},
                                   std::numeric_limits<std::int64_t>::max()}) {
    SystemSeries series;
    for (int i = 0; i < 3; ++i) {
      Sample sample = plain_sample(value, value);
      sample.system.cpus.online = value;
      sample.system.cpus.all.times = {.user = {value}, .nice = {value}, .system = {value}};
      sample.system.memory.total = sample.system.memory.available = {value};
      sample.system.disks.physical = {{.name = "sda", .sectors_read = {value}, .busy = {value}}};
      give(sample, series);
    }
    EXPECT_EQ(folded(series.points(), 9).size(), 3U);
    static_cast<void>(mean_and_peak(series.points(), Measure::kDiskRead));
  }
}

// A 725 MB/s second showed as 17.
TEST(MeanAndPeak, ThePeakIsOfOneIntervalAndTheMeanByTheirLengths) {
  SystemSeries series;
  Sample sample = plain_sample(1010, 1);
  sample.system.cpus.forks = 100;
  give(sample, series);
  sample = plain_sample(1019, 9);
  give(sample, series);
  const MeanAndPeak forks = mean_and_peak(series.points(), Measure::kForks);
  EXPECT_NEAR(forks.mean, 10, 1e-9);
  EXPECT_NEAR(forks.peak, 100, 1e-9);
  EXPECT_EQ(forks.peak_time, Seconds{1010});
}

TEST(MeanAndPeak, OfAvailableMemoryTheLeastIsTheWorst) {
  SystemSeries series;
  for (const Count available : {400, 100, 300}) {
    Sample sample = plain_sample(1000 + available);
    sample.system.memory.available = kibibytes(available);
    give(sample, series);
  }
  const MeanAndPeak found = mean_and_peak(series.points(), Measure::kMemoryAvailable);
  EXPECT_EQ(found.peak, 100 * 1024);
  EXPECT_EQ(found.peak_time, Seconds{1100});
}

TEST(Folded, JoinsWithinTheCountButNotAcrossGapsOrRestarts) {
  std::vector<SystemPoint> points(9);
  for (std::size_t i = 0; i < points.size(); ++i) {
    points[i].time = {static_cast<Count>(i)};
    points[i].seconds = 10;
    points[i][Measure::kLoad1] = static_cast<double>(i);
  }
  points[0].since_boot = true;
  points[5].gap = {70};
  const auto few = folded(points, 3);  // up to 3 together
  ASSERT_EQ(few.size(), 5U);
  std::vector<double> seconds;
  for (const SystemPoint& point : few) seconds.push_back(point.seconds);
  EXPECT_EQ(seconds, (std::vector<double>{10, 30, 10, 30, 10}));
  EXPECT_NEAR(few[1][Measure::kLoad1], 2, 1e-9);
  EXPECT_EQ(few[3].gap, Seconds{70});
  EXPECT_EQ(folded(points, 100).size(), points.size());
}

}  // namespace
}  // namespace proctape
