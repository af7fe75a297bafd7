// SPDX-License-Identifier: Apache-2.0
#include "cli/view/summary.h"

#include <gtest/gtest.h>

#include <limits>

namespace proctape {
namespace {

Sample sample_at(Count time, Count interval = 10) {
  Sample sample;
  sample.time = {time};
  sample.interval = {interval};
  sample.task_io = true;
  sample.system.cpus.online = 2;
  sample.system.cpus.all.times.user = {500};
  sample.system.cpus.all.times.idle = {1500};
  sample.system.memory.total = kibibytes(1000);
  sample.system.memory.available = kibibytes(400);
  return sample;
}

Task process(Count pid, Count started, Count ticks) {
  Task task;
  task.identity.pid = task.identity.tgid = pid;
  task.identity.started = {started};
  task.identity.name = "busy";
  task.identity.command_line = "/bin/busy";
  task.identity.state = 'R';
  task.cpu.user = {ticks};
  task.memory.resident = kibibytes(100);
  return task;
}

double cpu_of(const ProcessUse& use) { return use.cpu; }
double resident_of(const ProcessUse& use) { return use.resident; }

TEST(Summary, LeavesOutWhatWasCountedSinceBoot) {
  Summary summary({});
  Sample boot = sample_at(1000, 900);
  boot.since_boot = true;
  boot.tasks = {process(7, 50, 12345)};
  boot.system.disks.physical = {{.name = "sda", .sectors_read = {1000}, .busy = {77}}};
  summary.add(boot);
  EXPECT_EQ(summary.seconds(), 0);
  EXPECT_TRUE(summary.processes_by(cpu_of, 9).empty());
  EXPECT_TRUE(summary.busiest_disks(9).empty());
  EXPECT_EQ(summary.processes_by(resident_of, 9).size(), 1U) << "memory is no matter of intervals";
  EXPECT_EQ(summary.rows().at(0).cpu_all, 0);
}

// With samples every 200 ms all rates were a fifth.
TEST(Summary, CountsTheTimeThatPassedAndNotTheSecondsThatAreStored) {
  Summary summary({});
  for (int i = 0; i < 10; ++i) {
    Sample sample = sample_at(1010, 1);
    sample.beyond = Milliseconds{-800};
    summary.add(sample);
  }
  EXPECT_NEAR(summary.seconds(), 2, 1e-9);
  EXPECT_NEAR(summary.rows().at(0).seconds, 0.2, 1e-9);
  EXPECT_NEAR(folded(summary.rows(), 1).at(0).seconds, 2, 1e-9);
}

// "Disks: none was used" stood below a column of what was read and written.
TEST(Summary, ADiskOfAVirtualMachineIsUsedThoughItIsNeverBusy) {
  Summary summary({});
  Sample sample = sample_at(1010);
  sample.system.disks.physical = {{.name = "vdb"},
                                  {.name = "vda", .reads = 12, .sectors_read = {184}},
                                  {.name = "vdc", .reads = 1, .sectors_read = {8}, .busy = {1}}};
  summary.add(sample);
  const auto disks = summary.busiest_disks(9);
  ASSERT_EQ(disks.size(), 2U);
  EXPECT_EQ(disks[0].name, "vdc");
  EXPECT_EQ(disks[1].name, "vda");
  EXPECT_EQ(disks[1].read, 184 * 512);
}

TEST(Summary, AddsAProcessUpOverItsWholeLife) {
  Summary summary({});
  Sample first = sample_at(1010);
  first.tasks = {process(7, 50, 100)};
  Sample second = sample_at(1020);
  second.tasks = {process(7, 51, 30), process(7, 1015, 5)};
  // As accounting tells of its end: started a second later, and without a command line.
  second.tasks[0].identity.state = TaskIdentity::kExited;
  second.tasks[0].identity.command_line = "";
  summary.add(first);
  summary.add(second);

  const auto processes = summary.processes_by(cpu_of, 9);
  ASSERT_EQ(processes.size(), 2U) << "a pid was used again";
  EXPECT_EQ(processes[0].cpu, 130);
  EXPECT_EQ(processes[0].command_line, "/bin/busy");
  EXPECT_EQ(processes[1].cpu, 5);
  EXPECT_EQ(summary.processes_by(cpu_of, 1).size(), 1U);
  EXPECT_EQ(summary.rows().at(1).processes, 1) << "the exited one is none any more";
}

TEST(Summary, DoesNotTakeThreadsForProcesses) {
  Summary summary({});
  Sample sample = sample_at(1010);
  sample.tasks = {process(7, 50, 100), process(8, 50, 100)};
  sample.tasks[1].identity.is_process = false;
  summary.add(sample);
  EXPECT_EQ(summary.processes_by(cpu_of, 9).size(), 1U);
}

TEST(Summary, EstimatesAvailableMemoryWhereTheLogHasNone) {
  Summary summary({});
  Sample sample = sample_at(1010);
  Memory& memory = sample.system.memory;
  memory.available = {};
  memory.free = kibibytes(100);
  memory.buffers = kibibytes(10);
  memory.cached = kibibytes(200);
  memory.slab_reclaimable = kibibytes(20);
  memory.shmem = kibibytes(30);
  summary.add(sample);
  EXPECT_EQ(summary.rows()[0].memory_available, 300 * 1024);
  EXPECT_EQ(summary.rows()[0].memory_used, 700 * 1024);
}

// atop stores the whole idle time since boot when the kernel takes a tick of it back.
TEST(Summary, DoesNotBelieveMoreCpuTimeThanTheIntervalHas) {
  Summary summary({});
  Sample sample = sample_at(1010);
  sample.system.cpus.all.times.idle = {500'000'000};
  summary.add(sample);
  EXPECT_EQ(summary.rows()[0].cpu_busy, 500);
  EXPECT_EQ(summary.rows()[0].cpu_all, 2000);
}

TEST(Summary, CountsOnlyTheTrafficThatLeavesTheMachine) {
  Summary summary({});
  Sample sample = sample_at(1010);
  sample.system.interfaces.each = {
      {.name = "lo", .received = {1}, .type = Interface::kOther},
      {.name = "veth0", .received = {2}, .type = Interface::kVirtual},
      {.name = "eth0", .received = {4}, .type = Interface::kEthernet},
      {.name = "wlan0", .received = {8}, .type = Interface::kWireless},
  };
  summary.add(sample);
  EXPECT_EQ(summary.rows()[0].received, 12);
  EXPECT_EQ(summary.busiest_interfaces(9).size(), 4U);
}

TEST(Summary, AllRowsTellOfTheSameInterfaces) {
  Summary summary({});
  Sample sample = sample_at(1010);
  const Interface real{.name = "eth0", .received = {4}, .type = Interface::kEthernet};
  const Interface container{.name = "eth9", .received = {2}, .type = Interface::kVirtual};
  sample.system.interfaces.each = {container};
  summary.add(sample);
  EXPECT_EQ(summary.interfaces_counted(), Basis::kVirtual);
  EXPECT_EQ(summary.rows()[0].received, 2) << "there is no other";
  EXPECT_EQ(summary.counted_interfaces(), std::vector<std::string>{"eth9"});
  sample.time = {1020};
  sample.system.interfaces.each = {container, real};
  summary.add(sample);
  sample.time = {1030};
  sample.system.interfaces.each = {container};  // eth0 is missing from this one
  summary.add(sample);
  EXPECT_EQ(summary.interfaces_counted(), Basis::kReal);
  EXPECT_EQ(summary.rows()[0].received, 0);
  EXPECT_EQ(summary.rows()[1].received, 4);
  EXPECT_EQ(summary.rows()[2].received, 0);
}

TEST(Summary, SeesGapsButNotRounding) {
  Summary summary({});
  for (const Count time : {1010, 1021, 1041, 1051}) summary.add(sample_at(time));
  Sample restarted = sample_at(1060, 500);
  restarted.since_boot = true;
  summary.add(restarted);
  std::vector<Count> gaps;
  for (const SummaryRow& row : summary.rows()) gaps.push_back(row.gap.value);
  EXPECT_EQ(gaps, (std::vector<Count>{0, 0, 10, 0, 9}));
}

TEST(Summary, StandsAnyNumbers) {
  for (const std::int64_t value : {std::numeric_limits<std::int64_t>::min(), std::int64_t{-1},
                                   std::numeric_limits<std::int64_t>::max()}) {
    Summary summary({});
    for (int i = 0; i < 3; ++i) {
      Sample sample = sample_at(value, value);
      sample.system.cpus.online = value;
      sample.system.cpus.all.times = {.user = {value}, .nice = {value}, .system = {value}};
      sample.system.memory.total = sample.system.memory.available = {value};
      sample.system.disks.physical = {{.name = "sda", .sectors_read = {value}, .busy = {value}}};
      sample.tasks = {process(value, value, value)};
      sample.tasks[0].memory.resident = {value};
      summary.add(sample);
    }
    EXPECT_EQ(folded(summary.rows(), 9).size(), 3U);
  }
}

TEST(Folded, AddsUpWithinTheCountButNotAcrossGapsOrRestarts) {
  std::vector<SummaryRow> rows(9);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    rows[i].time = {static_cast<Count>(i)};
    rows[i].interval = {10};
    rows[i].cpu_all = 100;
    rows[i].load = static_cast<float>(i);
  }
  rows[0].since_boot = true;
  rows[5].gap = {70};
  const auto few = folded(rows, 3);  // up to 3 together
  ASSERT_EQ(few.size(), 5U);
  std::vector<Count> intervals;
  for (const SummaryRow& row : few) intervals.push_back(row.interval.value);
  EXPECT_EQ(intervals, (std::vector<Count>{10, 30, 10, 30, 10}));
  EXPECT_EQ(few[1].cpu_all, 300);
  EXPECT_EQ(few[1].load, 3) << "of the last";
  EXPECT_EQ(few[3].gap, Seconds{70});
  EXPECT_EQ(folded(rows, 100).size(), rows.size());
}

}  // namespace
}  // namespace proctape
