// SPDX-License-Identifier: Apache-2.0
#include "collector/task/report_conversion.h"

#include <gtest/gtest.h>

#include <cstring>

namespace proctape {
namespace {

using namespace std::literals;

constexpr std::uint64_t kNanosecondsPerMillisecond = 1'000'000;

class ReportConversionTest : public testing::Test {
 protected:
  TaskReading thread(const ThreadReport& report) const {
    TaskReading task;
    conversion_.put_thread(report, task);
    return task;
  }
  TaskReading process(const ProcessReport& report) const {
    TaskReading task;
    conversion_.put_process(report, task);
    conversion_.put_oom_score(report, task);
    return task;
  }

  ReportConversion conversion_{Host{}};
};

TEST(StateLetter, IsThatOfTheHighestBit) {
  const auto letter = [](std::uint32_t state, std::uint32_t exit_state = 0) {
    return state_letter({.state = state, .exit_state = exit_state});
  };
  EXPECT_EQ(letter(0), 'R');
  EXPECT_EQ(letter(1), 'S');
  EXPECT_EQ(letter(2), 'D');
  EXPECT_EQ(letter(2 | 0x100), 'D') << "killable";
  EXPECT_EQ(letter(4 | 0x100), 'T');
  EXPECT_EQ(letter(8 | 0x100), 't');
  EXPECT_EQ(letter(0x40), 'P');
  EXPECT_EQ(letter(0x80, 0x10), 'X');
  EXPECT_EQ(letter(0x80, 0x20), 'Z') << "dead, and not reaped";
}

TEST(StateLetter, OfSomeIsAnother) {
  const auto letter = [](std::uint32_t state) { return state_letter({.state = state}); };
  EXPECT_EQ(letter(0x402), 'I') << "a kernel thread that waits for work";
  EXPECT_EQ(letter(0x1000), 'D') << "waits for a lock that sleeps (PREEMPT_RT)";
  EXPECT_EQ(letter(0x8000), 'D') << "frozen";
  EXPECT_EQ(letter(0x2001), 'S') << "may be frozen, and is not";
}

TEST_F(ReportConversionTest, StartIsInWholeTicks) {
  const TaskReading task = thread({.start = 1'409 * kNanosecondsPerMillisecond});
  EXPECT_EQ(task.start, Ticks{140});
}

// BPF tells the kernel's own time; /proc and the clocks that of the time namespace.
TEST(ReportConversionInATimeNamespace, StartIsThatOfTheNamespace) {
  Host host;
  host.boottime_offset = 400 * 24h;
  TaskReading task;
  ReportConversion(host).put_thread({.start = 1'409 * kNanosecondsPerMillisecond}, task);
  EXPECT_EQ(task.start, Ticks{Count{400} * 24 * 3600 * 100 + 140});

  host.boottime_offset = -20s;
  const ReportConversion later(host);
  later.put_thread({.start = 25'409 * kNanosecondsPerMillisecond}, task);
  EXPECT_EQ(task.start, Ticks{540});
  later.put_thread({.start = 1'409 * kNanosecondsPerMillisecond}, task);
  EXPECT_EQ(later.since_boot(1'409 * kNanosecondsPerMillisecond), -18'591ms);
  EXPECT_EQ(task.start, Ticks{-1860}) << "before its boot";
}

TEST_F(ReportConversionTest, NamesAreMadePrintableAndThoseOfWorkersSayTheirWork) {
  ThreadReport report{};
  std::memcpy(report.name, "a\nb\xff", 4);
  EXPECT_EQ(name_of(report), "a?b?"sv);
  std::memcpy(report.name, "kworker/0:1", 12);
  EXPECT_EQ(name_of(report), "kworker/0:1"sv);
  std::memcpy(report.work, "-events", 8);
  EXPECT_EQ(name_of(report), "kworker/0:1-eve"sv);
}

TEST_F(ReportConversionTest, RunTimeIsDividedAsTheTimerSampledIt) {
  TaskReading task;
  conversion_.put_counters({.user = 3, .system = 1, .run_time = 800 * kNanosecondsPerMillisecond},
                           0, 0, task);
  EXPECT_EQ(task.cpu.user, Ticks{60});
  EXPECT_EQ(task.cpu.system, Ticks{20});
}

TEST_F(ReportConversionTest, CpuTimeNeverFalls) {
  TaskReading task;
  const std::uint64_t time = 100 * kNanosecondsPerMillisecond;
  conversion_.put_counters({.user = 1, .system = 1, .run_time = time}, 0, 0, task);
  EXPECT_EQ(task.cpu.system, Ticks{5});
  conversion_.put_counters({.user = 9, .system = 1, .run_time = 2 * time}, 0, 0, task);
  EXPECT_EQ(task.cpu.system, Ticks{5}) << "not 2, by what was sampled since";
  EXPECT_EQ(task.cpu.user, Ticks{15});
  TaskReading told_by_proc;
  conversion_.put_counters({.user = 1, .system = 1, .run_time = time},
                           20 * kNanosecondsPerMillisecond, 80 * kNanosecondsPerMillisecond,
                           told_by_proc);
  EXPECT_EQ(told_by_proc.cpu.system, Ticks{8}) << "by what /proc showed before";
}

TEST_F(ReportConversionTest, NoCounterFallsWhenAThreadIsMissingForAMoment) {
  TaskReading task;
  const TaskCounters all{.user = 4,
                         .system = 4,
                         .run_time = 800 * kNanosecondsPerMillisecond,
                         .minor_faults = 7,
                         .major_faults = 3,
                         .read_bytes = 5120,
                         .write_bytes = 1024,
                         .cancelled_write_bytes = 512};
  conversion_.put_counters(all, 0, 0, task);
  const TaskReading before = task;
  conversion_.put_counters({.user = 1, .run_time = kNanosecondsPerMillisecond}, 0, 0, task);
  EXPECT_EQ(task, before);
  EXPECT_EQ(task.disk.read, Sectors{10});
  EXPECT_EQ(task.disk.written, Sectors{2});
  EXPECT_EQ(task.disk.cancelled, Sectors{1});
}

TEST_F(ReportConversionTest, CodeIsInWholePagesAndNoMoreThanCanBeExecuted) {
  const TaskReading some =
      process({.executable = 10, .code_begin = 0x400010, .code_end = 0x402001});
  EXPECT_EQ(some.memory.executable, Bytes{3 * 4096});
  EXPECT_EQ(some.memory.libraries, Bytes{7 * 4096});
  const TaskReading all = process({.executable = 2, .code_begin = 0x400000, .code_end = 0x408000});
  EXPECT_EQ(all.memory.executable, Bytes{2 * 4096});
  EXPECT_EQ(all.memory.libraries, Bytes{0});
}

TEST_F(ReportConversionTest, TheScoreForTheOomKillerIsMeasuredByAllMemoryAndSwap) {
  Memory memory;
  memory.total = Bytes{6'000 * 4096};
  memory.swap_total = Bytes{4'000 * 4096};
  conversion_.set_memory(memory);
  ProcessReport report{.file = 500,
                       .anonymous = 900,
                       .swapped = 300,
                       .shared = 200,
                       .page_table_bytes = 100 * 4096,
                       .has = TASK_REPORT_HAS_MEMORY};
  report.main.pid = 7;
  EXPECT_EQ(process(report).memory.oom_score, (1000 + 200) * 2 / 3);
  report.oom_score_adj = -500;
  EXPECT_EQ(process(report).memory.oom_score, (1000 - 300) * 2 / 3);
  EXPECT_EQ(process(report).memory.oom_score_adj, -500);
  report.oom_score_adj = -1000;
  EXPECT_EQ(process(report).memory.oom_score, 0) << "never killed";
  report.oom_score_adj = 0;
  report.has |= TASK_REPORT_BORROWS_MEMORY;
  EXPECT_EQ(process(report).memory.oom_score, 0) << "killing it frees nothing";
  report.has = 0;
  EXPECT_EQ(process(report).memory.oom_score, 0);
  report.has = TASK_REPORT_HAS_MEMORY;
  report.main.pid = 1;
  EXPECT_EQ(process(report).memory.oom_score, 0);
}

}  // namespace
}  // namespace proctape
