// SPDX-License-Identifier: Apache-2.0
//
// The parsers of a task's files.
#include <gtest/gtest.h>

#include <array>
#include <map>
#include <string>
#include <vector>

#include "collector/kernel/task_cmdline.h"
#include "collector/task/task_io.h"
#include "collector/task/task_schedstat.h"
#include "collector/task/task_smaps.h"
#include "collector/task/task_stat.h"
#include "collector/task/task_status.h"

namespace proctape {
namespace {

using namespace std::literals;

constexpr Count kParsedPageSize = 4096;

std::string stat_with_name(std::string_view name) {
  return "812 (" + std::string(name) +
         ") S 1 811 810 0 -1 4194560 1289 5500 3 40 17 29 1000 2000 20 -5 7 0 1734 15798272 2254 "
         "18446744073709551615 94310 94311 140 0 0 0 0 4096 81925 1 0 0 17 3 50 2 11 0 0 9 9 9 1 "
         "2 3 4 0\n";
}

TEST(TaskStat, EachFieldGoesToItsMember) {
  TaskReading task;
  ASSERT_TRUE(parse_task_stat(stat_with_name("sshd"), kParsedPageSize, task));
  EXPECT_EQ(task.identity.pid, 812);
  EXPECT_EQ(task.identity.name, "sshd"sv);
  EXPECT_EQ(task.identity.state, 'S');
  EXPECT_EQ(task.identity.ppid, 1);
  EXPECT_EQ(task.identity.threads, 7);
  EXPECT_EQ(task.memory.minor_faults, 1289);
  EXPECT_EQ(task.memory.major_faults, 3);
  EXPECT_EQ(task.cpu.user, Ticks{17});
  EXPECT_EQ(task.cpu.system, Ticks{29});
  EXPECT_EQ(task.cpu.priority, 120) << "atop counts from -100";
  EXPECT_EQ(task.cpu.nice, -5);
  EXPECT_EQ(task.start, Ticks{1734});
  EXPECT_EQ(task.memory.virtual_size, Bytes{15798272});
  EXPECT_EQ(task.memory.resident, Bytes{2254 * 4096});
  EXPECT_EQ(task.cpu.current_cpu, 3);
  EXPECT_EQ(task.cpu.realtime_priority, 50);
  EXPECT_EQ(task.cpu.policy, 2);
  EXPECT_EQ(task.cpu.block_io_delay, Ticks{11});
}

TEST(TaskStat, AStartBeforeTheBootOfATimeNamespaceIsBelowZero) {
  EXPECT_EQ(start_since_boot(1734, 100), Ticks{1734});
  // What Linux 6.18 showed of its first process, 888 s after the boot, in a time namespace of 3 s.
  EXPECT_EQ(start_since_boot(1'844'674'318'601, 100), Ticks{-88'770});
  EXPECT_EQ(start_since_boot(INT64_MAX / 10'000'000, 100), Ticks{922'337'203'685});
}

TEST(TaskStat, TheMomentOfAStartIsInWholeSecondsWhateverTheStart) {
  const WallTime boot(1'000'000s + 700ms);
  const auto started = [&](Count ticks) { return task_started(boot, Ticks{ticks}, 100).value; };
  EXPECT_EQ(started(0), 1'000'000);
  EXPECT_EQ(started(29), 1'000'000);
  EXPECT_EQ(started(30), 1'000'001);
  EXPECT_EQ(started(140), 1'000'002);
  EXPECT_EQ(started(-70), 1'000'000);
  EXPECT_EQ(started(-71), 999'999);
  EXPECT_EQ(started(-171), 999'998);
  EXPECT_EQ(started(INT64_MAX), 1'000'000 + INT64_MAX / 100);
  EXPECT_EQ(started(INT64_MIN), 1'000'000 + INT64_MIN / 100);
}

TEST(TaskStat, ANameMayHoldAnything) {
  TaskReading task;
  for (const auto& [name, kept] : {std::pair{"a) (b"sv, "a) (b"sv},
                                   {"(a b ) ( c d) "sv, "(a b ) ( c d) "sv},
                                   {"a) S 2 (b"sv, "a) S 2 (b"sv},
                                   {""sv, ""sv},
                                   {"new\nline"sv, "new?line"sv},
                                   {"bad\xff"sv, "bad?"sv},
                                   {"kworker/u16:3-events_unbound"sv, "kworker/u16:3-e"sv},
                                   {"0123456789abcd\xc3\xa9"sv, "0123456789abcd"sv}}) {
    ASSERT_TRUE(parse_task_stat(stat_with_name(name), kParsedPageSize, task)) << name;
    EXPECT_EQ(task.identity.name.view(), kept);
    EXPECT_EQ(task.identity.state, 'S') << name;
    EXPECT_EQ(task.identity.ppid, 1) << name;
  }
}

TEST(TaskStat, AnOldKernelHasFewerFields) {
  TaskReading task;
  const auto text = "7 (x) R 1 0 0 0 0 0 1 0 2 0 3 4 0 0 20 0 1 0 99 4096 5\n"s;
  ASSERT_TRUE(parse_task_stat(text, kParsedPageSize, task));
  EXPECT_EQ(task.cpu.block_io_delay, Ticks{0});
}

TEST(TaskStat, BrokenTextIsAnErrorThatShowsIt) {
  TaskReading task;
  for (const auto text : {""sv, "812"sv, "812 (x"sv, "812 (x)"sv, "812 (x) S 1 2 x"sv,
                          ")812( S 1"sv, "812 (x) S 1 2 3"sv}) {
    const auto parsed = parse_task_stat(text, kParsedPageSize, task);
    ASSERT_FALSE(parsed) << text;
    EXPECT_EQ(parsed.error().kind, Error::Kind::kMalformed);
  }
  EXPECT_EQ(parse_task_stat("812 (x) S 1 2 x", kParsedPageSize, task).error().message,
            "stat of a task: expected a number as field 6, found 'x'");
}

// What is wrong with `text`.
std::string stat_error(std::string_view text) {
  TaskReading task;
  const auto parsed = parse_task_stat(text, kParsedPageSize, task);
  return parsed ? "none" : parsed.error().message;
}

TEST(TaskStat, EachFieldMustBeANumber) {
  const std::string text = stat_with_name("x");
  std::size_t at = text.find(") ") + 4;
  for (int field = 4; field <= 49; ++field) {
    for (const std::string_view no_number : {"x", "- ", "--1", "+1", "\xff", "\t1", "\r"}) {
      std::string broken = text;
      broken.insert(at, no_number);
      EXPECT_TRUE(stat_error(broken).starts_with("stat of a task: expected a number as field " +
                                                 std::to_string(field) + ", found '"))
          << broken << ": " << stat_error(broken);
    }
    at = text.find(' ', at) + 1;
  }
}

TEST(TaskStat, TextMayEndBehindAnyFieldOfANewerKernel) {
  TaskReading whole;
  const std::string text = stat_with_name("x");
  ASSERT_TRUE(parse_task_stat(text, kParsedPageSize, whole));
  std::size_t at = text.find(") ") + 3;
  for (int field = 3; field <= 52; ++field) {
    for (const std::string_view end : {"", "\n", " ", " \n"}) {
      const auto text_until = text.substr(0, at) + std::string(end);
      if (field < 24) {
        EXPECT_NE(stat_error(text_until), "none") << field;
        continue;
      }
      TaskReading task;
      task.cpu.policy = 77;
      task.cpu.block_io_delay = Ticks{77};
      ASSERT_TRUE(parse_task_stat(text_until, kParsedPageSize, task)) << text_until;
      EXPECT_EQ(task.memory.virtual_size, whole.memory.virtual_size);
      EXPECT_EQ(task.cpu.current_cpu, field < 39 ? 0 : 3) << field;
      EXPECT_EQ(task.cpu.policy, field < 41 ? 0 : 2) << field;
      EXPECT_EQ(task.cpu.block_io_delay, Ticks{field < 42 ? 0 : 11}) << field;
    }
    at = text.find_first_of(" \n", at + 1);
  }
}

TEST(TaskStat, UnwantedFieldsMayBeOfAnyLength) {
  for (const std::string_view unwanted : {"0", "-1", "12345678", "1234567812345678",
                                          "18446744073709551615", "-9223372036854775808"}) {
    for (const std::string_view gap : {" ", "  ", "         "}) {
      std::string text = "812 (x) S 1";
      for (int field = 5; field <= 49; ++field) {
        // Of those wanted, the field's number.
        const bool wanted = field == 10 || field == 12 || (field >= 14 && field <= 24) ||
                            (field >= 39 && field <= 42) || field >= 48;
        text += std::string(gap) + (wanted ? std::to_string(field) : std::string(unwanted));
      }
      TaskReading task;
      ASSERT_TRUE(parse_task_stat(text, kParsedPageSize, task)) << text;
      EXPECT_EQ(task.memory.minor_faults, 10) << text;
      EXPECT_EQ(task.memory.major_faults, 12);
      EXPECT_EQ(task.memory.resident, Bytes{24 * 4096});
      EXPECT_EQ(task.cpu.current_cpu, 39) << text;
      EXPECT_EQ(task.cpu.block_io_delay, Ticks{42});
      EXPECT_EQ(task.arguments, Bytes{1}) << text;
    }
  }
}

TEST(TaskStat, ANumberAbove64BitsIsNone) {
  std::string text = stat_with_name("x");
  text.replace(text.find("15798272"), 8, "18446744073709551616");
  EXPECT_TRUE(stat_error(text).starts_with(
      "stat of a task: expected a number as field 23, found '18446744073709551616 2254 "));
}

TEST(TaskStatus, OwnersMemoryAndSwitches) {
  TaskReading task;
  ASSERT_TRUE(
      parse_task_status("Name:\tVmSwap:\nTgid:\t5\nUid:\t1\t2\t3\t4\nGid:\t5\t6\t7\t8\n"
                        "VmLck:\t       1 kB\nVmData:\t 2 kB\nVmStk:\t 3 kB\n"
                        "VmExe:\t 4 kB\nVmLib:\t 5 kB\nVmSwap:\t 6 kB\nThreads:\t1\n"
                        "voluntary_ctxt_switches:\t150\n"
                        "nonvoluntary_ctxt_switches:\t7\n",
                        task));
  const TaskIdentity& who = task.identity;
  EXPECT_EQ((std::array{who.ruid, who.euid, who.suid, who.fsuid}),
            (std::array<Count, 4>{1, 2, 3, 4}));
  EXPECT_EQ((std::array{who.rgid, who.egid, who.sgid, who.fsgid}),
            (std::array<Count, 4>{5, 6, 7, 8}));
  EXPECT_EQ(task.memory.locked, kibibytes(1));
  EXPECT_EQ(task.memory.data, kibibytes(2));
  EXPECT_EQ(task.memory.stack, kibibytes(3));
  EXPECT_EQ(task.memory.executable, kibibytes(4));
  EXPECT_EQ(task.memory.libraries, kibibytes(5));
  EXPECT_EQ(task.memory.swap, kibibytes(6));
  EXPECT_EQ(task.cpu.voluntary_switches, 150);
  EXPECT_EQ(task.cpu.involuntary_switches, 7);
}

TEST(TaskStatus, WhatAZombieLostBecomesZero) {
  TaskReading task;
  task.memory.data = kibibytes(9);
  ASSERT_TRUE(parse_task_status("Uid:\t0\t0\t0\t0\nGid:\t0\t0\t0\t0\n", task));
  EXPECT_EQ(task.memory.data, Bytes{0});
}

constexpr std::string_view kStatusLines[] = {
    "Name:\tUid:\\nVmLck:\\nvoluntary_ctxt_switches:\n",
    "Umask:\t0022\n",
    "Uid:\t1\t2\t3\t4\n",
    "Gid:\t5\t6\t7\t8\n",
    "VmPeak:\t 99 kB\n",
    "VmLck:\t 1 kB\n",
    "VmData:\t 2 kB\n",
    "VmStk:\t 3 kB\n",
    "VmExe:\t 4 kB\n",
    "VmLib:\t 5 kB\n",
    "VmSwap:\t 6 kB\n",
    "Speculation_Store_Bypass:\tvulnerable\n",
    "voluntary_ctxt_switches:\t150\n",
    "nonvoluntary_ctxt_switches:\t7\n",
    "x86_Thread_features:\t\n",
};
constexpr int kLines = static_cast<int>(std::size(kStatusLines));

// What the lines above tell, in their order.
std::vector<Count> told_by(std::string_view text) {
  TaskReading task;
  task.memory.swap = kibibytes(77);
  task.cpu.involuntary_switches = 77;
  EXPECT_TRUE(parse_task_status(text, task)) << text;
  std::vector<Count> told{task.identity.euid, task.identity.fsgid};
  for (const Bytes size : {task.memory.locked, task.memory.data, task.memory.stack,
                           task.memory.executable, task.memory.libraries, task.memory.swap}) {
    told.push_back(size.value / 1024);
  }
  told.push_back(task.cpu.voluntary_switches);
  told.push_back(task.cpu.involuntary_switches);
  return told;
}

TEST(TaskStatus, LinesMayBeInAnyOrder) {
  const std::vector<Count> all{2, 8, 1, 2, 3, 4, 5, 6, 150, 7};
  for (int first = 0; first < kLines; ++first) {
    for (const int step : {1, 2, 4, 7, 8, 11, 13, 14}) {  // prime to the number of lines
      std::string text;
      for (int i = 0; i < kLines; ++i) text += kStatusLines[(first + i * step) % kLines];
      EXPECT_EQ(told_by(text), all) << text;
      text.pop_back();
      EXPECT_EQ(told_by(text), all) << "without the last newline: " << text;
    }
  }
}

TEST(TaskStatus, AnyLineButTheOwnersMayBeMissing) {
  const std::map<std::string_view, std::size_t> place{{"Gid:", 1},
                                                      {"VmLck:", 2},
                                                      {"VmData:", 3},
                                                      {"VmStk:", 4},
                                                      {"VmExe:", 5},
                                                      {"VmLib:", 6},
                                                      {"VmSwap:", 7},
                                                      {"voluntary_ctxt_switches:", 8},
                                                      {"nonvoluntary_ctxt_switches:", 9}};
  for (const auto missing : kStatusLines) {
    if (missing.starts_with("Uid:")) continue;
    std::string text;
    for (const auto line : kStatusLines) {
      if (line != missing) text += line;
    }
    std::vector<Count> expected{2, 8, 1, 2, 3, 4, 5, 6, 150, 7};
    const auto key = place.find(missing.substr(0, missing.find(':') + 1));
    if (key != place.end()) expected[key->second] = 0;
    EXPECT_EQ(told_by(text), expected) << "without " << missing;
  }
}

TEST(TaskStatus, KeysCountAtTheStartOfALineOnly) {
  TaskReading task;
  EXPECT_FALSE(parse_task_status("Name:\tUid:\nxUid:\t1\t2\t3\t4\n Uid:\t1\t2\t3\t4\n", task));
  EXPECT_EQ(told_by("Name:\tVmLck:\\nGid:\nState:\tVmSwap:\t9\nUid:\t1\t2\t3\t4\n"
                    "Gid\nVmSwapped:\t9 kB\nxVmLck:\t9 kB\n"),
            (std::vector<Count>{2, 0, 0, 0, 0, 0, 0, 0, 0, 0}));
}

TEST(TaskStatus, EachWantedLineMustHaveItsNumbers) {
  for (const auto broken : kStatusLines) {
    const bool wanted = broken.find_first_of("UGVvn") == 0 && !broken.starts_with("Umask:") &&
                        !broken.starts_with("VmPeak:");
    if (!wanted) continue;
    const auto key = std::string(broken.substr(0, broken.find(':') + 1));
    for (const std::string_view value : {"", "\tx", "\t1x", "\t1:", "\t1\r", "\tkB"}) {
      std::string text;
      for (const auto line : kStatusLines) {
        text += line == broken ? key + std::string(value) + "\n" : std::string(line);
      }
      TaskReading task;
      const auto parsed = parse_task_status(text, task);
      ASSERT_FALSE(parsed) << text;
      std::string found = key + std::string(value);
      for (char& c : found) c = c < ' ' ? ' ' : c;
      EXPECT_EQ(parsed.error().message,
                "status of a task: expected numbers behind the key, found '" + found + "'");
    }
  }
}

TEST(TaskStatus, BrokenLineIsNamed) {
  TaskReading task;
  EXPECT_EQ(parse_task_status("Uid:\t0\t0\n", task).error().message,
            "status of a task: expected numbers behind the key, found 'Uid: 0 0'");
  EXPECT_FALSE(parse_task_status("", task));
}

TEST(TaskIo, BytesBecomeWholeSectors) {
  TaskDisk disk;
  ASSERT_TRUE(
      parse_task_io("rchar: 9\nwchar: 9\nsyscr: 9\nsyscw: 9\nread_bytes: 4096\n"
                    "write_bytes: 1535\ncancelled_write_bytes: 512\n",
                    disk));
  EXPECT_EQ(disk.read, Sectors{8});
  EXPECT_EQ(disk.written, Sectors{2});
  EXPECT_EQ(disk.cancelled, Sectors{1});
}

TEST(TaskIo, EachLineHasAKeyAndAWantedOneItsNumber) {
  TaskDisk disk;
  for (const auto broken : {"rchar"sv, "read_bytes"sv, "read_bytes:"sv, "write_bytes: x"sv,
                            "cancelled_write_bytes: 1\r"sv}) {
    const auto parsed = parse_task_io("wchar: x\n" + std::string(broken) + "\nsyscr: 1\n", disk);
    ASSERT_FALSE(parsed) << broken;
    std::string found(broken);
    for (char& c : found) c = c < ' ' ? ' ' : c;
    EXPECT_EQ(parsed.error().message,
              "io of a task: expected '<key>: <number>', found '" + found + "'");
  }
  ASSERT_TRUE(
      parse_task_io("cancelled_write_bytes: 512\nread_bytes: 1024\nxwrite_bytes: 9999", disk));
  EXPECT_EQ(disk.read, Sectors{2});
  EXPECT_EQ(disk.written, Sectors{0});
  EXPECT_EQ(disk.cancelled, Sectors{1});
}

TEST(TaskSchedstat, ThreeNumbers) {
  TaskReading task;
  ASSERT_TRUE(parse_task_schedstat("1289023711 4410277 3241\n", task));
  EXPECT_EQ(task.run_time, Nanoseconds{1289023711});
  EXPECT_EQ(task.cpu.run_delay, Nanoseconds{4410277});
  EXPECT_EQ(task.timeslices, 3241);
  EXPECT_FALSE(parse_task_schedstat("1 2\n", task));
  EXPECT_FALSE(parse_task_schedstat("1 2\n3", task));
  EXPECT_FALSE(parse_task_schedstat("1 2 3\r\n", task));
  ASSERT_TRUE(parse_task_schedstat("1 2 3", task));
}

TEST(TaskCmdline, ArgumentsAreSeparatedBySpaces) {
  EXPECT_EQ(parse_task_cmdline("sleep\0005\0"sv).view(), "sleep 5"sv);
  EXPECT_EQ(parse_task_cmdline("a\tb\nc\rd\x1b\0"sv).view(), "a b c d "sv);
  EXPECT_EQ(parse_task_cmdline(""sv).view(), ""sv);
  EXPECT_EQ(parse_task_cmdline("nginx: worker process\0\0\0"sv).view(),
            "nginx: worker process  "sv);
}

TEST(TaskCmdline, IsCutBetweenCharacters) {
  const std::string full(255, 'x');
  EXPECT_EQ(parse_task_cmdline(full + "yz").view(), full);
  // An e with acute accent across the border is left out whole.
  EXPECT_EQ(parse_task_cmdline(std::string(254, 'x') + "\xc3\xa9").view(), std::string(254, 'x'));
  EXPECT_EQ(parse_task_cmdline("a\xff\xfe z").view(), "a?? z"sv);
}

TEST(TaskSmaps, ThePssLineAloneCounts) {
  const auto pss = parse_task_smaps(
      "5581-7ffc [rollup]\nRss:   2000 kB\nPss:   1310 kB\n"
      "Pss_Anon: 700 kB\n");
  ASSERT_TRUE(pss);
  EXPECT_EQ(*pss, kibibytes(1310));
  EXPECT_FALSE(parse_task_smaps("Rss: 1 kB\n"));
}

}  // namespace
}  // namespace proctape
