// SPDX-License-Identifier: Apache-2.0
#include "query/topic/cpus.h"

#include "tests/support/answers.h"

namespace proctape {
namespace {

constexpr Seconds kNoon{1'700'000'000};

Cpu cpu_of(Count number, Count user, Count system, Count idle) {
  Cpu cpu;
  cpu.number = number;
  cpu.online = true;
  cpu.times.user = Ticks{user};
  cpu.times.system = Ticks{system};
  cpu.times.idle = Ticks{idle};
  return cpu;
}

// Of ten seconds, 1000 ticks of each CPU.
Sample sample_of(Seconds time, std::vector<Cpu> cpus) {
  Sample sample;
  sample.time = time;
  sample.interval = Seconds{10};
  sample.system.cpus.each = std::move(cpus);
  for (const Cpu& cpu : sample.system.cpus.each) {
    if (!cpu.online) continue;
    ++sample.system.cpus.online;
    add(cpu.times, sample.system.cpus.all.times);
  }
  return sample;
}

TEST(CpusTopic, TellsMeansAndPeakOfEachAndAll) {
  const auto tables = answer_to(
      "cpus", {sample_of(kNoon, {cpu_of(0, 500, 100, 400), cpu_of(1, 0, 0, 1000)}),
               sample_of(kNoon + Seconds{10}, {cpu_of(0, 900, 100, 0), cpu_of(1, 0, 200, 800)})});
  const Table& cpus = tables.at(0);
  ASSERT_EQ(cpus.rows.size(), 3U);
  EXPECT_EQ(std::get<std::string>(cpus.rows[0][0]), "all") << "it is the first";
  EXPECT_DOUBLE_EQ(number_in(cpus, "cpu", "0", "busy"), 80);
  EXPECT_DOUBLE_EQ(number_in(cpus, "cpu", "0", "user"), 70);
  EXPECT_DOUBLE_EQ(number_in(cpus, "cpu", "0", "system"), 10);
  EXPECT_DOUBLE_EQ(number_in(cpus, "cpu", "0", "idle"), 20);
  EXPECT_DOUBLE_EQ(number_in(cpus, "cpu", "0", "busy_peak"), 100);
  EXPECT_DOUBLE_EQ(number_in(cpus, "cpu", "0", "peak_time"), double(kNoon.value + 10));
  EXPECT_DOUBLE_EQ(number_in(cpus, "cpu", "1", "busy"), 10);
  EXPECT_DOUBLE_EQ(number_in(cpus, "cpu", "all", "busy"), 45);
  EXPECT_DOUBLE_EQ(number_in(cpus, "cpu", "all", "busy_peak"), 60);
  EXPECT_TRUE(tables.at(1).rows.empty()) << "none came or went";
}

TEST(CpusTopic, TellsTheSameOfAllAsTheOverview) {
  std::vector<Sample> samples = {plausible_sample(kNoon), plausible_sample(kNoon + Seconds{10})};
  CpuTimes& times = samples[1].system.cpus.all.times;
  times.softirq = Ticks{77};
  times.irq = Ticks{11};
  times.steal = Ticks{300};
  times.nice = Ticks{123};
  times.guest = Ticks{50};
  times.iowait = Ticks{200};
  const Table cpus = answer_to("cpus", samples).at(0);
  const Table measures = answer_to("overview", samples).at(1);
  const auto mean = [&](std::string_view measure) {
    return number_in(measures, "measure", measure, "mean");
  };
  EXPECT_DOUBLE_EQ(number_in(cpus, "cpu", "all", "busy"), mean("cpu_percent"));
  EXPECT_DOUBLE_EQ(number_in(cpus, "cpu", "all", "user"), mean("cpu_user_percent"));
  EXPECT_DOUBLE_EQ(number_in(cpus, "cpu", "all", "nice"), mean("cpu_nice_percent"));
  EXPECT_DOUBLE_EQ(number_in(cpus, "cpu", "all", "system"), mean("cpu_system_percent"));
  EXPECT_DOUBLE_EQ(number_in(cpus, "cpu", "all", "iowait"), mean("cpu_iowait_percent"));
  EXPECT_DOUBLE_EQ(number_in(cpus, "cpu", "all", "steal"), mean("cpu_steal_percent"));
  EXPECT_DOUBLE_EQ(number_in(cpus, "cpu", "all", "irq") + number_in(cpus, "cpu", "all", "softirq"),
                   mean("cpu_irq_percent"));
}

TEST(CpusTopic, TellsWhichCameAndWent) {
  Cpu away = cpu_of(1, 0, 0, 0);
  away.online = false;
  const auto tables = answer_to(
      "cpus", {sample_of(kNoon, {cpu_of(0, 0, 0, 1000), cpu_of(1, 0, 0, 1000)}),
               sample_of(kNoon + Seconds{10}, {cpu_of(0, 0, 0, 1000), away}),
               // Until 2.12 only those that are online are there, each with its number.
               sample_of(kNoon + Seconds{20}, {cpu_of(0, 0, 0, 1000), cpu_of(1, 0, 0, 1000)}),
               sample_of(kNoon + Seconds{30}, {cpu_of(1, 1000, 0, 0)})});
  const Table& changes = tables.at(1);
  ASSERT_EQ(changes.rows.size(), 3U);
  EXPECT_EQ(changes.rows[0][1], Value("1"));
  EXPECT_EQ(changes.rows[0][2], Value("went offline"));
  EXPECT_EQ(changes.rows[0][0], Value(double(kNoon.value + 10)));
  EXPECT_EQ(changes.rows[1][2], Value("came online"));
  EXPECT_EQ(changes.rows[2][1], Value("0"));
  const Table& cpus = tables.at(0);
  EXPECT_DOUBLE_EQ(number_in(cpus, "cpu", "1", "online"), 75);
  EXPECT_NEAR(number_in(cpus, "cpu", "1", "busy"), 100.0 / 3, 1e-9) << "of the time it was there";
}

TEST(CpusTopic, TellsFrequenciesAndInstructions) {
  Cpu cpu = cpu_of(0, 0, 0, 1000);
  cpu.frequency = {.max_mhz = 3000, .mhz = 2'000'000, .ticks = Ticks{1000}};
  cpu.instructions = 900;
  cpu.cycles = 1000;
  Cpu other = cpu_of(1, 0, 0, 1000);
  other.frequency.mhz = 1000;
  const Table cpus = answer_to("cpus", {sample_of(kNoon, {cpu, other})}).at(0);
  EXPECT_DOUBLE_EQ(number_in(cpus, "cpu", "0", "mhz"), 2000);
  EXPECT_DOUBLE_EQ(number_in(cpus, "cpu", "0", "max_mhz"), 3000);
  EXPECT_DOUBLE_EQ(number_in(cpus, "cpu", "0", "instructions_per_cycle"), 0.9);
  EXPECT_DOUBLE_EQ(number_in(cpus, "cpu", "1", "mhz"), 1000);
  EXPECT_DOUBLE_EQ(number_in(cpus, "cpu", "all", "mhz"), 1500);
}

TEST(CpusTopic, TellsNoRatesSinceBoot) {
  Sample sample = sample_of(kNoon, {cpu_of(0, 100, 0, 900)});
  sample.since_boot = true;
  const Table cpus = answer_to("cpus", {sample}).at(0);
  EXPECT_TRUE(is_nothing(cpus, row_of(cpus, "cpu", "0"), "busy"));
  EXPECT_TRUE(is_nothing(cpus, row_of(cpus, "cpu", "all"), "peak_time"));
}

}  // namespace
}  // namespace proctape
