// SPDX-License-Identifier: Apache-2.0
//
// What needs no kernel: arithmetic, messages, and the choice of a source.
#include "collector/exits/exits.h"

#include <gtest/gtest.h>
#include <linux/acct.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <sys/resource.h>

#include <cstring>

#include "collector/exits/exit_reader.h"
#include "collector/exits/taskstats_exits.h"
#include "collector/exits/taskstats_socket.h"
#include "tests/support/test_host.h"

namespace proctape {
namespace {

using namespace std::chrono_literals;

constexpr std::int64_t kMs = 1'000'000;

Nanoseconds ms(std::int64_t n) { return {n * kMs}; }

TEST(ProcessTime, IsTheRunTimeDividedAsTheTimerSawIt) {
  EXPECT_EQ(divide_run_time(ms(100), {ms(12), ms(4)}, {}), (ProcessTime{ms(75), ms(25)}));
  EXPECT_EQ(divide_run_time(ms(100), {ms(0), ms(4)}, {}), (ProcessTime{ms(0), ms(100)}));
  EXPECT_EQ(divide_run_time(ms(100), {ms(8), ms(0)}, {}), (ProcessTime{ms(100), ms(0)}));
  EXPECT_EQ(divide_run_time(ms(2), {}, {}), (ProcessTime{ms(2), ms(0)}))
      << "too short for the timer: /proc says user time";
}

TEST(ProcessTime, NeverFallsBelowWhatProcShowedBefore) {
  EXPECT_EQ(divide_run_time(ms(100), {ms(4), ms(12)}, {ms(40), ms(10)}),
            (ProcessTime{ms(40), ms(60)}));
  EXPECT_EQ(divide_run_time(ms(100), {ms(12), ms(4)}, {ms(10), ms(40)}),
            (ProcessTime{ms(60), ms(40)}));
  EXPECT_EQ(divide_run_time(ms(100), {ms(12), ms(4)}, {ms(70), ms(31)}),
            (ProcessTime{ms(70), ms(31)}));
}

TEST(ProcessTime, DoesNotOverflowInALongLife) {
  const Nanoseconds years{200'000'000'000'000'000};
  const ProcessTime time = divide_run_time(years, {years, years}, {});
  EXPECT_EQ(time.system.value, years.value / 2);
}

TEST(WholeTicks, AreExactInSum) {
  WholeTicks ticks(100);
  Count sum = 0;
  for (int i = 0; i < 1000; ++i) sum += ticks.take({7'300'000}).value;
  EXPECT_EQ(sum, 730);
  EXPECT_EQ(WholeTicks(100).take(ms(25)), Ticks{2});
}

class ExitReaderTest : public testing::Test {
 protected:
  ExitReaderTest() {
    host_.ticks_per_second = 100;
    host_.page_size = 4096;
    event_.totals.pid = 7;
    std::memcpy(event_.name, "worker", 7);
  }
  void ended(std::string_view arguments = {}) {
    if (event_.arguments_from != EXIT_ARGUMENTS_LAST) {
      event_.arguments_began_as = static_cast<__u32>(arguments.size());
    }
    reader_.ended(event_, arguments, redaction_, exits_);
  }
  void reaped(std::uint64_t run_time, std::uint64_t start = 0) {
    ExitTotals totals = event_.totals;
    totals.is_final = 1;
    totals.run_time = run_time;
    totals.start += start;
    reader_.reaped(totals, exits_);
  }

  Host host_;
  ExitEvent event_{};
  ExitReader reader_{host_};
  Redaction redaction_;
  std::vector<Exit> exits_;
};

TEST_F(ExitReaderTest, TimesAreThoseOfTheTimeNamespace) {
  host_.boottime_offset = -20s;
  ExitReader reader(host_);
  event_.totals.start = 5'019'999'999;
  event_.exec_at = 25'000'000'000;
  event_.ended = 25'139'999'999;
  reader.ended(event_, {}, redaction_, exits_);
  reader.give_up_waiting(5s, exits_);
  EXPECT_TRUE(exits_.empty()) << "it ended 5.14 s after the boot of the namespace";
  reader.give_up_waiting(7s, exits_);
  ASSERT_EQ(exits_.size(), 1U);
  EXPECT_EQ(exits_[0].exec_at, 5s);
  EXPECT_EQ(exits_[0].start, Ticks{-1499}) << "as /proc shows it";
  EXPECT_EQ(exits_[0].elapsed, Ticks{2012});
}

TEST_F(ExitReaderTest, StoresWhatTheKernelTellsInTheUnitsOfASnapshot) {
  event_.totals.start = 5'019'999'999;
  event_.ended = 5'139'999'999;
  event_.exec_at = 5'020'000'000;
  event_.totals.user = 8 * kMs;
  event_.totals.system = 4 * kMs;
  event_.totals.run_delay = 17;
  event_.totals.block_io_delay = 29 * kMs;
  event_.totals.voluntary_switches = 3;
  event_.totals.major_faults = 2;
  event_.totals.peak_resident = 10;
  event_.totals.write_bytes = 8192;
  event_.totals.cancelled_write_bytes = 1023;
  event_.ppid = 3;
  event_.status = 0x2a00;
  event_.euid = 33;
  ended(std::string_view("worker\0--all\0", 13));
  EXPECT_TRUE(exits_.empty()) << "not yet reaped";
  EXPECT_EQ(reader_.waiting(), 1U);
  reaped(120 * kMs);
  EXPECT_EQ(reader_.waiting(), 0U);
  ASSERT_EQ(exits_.size(), 1U);
  const Exit& exit = exits_[0];
  EXPECT_EQ(exit.pid, 7U);
  EXPECT_EQ(exit.ppid, 3U);
  EXPECT_EQ(exit.euid, 33U);
  EXPECT_EQ(exit.status, 0x2a00U);
  EXPECT_EQ(exit.name, std::string_view("worker"));
  EXPECT_EQ(exit.command_line, std::string_view("worker --all"));
  EXPECT_EQ(exit.start, Ticks{501}) << "as field 22 of stat";
  EXPECT_EQ(exit.elapsed, Ticks{12});
  EXPECT_EQ(exit.exec_at, 5020ms);
  EXPECT_EQ(exit.user, Ticks{8});
  EXPECT_EQ(exit.system, Ticks{4});
  EXPECT_EQ(exit.run_delay, Nanoseconds{17});
  EXPECT_EQ(exit.block_io_delay, Ticks{2});
  EXPECT_EQ(exit.voluntary_switches, 3);
  EXPECT_EQ(exit.major_faults, 2);
  EXPECT_EQ(exit.peak_resident, Bytes{40960});
  EXPECT_EQ(exit.written, Sectors{16});
  EXPECT_EQ(exit.cancelled, Sectors{1});
}

TEST_F(ExitReaderTest, TheLineIsThatWhichProcWouldHaveShown) {
  event_.arguments_from = EXIT_ARGUMENTS_LAST;
  event_.arguments_began_as = 6;
  ended(std::string_view("sh\0-c\0", 6));
  reaped(0);
  EXPECT_EQ(exits_.at(0).command_line, std::string_view("sh -c"));
  EXPECT_TRUE(exits_.at(0).line_is_last);
  // It has written a title over all arguments and on into its environment.
  ended(std::string_view("worker: idle\0HOME=/", 19));
  reaped(0);
  EXPECT_EQ(exits_.at(1).command_line, std::string_view("worker: idle"));
  // It has overwritten the last NUL alone: what follows is the environment.
  ended(std::string_view("sh\0-cxPATH=/bin\0A=b", 20));
  reaped(0);
  EXPECT_EQ(exits_.at(2).command_line, std::string_view("sh"));
  event_.arguments_from = EXIT_ARGUMENTS_NOTED;
  ended(std::string_view("sh\0-c\0", 6));
  reaped(0);
  EXPECT_FALSE(exits_.at(3).line_is_last);
}

TEST_F(ExitReaderTest, HidesSecretsOnCommandLines) {
  auto redaction = Redaction::compile(std::vector<std::string>{"--password=([^ ]+)"});
  ASSERT_TRUE(redaction);
  redaction_ = std::move(*redaction);
  ended(std::string_view("curl\0--password=x y\0-v\0", 23));
  reaped(0);
  EXPECT_EQ(exits_.at(0).command_line, std::string_view("curl --password=*** -v"));
  // Cut off by the program in the kernel.
  const std::string line = "curl " + std::string(230, 'a') + " --password=secretive";
  ended(std::string_view(line).substr(0, EXIT_EVENT_ARGUMENTS));
  reaped(0);
  EXPECT_FALSE(std::string_view(exits_.at(1).command_line).find("sec") != std::string_view::npos);
}

TEST_F(ExitReaderTest, CleansNamesAndArgumentsAsThoseOfLiveTasks) {
  std::memcpy(event_.name, "bad\n\xff 9abcdefghi", 16);  // no terminator, too
  ended(std::string(256, 'a'));
  reaped(0);
  EXPECT_EQ(exits_.at(0).command_line.size(), 255U);
  EXPECT_EQ(exits_.at(0).name, std::string_view("bad?? 9abcdefgh"));
  ended("a\tb");
  reaped(0);
  EXPECT_EQ(exits_.at(1).command_line, std::string_view("a b"));
}

TEST_F(ExitReaderTest, AProcessThatIsNotReapedInTimeIsToldWithWhatIsKnown) {
  event_.ended = 10'000'000'000;
  event_.totals.run_time = 50 * kMs;
  ended();
  reader_.give_up_waiting(10s + 900ms, exits_);
  EXPECT_TRUE(exits_.empty());
  reader_.give_up_waiting(11s, exits_);
  ASSERT_EQ(exits_.size(), 1U);
  EXPECT_EQ(exits_[0].user, Ticks{5});
  reaped(60 * kMs);
  EXPECT_EQ(exits_.size(), 1U) << "and not again when it is";
}

TEST_F(ExitReaderTest, APidThatIsUsedAgainShowsThatTheProcessBeforeWasReaped) {
  event_.totals.start = 1000;
  event_.totals.run_time = 50 * kMs;
  ended();
  event_.totals.start = 2000;
  ended();
  ASSERT_EQ(exits_.size(), 1U);
  EXPECT_EQ(exits_[0].user, Ticks{5});
  reaped(70 * kMs, 1);
  EXPECT_EQ(exits_.size(), 1U) << "of another process";
  reaped(70 * kMs);
  EXPECT_EQ(exits_.size(), 2U);
}

TEST_F(ExitReaderTest, AnEndThatIsToldTwiceIsOne) {
  ended();
  ended();
  EXPECT_TRUE(exits_.empty());
  EXPECT_EQ(reader_.waiting(), 1U);
}

taskstats thread_of(std::uint32_t tgid, std::uint32_t pid, bool last) {
  taskstats thread{};
  thread.version = 13;
  thread.ac_tgid = tgid;
  thread.ac_pid = pid;
  thread.ac_flag = last ? AGROUP : 0;
  thread.ac_tgetime = 2'000'000;
  thread.cpu_run_virtual_total = 100 * kMs;
  thread.read_bytes = 4096;
  thread.hiwater_rss = 100 + pid;
  const std::string_view name = pid == tgid ? "main" : "other";
  std::memcpy(thread.ac_comm, name.data(), name.size());
  return thread;
}

class ExitSumsTest : public testing::Test {
 protected:
  ExitSumsTest() { host_.ticks_per_second = 100; }
  Host host_;
  ExitSums sums_{host_};
};

TEST_F(ExitSumsTest, AProcessIsTheSumOfItsThreadsAndEndsWithTheLast) {
  taskstats main = thread_of(7, 7, false);
  main.ac_uid = 33;
  EXPECT_FALSE(sums_.add(thread_of(7, 8, false), 10s));
  EXPECT_FALSE(sums_.add(main, 10s));
  taskstats last = thread_of(7, 9, true);
  last.ac_exitcode = 42 << 8;
  const auto exit = sums_.add(last, 10s);
  ASSERT_TRUE(exit);
  EXPECT_EQ(exit->pid, 7U);
  EXPECT_EQ(exit->name, std::string_view("main"));
  EXPECT_EQ(exit->status, 42U << 8U) << "the main thread had ended before, with 0";
  EXPECT_FALSE(exit->of_thread);
  EXPECT_EQ(exit->ruid, 33U);
  EXPECT_EQ(exit->user, Ticks{30});
  EXPECT_EQ(exit->read, Sectors{24});
  EXPECT_EQ(exit->peak_resident, kibibytes(109)) << "shared by the threads";
  EXPECT_EQ(exit->elapsed, Ticks{200});
  EXPECT_EQ(exit->start, Ticks{800});
}

TEST_F(ExitSumsTest, WhereTheMainThreadEndedUnseenTheNameIsToldToBeThatOfAnother) {
  EXPECT_FALSE(sums_.add(thread_of(7, 8, false), 10s));
  const auto exit = sums_.add(thread_of(7, 9, true), 10s);
  ASSERT_TRUE(exit);
  EXPECT_TRUE(exit->of_thread);
  EXPECT_TRUE(sums_.add(thread_of(8, 9, true), 10s)->of_thread);
  EXPECT_FALSE(sums_.add(thread_of(8, 8, true), 10s)->of_thread);
}

TEST_F(ExitSumsTest, OneThreadIsAProcessAtOnce) {
  const auto exit = sums_.add(thread_of(7, 7, true), 10s);
  ASSERT_TRUE(exit);
  EXPECT_EQ(exit->user, Ticks{10});
}

TEST_F(ExitSumsTest, WhatAThreadOfAnEarlierProcessLeftBehindIsNotCounted) {
  EXPECT_FALSE(sums_.add(thread_of(7, 8, false), 10s));
  const auto exit = sums_.add(thread_of(7, 7, true), 100s);
  ASSERT_TRUE(exit);
  EXPECT_EQ(exit->read, Sectors{8});
}

// An attribute with its header, padded.
std::string attribute(std::uint16_t type, std::string_view value) {
  nlattr header{static_cast<std::uint16_t>(NLA_HDRLEN + value.size()), type};
  std::string bytes(reinterpret_cast<const char*>(&header), sizeof header);
  bytes += value;
  bytes.resize(NLA_ALIGN(bytes.size()));
  return bytes;
}
std::string message(std::uint16_t type, std::string_view attributes) {
  nlmsghdr header{};
  header.nlmsg_type = type;
  header.nlmsg_len = static_cast<std::uint32_t>(NLMSG_HDRLEN + GENL_HDRLEN + attributes.size());
  std::string bytes(reinterpret_cast<const char*>(&header), sizeof header);
  bytes.append(GENL_HDRLEN, '\0').append(attributes);
  return bytes;
}
std::optional<taskstats> parse(const std::string& bytes) {
  return parse_taskstats(std::as_bytes(std::span(bytes)));
}

TEST(Taskstats, AMessageMayBeLongerOrShorterThanOurStruct) {
  taskstats thread{};
  thread.ac_pid = 77;
  thread.ac_tgid = 70;
  const std::string whole(reinterpret_cast<const char*>(&thread), sizeof thread);
  for (const std::string& stats : {whole, whole + std::string(64, '\xff'), whole.substr(0, 200)}) {
    const auto parsed = parse(message(
        20, attribute(TASKSTATS_TYPE_AGGR_PID, attribute(TASKSTATS_TYPE_PID, std::string(4, '\0')) +
                                                   attribute(TASKSTATS_TYPE_STATS, stats))));
    ASSERT_TRUE(parsed);
    EXPECT_EQ(parsed->ac_pid, 77U);
    EXPECT_EQ(parsed->ac_tgid, stats.size() > 200 ? 70U : 0U);
  }
}

TEST(Taskstats, WhatIsNoMessageOfAThreadIsPassedOver) {
  EXPECT_FALSE(parse(""));
  EXPECT_FALSE(parse(message(20, "")));
  EXPECT_FALSE(parse(message(NLMSG_ERROR, std::string(16, '\0'))));
  EXPECT_FALSE(parse(message(20, attribute(TASKSTATS_TYPE_AGGR_TGID, "xxxx"))));
  std::string lying = message(20, attribute(TASKSTATS_TYPE_AGGR_PID, "xxxx"));
  lying[0] = '\x7f';  // longer than it is
  EXPECT_FALSE(parse(lying));
  lying = message(20, attribute(TASKSTATS_TYPE_AGGR_PID, "xxxx"));
  lying[20] = '\x02';  // an attribute shorter than its header
  EXPECT_FALSE(parse(lying));
}

TEST(Exits, AreNotToldOfAnotherHostsTree) {
  const TestHost host;
  const SystemClock clock;
  const auto fs = KernelFs::open(host.path().string());
  ASSERT_TRUE(fs);
  const Exits exits = Exits::open(ExitChoice::kAuto, *fs, {}, clock);
  EXPECT_EQ(exits.source(), nullptr);
  EXPECT_EQ(exits.name(), "none");
  EXPECT_NE(exits.refusals().find("does not show the processes"), std::string::npos);
}

// That is no want of the host.
TEST(Exits, WithoutFilesToOpenTheyFail) {
  const SystemClock clock;
  const auto fs = KernelFs::open("/");
  ASSERT_TRUE(fs);
  if (!fs->has_own_pids()) GTEST_SKIP() << "/proc is of another pid namespace";
  struct rlimit before {};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  struct rlimit none = before;
  none.rlim_cur = 0;
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &none), 0);
  const Exits exits = Exits::open(ExitChoice::kAuto, *fs, {}, clock);
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
  EXPECT_EQ(exits.source(), nullptr);
  EXPECT_EQ(exits.refusal_kind(), Error::Kind::kIo) << exits.refusals();
}

TEST(Exits, NoneIsNoneWithoutReproach) {
  const SystemClock clock;
  const auto fs = KernelFs::open("/");
  ASSERT_TRUE(fs);
  Exits exits = Exits::open(ExitChoice::kNone, *fs, {}, clock);
  EXPECT_EQ(exits.source(), nullptr);
  EXPECT_TRUE(exits.refusals().empty());
  Snapshot snapshot;
  snapshot.exits_known = true;
  exits.move_to(snapshot);
  EXPECT_FALSE(snapshot.exits_known);
}

// Hosts without a clock of their own begin in the past.
TEST(Exits, StartsFollowTheClockOnceItIsSet) {
  Exits exits;
  Snapshot first;
  first.exits.resize(1);
  first.exits[0].start = Ticks{50};
  exits.take_back(first);
  Snapshot second;
  second.boot = WallTime(1'000'000s);
  exits.move_to(second);
  EXPECT_EQ(second.exits.at(0).started, Seconds{1'000'050}) << "of a tick a second";
}

TEST(Exits, ThoseOfASampleThatNobodyTookAreToldWithTheNext) {
  Exits exits;
  Snapshot first;
  first.exits.resize(2);
  first.exits[0].pid = 1;
  first.exits[1].pid = 2;
  first.exits_lost = 3;
  exits.take_back(first);
  EXPECT_TRUE(first.exits.empty());
  Snapshot second;
  second.exits.resize(1);
  exits.move_to(second);
  ASSERT_EQ(second.exits.size(), 2U);
  EXPECT_EQ(second.exits[1].pid, 2U);
  EXPECT_EQ(second.exits_lost, 3);
}

}  // namespace
}  // namespace proctape
