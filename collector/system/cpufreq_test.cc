// SPDX-License-Identifier: Apache-2.0
#include "collector/system/cpufreq.h"

#include <gtest/gtest.h>

#include <chrono>

#include "collector/system/stat.h"
#include "tests/support/fixtures.h"
#include "tests/support/source_reader.h"
#include "tests/support/test_host.h"

namespace proctape {
namespace {

constexpr char kTwoCpus[] = "cpu 2 0 0 2\ncpu0 1 0 0 1\ncpu1 1 0 0 1\n";

std::string cpu_file(int cpu, const std::string& file) {
  return "sys/devices/system/cpu/cpu" + std::to_string(cpu) + "/cpufreq/" + file;
}

// Two CPUs, both online.
class Cpufreq : public testing::Test {
 protected:
  Cpufreq() { host_.write("proc/stat", kTwoCpus); }

  SourceReader& reader() {
    if (!reader_) reader_.emplace(std::move(*KernelFs::open(host_.path())));
    return *reader_;
  }
  void read() {
    ASSERT_TRUE(reader().read(read_stat));
    const auto read = reader().read(read_cpufreq);
    ASSERT_TRUE(read) << read.error().message;
  }
  void write_cpuinfo(const std::string& mhz, const std::string& flags) {
    const std::string rest = "\ncpu MHz\t\t: " + mhz + "\nflags\t\t: " + flags + "\n\n";
    host_.write("proc/cpuinfo", "processor\t: 0" + rest + "processor\t: 1" + rest);
  }
  const CpuFrequency& frequency(std::size_t cpu) {
    return reader().system().cpus.each[cpu].frequency;
  }

  TestHost host_;

 private:
  std::optional<SourceReader> reader_;
};

TEST_F(Cpufreq, TimeInStateIsPreferredAndGivesSums) {
  for (int cpu : {0, 1}) {
    host_.write(cpu_file(cpu, "stats/time_in_state"), "3400000 10\n2200500 5\n");
    host_.write(cpu_file(cpu, "scaling_cur_freq"), "1000000\n");
  }
  read();
  EXPECT_EQ(frequency(1),
            (CpuFrequency{.max_mhz = 3400, .mhz = 3400 * 10 + 2200 * 5, .ticks = {15}}));
}

TEST_F(Cpufreq, OtherwiseTheScaledFrequencyNow) {
  host_.write(cpu_file(0, "scaling_cur_freq"), "1234567\n");
  host_.write(cpu_file(0, "cpuinfo_max_freq"), "3200000\n");
  host_.write(cpu_file(1, "scaling_cur_freq"), "800000\n");
  read();
  EXPECT_EQ(frequency(0), (CpuFrequency{.max_mhz = 3200, .mhz = 1234}));
  EXPECT_EQ(frequency(1), (CpuFrequency{.max_mhz = 0, .mhz = 800}));
}

TEST_F(Cpufreq, OtherwiseWhatCpuinfoSaysWithoutDecimals) {
  host_.write("proc/cpuinfo",
              "processor\t: 0\ncpu MHz\t\t: 2596.999\n\nprocessor\t: 1\ncpu MHz\t\t: 800.001\n");
  read();
  EXPECT_EQ(frequency(0), (CpuFrequency{.mhz = 2596}));
  EXPECT_EQ(frequency(1), (CpuFrequency{.mhz = 800}));
}

TEST_F(Cpufreq, TheSourceIsDecidedOnceForARun) {
  host_.write("proc/cpuinfo", "processor : 0\ncpu MHz : 2596.1\n");
  read();
  host_.write(cpu_file(0, "scaling_cur_freq"), "1234567\n");
  reader().next();
  read();
  EXPECT_EQ(frequency(0).mhz, 2596);
}

TEST_F(Cpufreq, HostsThatTellNoFrequencyAreNotAskedAgain) {
  host_.write("proc/cpuinfo", "processor : 0\nBogoMIPS : 50.00\n");
  read();
  EXPECT_EQ(frequency(0), CpuFrequency{});
  EXPECT_EQ(reader().memo().frequency_source, FrequencySource::kNone);
}

TEST_F(Cpufreq, MaximaAreAskedOnceAMinute) {
  host_.write(cpu_file(0, "scaling_cur_freq"), "1000000\n");
  host_.write(cpu_file(0, "cpuinfo_max_freq"), "3200000\n");
  read();
  host_.write(cpu_file(0, "cpuinfo_max_freq"), "2100000\n");  // boost off
  reader().next(std::chrono::seconds(59));
  read();
  EXPECT_EQ(frequency(0).max_mhz, 3200);
  reader().next(std::chrono::seconds(1));
  read();
  EXPECT_EQ(frequency(0).max_mhz, 2100);
}

TEST_F(Cpufreq, OnlyOnlineCpusAreAsked) {
  SourceReader server(fixture("debian-12-server"));
  ASSERT_TRUE(server.read(read_stat));
  ASSERT_TRUE(server.read(read_cpufreq));
  const auto& cpus = server.system().cpus.each;
  EXPECT_EQ(cpus[4].frequency, (CpuFrequency{.max_mhz = 3200, .mhz = 1348}));
  EXPECT_EQ(cpus[5].frequency, CpuFrequency{});
  EXPECT_EQ(cpus[7].frequency, (CpuFrequency{.max_mhz = 3200, .mhz = 1759}));
}

TEST_F(Cpufreq, VirtualMachineHasCpuinfoOnly) {
  SourceReader machine(fixture("linux-6.18-vm"));
  ASSERT_TRUE(machine.read(read_stat));
  ASSERT_TRUE(machine.read(read_cpufreq));
  EXPECT_EQ(machine.system().cpus.each[1].frequency, (CpuFrequency{.mhz = 2596}));
}

TEST_F(Cpufreq, WhatTheKernelFoundAtBootIsAskedOnceAMinute) {
  write_cpuinfo("2000.1", "fpu avx");
  read();
  write_cpuinfo("3000.1", "fpu avx");
  reader().next(std::chrono::seconds(59));
  read();
  EXPECT_EQ(frequency(0).mhz, 2000);
  reader().next(std::chrono::seconds(1));
  read();
  EXPECT_EQ(frequency(0).mhz, 3000);
}

TEST_F(Cpufreq, WhatTheKernelMeasuresIsAskedEachTime) {
  write_cpuinfo("2000.1", "fpu aperfmperf avx");
  read();
  write_cpuinfo("3000.1", "fpu aperfmperf avx");
  reader().next();
  read();
  EXPECT_EQ(frequency(0).mhz, 3000);
}

TEST_F(Cpufreq, MalformedFilesAreNamed) {
  host_.write(cpu_file(0, "stats/time_in_state"), "3400000 10\n2200500\n");
  ASSERT_TRUE(reader().read(read_stat));
  ASSERT_TRUE(reader().read(read_cpufreq));
  ASSERT_EQ(reader().notes().size(), 1U);
  EXPECT_EQ(reader().notes()[0].message,
            "sys/devices/system/cpu/cpu0/cpufreq/stats/time_in_state:2: expected '<kHz> <time>', "
            "found '2200500'");

  Cpus cpus;
  cpus.each.resize(1);
  bool any = false;
  const auto parsed = parse_cpuinfo("processor : 0\ncpu MHz : fast\n", cpus, any);
  ASSERT_FALSE(parsed);
  EXPECT_EQ(parsed.error().message,
            "proc/cpuinfo:2: expected 'cpu MHz : <number>', found 'cpu MHz : fast'");
}

// One such CPU took the frequencies of all behind it along.
TEST_F(Cpufreq, AMalformedCpuLosesItsOwnFrequencyOnly) {
  Cpus cpus;
  cpus.each.resize(3);
  bool any = false;
  EXPECT_FALSE(
      parse_cpuinfo("processor : 0\ncpu MHz : 1000.0\nprocessor : one\ncpu MHz : 7.0\n"
                    "processor : 1\ncpu MHz : x\nprocessor : 2\ncpu MHz : 3000.0\n",
                    cpus, any));
  EXPECT_EQ(cpus.each[0].frequency.mhz, 1000);
  EXPECT_EQ(cpus.each[1].frequency.mhz, 0);
  EXPECT_EQ(cpus.each[2].frequency.mhz, 3000);
}

TEST_F(Cpufreq, CpuinfoOfACpuThatStatDidNotListIsSkipped) {
  Cpus cpus;
  cpus.each.resize(1);
  bool any = false;
  ASSERT_TRUE(
      parse_cpuinfo("processor : 7\ncpu MHz : 5.0\nprocessor : -1\ncpu MHz : 6.0\n", cpus, any));
  EXPECT_TRUE(any);
  EXPECT_EQ(cpus.each[0].frequency.mhz, 0);
}

}  // namespace
}  // namespace proctape
