// SPDX-License-Identifier: Apache-2.0
#include "query/topic/numa.h"

#include "tests/support/answers.h"

namespace proctape {
namespace {

constexpr Seconds kSunrise{1'700'000'000};

Sample with_nodes(Seconds time, Count free, bool numbers) {
  Sample sample = plausible_sample(time);
  for (const Count node : {0, 1}) {
    NumaMemory memory;
    memory.node = numbers ? node : 0;
    memory.total = Bytes{1000};
    memory.free = Bytes{free + node};
    memory.fragmentation = 0.25F;
    sample.system.numa.memory.push_back(memory);
    NumaCpu cpu;
    cpu.node = memory.node;
    cpu.cpus = 4;
    cpu.times.user = Ticks{1000 * node};
    cpu.times.idle = Ticks{4000 - 1000 * node};
    sample.system.numa.cpu.push_back(cpu);
  }
  return sample;
}

TEST(NumaTopic, TellsMemoryAndCpuOfEachNode) {
  for (const bool numbers : {true, false}) {  // logs of 2.7 have none
    const Table nodes = answer_to("numa", {with_nodes(kSunrise, 100, numbers),
                                           with_nodes(kSunrise + Seconds{10}, 300, numbers)})
                            .at(0);
    ASSERT_EQ(nodes.rows.size(), 2U);
    const auto* second = &nodes.rows[1];
    EXPECT_DOUBLE_EQ(number_in(nodes, second, "node"), 1);
    EXPECT_DOUBLE_EQ(number_in(nodes, second, "cpu"), 25);
    EXPECT_DOUBLE_EQ(number_in(nodes, second, "cpus"), 4);
    EXPECT_DOUBLE_EQ(number_in(nodes, second, "memory_free"), 301);
    EXPECT_DOUBLE_EQ(number_in(nodes, second, "memory_free_least"), 101);
    EXPECT_DOUBLE_EQ(number_in(nodes, second, "least_time"), double(kSunrise.value));
    EXPECT_DOUBLE_EQ(number_in(nodes, second, "memory_used"), 799);
    EXPECT_DOUBLE_EQ(number_in(nodes, second, "fragmentation"), 25);
  }
}

TEST(NumaTopic, TellsCaches) {
  Sample sample = plausible_sample(kSunrise);
  sample.system.caches.each = {
      {.id = 3, .occupancy = 0.5F, .local_traffic = Bytes{100}, .total_traffic = Bytes{1000}}};
  const auto tables = answer_to("numa", {sample});
  EXPECT_FALSE(tables.at(0).if_empty.empty());
  const Table& caches = tables.at(1);
  ASSERT_EQ(caches.rows.size(), 1U);
  EXPECT_DOUBLE_EQ(number_in(caches, &caches.rows[0], "occupied"), 50);
  EXPECT_DOUBLE_EQ(number_in(caches, &caches.rows[0], "traffic"), 100);
}

TEST(GpuTopic, TellsGpusAndTheirProcesses) {
  std::vector<Sample> samples;
  for (const Count busy : {100, 20}) {
    Sample sample = plausible_sample(kSunrise + Seconds{10 * Count(samples.size())});
    Gpu gpu;
    gpu.number = 2;
    gpu.bus_id = "00:1e.0";
    gpu.samples = 10;
    gpu.busy_percent_sum = busy * 10;
    gpu.memory_used_sum = Bytes{busy * 10'000};
    gpu.memory_total = Bytes{1'000'000};
    gpu.processes = 1;
    sample.system.gpus.each = {gpu};
    TaskGpu task;
    task.state = 'A';
    task.samples = 10;
    task.busy_percent_sum = busy * 5;
    task.memory = Bytes{busy * 7};
    sample.tasks[1].gpu = task;
    samples.push_back(sample);
  }
  const auto tables = answer_to("gpu", samples);
  const Table& gpus = tables.at(0);
  ASSERT_EQ(gpus.rows.size(), 1U);
  const auto* gpu = &gpus.rows[0];
  EXPECT_DOUBLE_EQ(number_in(gpus, gpu, "busy"), 60);
  EXPECT_DOUBLE_EQ(number_in(gpus, gpu, "busy_peak"), 100);
  EXPECT_DOUBLE_EQ(number_in(gpus, gpu, "memory_used"), 60'000);
  EXPECT_DOUBLE_EQ(number_in(gpus, gpu, "memory_peak"), 100'000);
  EXPECT_TRUE(is_nothing(gpus, gpu, "memory_busy"));
  const Table& processes = tables.at(1);
  ASSERT_EQ(processes.rows.size(), 1U) << "only those that use a GPU";
  const auto* process = &processes.rows[0];
  EXPECT_DOUBLE_EQ(number_in(processes, process, "pid"), 300);
  EXPECT_DOUBLE_EQ(number_in(processes, process, "gpu"), 30);
  EXPECT_DOUBLE_EQ(number_in(processes, process, "gpu_memory"), 700);
}

// Until log version 2.12 there is only how it was in the last second.
TEST(GpuTopic, TellsOldLogsToo) {
  Sample sample = plausible_sample(kSunrise);
  TaskGpu task;
  task.state = 'A';
  task.busy_percent = 40;
  sample.tasks[0].gpu = task;
  const auto tables = answer_to("gpu", {sample});
  EXPECT_DOUBLE_EQ(number_in(tables.at(1), &tables[1].rows.at(0), "gpu"), 40);
  EXPECT_FALSE(tables.at(0).if_empty.empty());
}

}  // namespace
}  // namespace proctape
