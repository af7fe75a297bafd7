// SPDX-License-Identifier: Apache-2.0
//
// Against a stand-in for NVIDIA's library: tests/support/fake_nvml.cc.
#include "collector/gpu/gpu_monitor.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <thread>

#include "collector/collector.h"
#include "collector/system/gpu.h"
#include "sample/deviation/deviation.h"
#include "tests/support/fixtures.h"
#include "tests/support/gpu_driver.h"
#include "tests/support/source_reader.h"

namespace proctape {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr char kTwoGpus[] =
    "gpu NVIDIA_A100-SXM4-40GB 00000000:65:00.0 37 12 42949672960 2147483648\n"
    "gpu Tesla_T4 00000000:B3:00.0 5 1 16106127360 1048576\n"
    "process 0 C 4242 1073741824 30 10\n"
    "process 0 G 77 4194304 0 0\n"
    "process 1 C 4242 524288 5 1\n";

class GpuTest : public testing::Test {
 protected:
  Result<> read(SinceBoot now = 1h) { return monitor_.read(now, snapshot_); }
  const Gpu& gpu(std::size_t i) const { return snapshot_.system.gpus.each.at(i); }
  // A task of the snapshot with what it uses.
  TaskGpu use_of(Count pid) {
    snapshot_.tasks.assign(1, TaskReading{});
    snapshot_.tasks[0].identity.pid = pid;
    snapshot_.task_index.build(snapshot_.tasks);
    monitor_.add_uses(snapshot_);
    return snapshot_.tasks[0].gpu;
  }

  GpuDriver driver_;
  GpuMonitor monitor_{FAKE_NVML};
  Snapshot snapshot_;
};

TEST_F(GpuTest, DevicesAreReadWithNamesAndGauges) {
  driver_.tells(kTwoGpus);
  const auto done = read();
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_TRUE(snapshot_.gpu);
  ASSERT_EQ(snapshot_.system.gpus.each.size(), 2U);
  EXPECT_EQ(gpu(0).type, std::string_view("00-SXM4-40GB")) << "its last 12 bytes";
  EXPECT_EQ(gpu(0).bus_id, std::string_view("0000:65:00.0"));
  EXPECT_EQ(gpu(0).busy_percent, 37);
  EXPECT_EQ(gpu(0).memory_busy_percent, 12);
  EXPECT_EQ(gpu(0).memory_total, kibibytes(40 << 20));
  EXPECT_EQ(gpu(0).memory_used, kibibytes(2 << 20));
  EXPECT_EQ(gpu(0).processes, 2);
  EXPECT_EQ(gpu(1).number, 1);
  EXPECT_EQ(gpu(1).type, std::string_view("Tesla_T4")) << "no blank: readers split at them";
  EXPECT_EQ(gpu(1).processes, 1);
}

TEST_F(GpuTest, EachReadingIsASampleOfTheSums) {
  driver_.tells(kTwoGpus);
  ASSERT_TRUE(read());
  const Gpu first = gpu(0);
  EXPECT_EQ(first.samples, 1);
  EXPECT_EQ(first.busy_percent_sum, 37);
  EXPECT_EQ(first.memory_used_sum, kibibytes(2 << 20));
  driver_.tells("gpu A 0:65 63 20 42949672960 0\ngpu B 0:b3 0 0 1 0\n");
  ASSERT_TRUE(read());
  EXPECT_EQ(gpu(0).samples, 2);
  EXPECT_EQ(gpu(0).busy_percent, 63);
  EXPECT_EQ(gpu(0).busy_percent_sum, 100);
  EXPECT_EQ(gpu(0).memory_busy_percent_sum, 32);
}

TEST_F(GpuTest, BetweenSnapshotsTheThreadSamplesBySecond) {
  driver_.tells(kTwoGpus);
  const auto begin = Clock::now();
  ASSERT_TRUE(read());
  std::this_thread::sleep_for(2500ms);
  ASSERT_TRUE(read());
  const auto passed = std::chrono::floor<std::chrono::seconds>(Clock::now() - begin);
  EXPECT_GE(gpu(0).samples, 3);
  EXPECT_LE(gpu(0).samples, 2 + passed.count()) << "one with each snapshot, and one a second";
  EXPECT_EQ(gpu(0).busy_percent_sum, 37 * gpu(0).samples);
}

TEST_F(GpuTest, AProcessHasTheSumOverItsGpus) {
  driver_.tells(kTwoGpus);
  ASSERT_TRUE(read());
  const TaskGpu compute = use_of(4242);
  EXPECT_EQ(compute.state, 'A');
  EXPECT_EQ(compute.type, 'C');
  EXPECT_EQ(compute.gpus, 2);
  EXPECT_EQ(compute.gpu_list, 0b11);
  EXPECT_EQ(compute.busy_percent, 35);
  EXPECT_EQ(compute.memory_busy_percent, 11);
  EXPECT_EQ(compute.memory, kibibytes((1 << 20) + 512));
  EXPECT_EQ(compute.samples, 1);
  EXPECT_EQ(compute.time.value, kUnknown);
  const TaskGpu graphics = use_of(77);
  EXPECT_EQ(graphics.type, 'G');
  EXPECT_EQ(graphics.busy_percent, 0);
  EXPECT_EQ(use_of(78), TaskGpu{});
}

TEST_F(GpuTest, OneThatComputesAndDrawsCountsOnce) {
  driver_.tells("gpu A 0:1 1 1 100 10\nprocess 0 C 5 4096 1 1\nprocess 0 G 5 4096 1 1\n");
  ASSERT_TRUE(read());
  EXPECT_EQ(gpu(0).processes, 1);
  EXPECT_EQ(use_of(5).memory, Bytes{4096});
  EXPECT_EQ(use_of(5).type, 'C');
}

TEST_F(GpuTest, ManyProcessesAreAllListed) {
  std::string text = "gpu A 0:1 1 1 100 10\n";
  for (int pid = 1; pid <= 500; ++pid) {
    text += "process 0 C " + std::to_string(pid) + " 1024 1 1\n";
  }
  driver_.tells(text);
  ASSERT_TRUE(read());
  EXPECT_EQ(gpu(0).processes, 500);
  EXPECT_EQ(use_of(500).memory, kibibytes(1));
}

TEST_F(GpuTest, WhatADeviceDoesNotTellIsUnknownAndNotZero) {
  driver_.tells("gpu A 0:1 999 0 100 10\nprocess 0 C 5 18446744073709551615 - 0\n");
  ASSERT_TRUE(read());
  EXPECT_EQ(gpu(0).busy_percent, kUnknown);
  EXPECT_EQ(gpu(0).busy_percent_sum, kUnknown);
  EXPECT_EQ(gpu(0).memory_used, Bytes{10});
  EXPECT_EQ(use_of(5).busy_percent, kUnknown);
  EXPECT_EQ(use_of(5).busy_percent_sum, kUnknown);
  EXPECT_EQ(use_of(5).memory, Bytes{0});
}

TEST_F(GpuTest, AHangingDriverCostsOneSnapshotItsPatienceAndTheOthersNothing) {
  driver_.tells(kTwoGpus);
  ASSERT_TRUE(read());
  driver_.tells(std::string(kTwoGpus) + "hang\n");
  snapshot_.system.gpus.each.clear();
  auto begin = Clock::now();
  auto hung = read();
  ASSERT_FALSE(hung);
  EXPECT_EQ(hung.error().kind, Error::Kind::kIo);
  EXPECT_LT(Clock::now() - begin, GpuMonitor::kPatience + 2s);
  EXPECT_FALSE(snapshot_.gpu);
  EXPECT_TRUE(snapshot_.system.gpus.each.empty());
  EXPECT_EQ(use_of(4242), TaskGpu{});
  begin = Clock::now();
  EXPECT_FALSE(read());
  EXPECT_LT(Clock::now() - begin, GpuMonitor::kPatience / 2);

  driver_.tells(kTwoGpus);
  const auto give_up = Clock::now() + 20s;
  while (!read() && Clock::now() < give_up) std::this_thread::sleep_for(10ms);
  EXPECT_TRUE(snapshot_.gpu) << "it answers again";
  EXPECT_LE(gpu(0).samples, 2) << "begun anew: the next difference is no sum since the start";
}

TEST_F(GpuTest, WithoutADriverThereIsNoGpuAndItIsAskedOnceAMinute) {
  driver_.tells("init 9\n");
  const auto absent = read();
  ASSERT_FALSE(absent);
  EXPECT_EQ(absent.error().kind, Error::Kind::kMissing);
  EXPECT_EQ(absent.error().message, "nvmlInit_v2: Driver Not Loaded");
  driver_.tells(kTwoGpus);
  EXPECT_FALSE(read()) << "not yet";
  EXPECT_EQ(driver_.text(), kTwoGpus) << "nothing was called";
}

TEST_F(GpuTest, WithoutTheLibraryThereIsNoGpu) {
  GpuMonitor monitor("libnvidia-ml-is-not-there.so.1");
  const auto absent = monitor.read(1h, snapshot_);
  ASSERT_FALSE(absent);
  EXPECT_EQ(absent.error().kind, Error::Kind::kMissing);
  EXPECT_FALSE(monitor.read(1h + 2min, snapshot_));
}

TEST_F(GpuTest, AnotherLibraryOfThatNameIsRefused) {
  GpuMonitor monitor("libz.so.1");
  const auto refused = monitor.read(1h, snapshot_);
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find("lacks the functions"), std::string::npos)
      << refused.error().message;
}

TEST_F(GpuTest, TheLibraryIsShutDownWithItsUser) {
  driver_.tells(kTwoGpus);
  { ASSERT_TRUE(GpuMonitor(FAKE_NVML).read(1h, snapshot_)); }
  EXPECT_EQ(driver_.text(), std::string(kTwoGpus) + "calls init\ncalls shutdown\n");
}

TEST_F(GpuTest, LostDevicesAreAnErrorUntilTheLibraryIsStartedAnew) {
  driver_.tells(kTwoGpus);
  ASSERT_TRUE(read());
  driver_.tells("");
  EXPECT_FALSE(read());
  EXPECT_NE(driver_.text().find("calls shutdown"), std::string::npos);
}

// ---- Sums ----

GpuReading reading_of(std::vector<GpuProcess> processes) {
  GpuReading reading;
  reading.gpus.push_back({.number = 0, .busy_percent = 10, .memory_used = Bytes{100}});
  reading.processes = std::move(processes);
  return reading;
}

TEST(GpuSums, AProcessThatLeftIsToldOnceMoreWithItsSums) {
  GpuSums sums;
  std::vector<GpuUse> uses;
  const GpuProcess one{.pid = 5, .type = 'C', .memory = Bytes{1000}, .busy_percent = 40};
  const GpuProcess two{.pid = 9, .type = 'C', .memory = Bytes{1}, .busy_percent = 1};
  sums.add(reading_of({one, two}));
  sums.add(reading_of({two, one}));
  sums.add(reading_of({two}));
  sums.add(reading_of({two}));
  sums.take_uses(uses);
  ASSERT_EQ(uses.size(), 2U);
  EXPECT_EQ(uses[0].pid, 5);
  EXPECT_EQ(uses[0].gpu.state, 'E');
  EXPECT_EQ(uses[0].gpu.samples, 2);
  EXPECT_EQ(uses[0].gpu.busy_percent_sum, 80);
  EXPECT_EQ(uses[0].gpu.memory_sum, Bytes{2000});
  EXPECT_EQ(uses[0].gpu.memory, Bytes{0});
  EXPECT_EQ(uses[1].gpu.state, 'A');
  EXPECT_EQ(uses[1].gpu.samples, 4);
  sums.take_uses(uses);
  ASSERT_EQ(uses.size(), 1U);
  EXPECT_EQ(uses[0].pid, 9);
}

TEST(GpuSums, OneThatComesBackBeginsAnew) {
  GpuSums sums;
  std::vector<GpuUse> uses;
  const GpuProcess one{.pid = 5, .busy_percent = 40};
  sums.add(reading_of({one}));
  sums.add(reading_of({}));
  sums.add(reading_of({one}));
  sums.take_uses(uses);
  ASSERT_EQ(uses.size(), 1U);
  EXPECT_EQ(uses[0].gpu.state, 'A');
  EXPECT_EQ(uses[0].gpu.samples, 1);
}

TEST(GpuSums, TheDifferenceOfTwoSnapshotsIsTheUseInTheInterval) {
  GpuSums sums;
  Snapshot before;
  Snapshot now;
  std::vector<GpuUse> uses;
  const auto snapshot = [&](Snapshot& into, char state) {
    sums.take_uses(uses);
    into.system.gpus.each = sums.gpus();
    TaskReading& task = into.tasks.emplace_back();
    task.identity.pid = 5;
    task.gpu = uses.at(0).gpu;
    EXPECT_EQ(task.gpu->state, state);
    into.task_index.build(into.tasks);
  };
  const GpuProcess one{.pid = 5, .memory = Bytes{1000}, .busy_percent = 40};
  sums.add(reading_of({one}));
  snapshot(before, 'A');
  sums.add(reading_of({one}));
  sums.add(reading_of({one}));
  sums.add(reading_of({}));
  snapshot(now, 'E');
  Sample sample;
  deviation(before, now, {}, sample);
  EXPECT_EQ(sample.tasks.at(0).gpu->samples, 2);
  EXPECT_EQ(sample.tasks.at(0).gpu->busy_percent_sum, 80);
  EXPECT_EQ(sample.tasks.at(0).gpu->memory_sum, Bytes{2000});
  EXPECT_FALSE(sample.tasks.at(0).identity.inactive);
  EXPECT_EQ(sample.system.gpus.each.at(0).samples, 3);
  EXPECT_EQ(sample.system.gpus.each.at(0).busy_percent_sum, 30);
}

// ---- The source ----

TEST(GpuSource, OfAnotherHostsTreeIsNotReadHere) {
  SourceReader reader(fixture("debian-12-server"));
  const auto read = reader.read(read_gpu);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().kind, Error::Kind::kMissing);
}

TEST(GpuSource, ThisProcessOnAGpuIsInTheSampleOfThisHostAndLeavesIt) {
  const GpuDriver driver;
  const std::string self = std::to_string(::getpid());
  driver.tells("gpu A 0:1 37 1 4096 2048\nprocess 0 C " + self + " 1048576 12 3\n");
  const SystemClock clock;
  auto collector = Collector::open("/", {}, clock);
  ASSERT_TRUE(collector);
  collector->set_system_options({.gpu = true, .gpu_library = FAKE_NVML});
  Snapshot previous;
  Snapshot current;
  Sample sample;
  std::vector<SourceProblem> problems;
  const auto take = [&]() -> TaskGpu {
    EXPECT_TRUE(collector->collect(previous, current, problems));
    deviation(previous, current, {}, sample);
    std::swap(previous, current);
    const auto task = std::ranges::find_if(sample.tasks, [](const Task& t) {
      return t.identity.pid == ::getpid() && t.identity.is_process;
    });
    return task == sample.tasks.end() ? TaskGpu{} : *task->gpu;
  };
  EXPECT_EQ(take().state, 'A');
  EXPECT_TRUE(sample.gpu);
  const TaskGpu use = take();
  EXPECT_EQ(use.memory, kibibytes(1024));
  EXPECT_EQ(use.busy_percent, 12);
  EXPECT_GE(use.samples, 1);
  EXPECT_EQ(use.busy_percent_sum, 12 * use.samples);
  EXPECT_EQ(sample.system.gpus.each.at(0).busy_percent, 37);
  driver.tells("gpu A 0:1 0 0 4096 0\n");
  EXPECT_EQ(take().state, 'E');
  EXPECT_EQ(take(), TaskGpu{});
  collector->set_system_options({});
  EXPECT_EQ(take(), TaskGpu{});
  EXPECT_FALSE(sample.gpu) << "off";
  EXPECT_TRUE(sample.system.gpus.each.empty());
}

}  // namespace
}  // namespace proctape
