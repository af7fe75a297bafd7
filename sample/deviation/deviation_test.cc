// SPDX-License-Identifier: Apache-2.0
#include "sample/deviation/deviation.h"

#include <gtest/gtest.h>

#include <limits>

#include "sample/deviation/cpu_deviation.h"

namespace proctape {
namespace {

using namespace std::chrono_literals;

Snapshot at(std::chrono::nanoseconds wall, std::chrono::nanoseconds since_boot) {
  Snapshot snapshot;
  snapshot.taken_at = WallTime(wall);
  snapshot.since_boot = since_boot;
  return snapshot;
}

Sample between(const Snapshot& previous, const Snapshot& current,
               const DeviationOptions& options = {}) {
  Sample sample;
  deviation(previous, current, options, sample);
  return sample;
}

TaskReading process(Count pid, Ticks start, Ticks user) {
  TaskReading task;
  task.identity.pid = task.identity.tgid = pid;
  task.start = start;
  task.cpu.user = user;
  return task;
}
TaskReading thread(Count pid, Count tid, Ticks start, Nanoseconds run_delay) {
  TaskReading task = process(tid, start, {});
  task.identity.tgid = pid;
  task.identity.is_process = false;
  task.cpu.run_delay = run_delay;
  return task;
}
Snapshot with_tasks(std::vector<TaskReading> tasks, std::chrono::nanoseconds since_boot = 100s) {
  Snapshot snapshot = at(1000s + since_boot, since_boot);
  snapshot.tasks = std::move(tasks);
  snapshot.task_index.build(snapshot.tasks);
  return snapshot;
}

// Its clock is 888 s behind the kernel's, whose counters are older than it.
TEST(Deviation, InATimeNamespaceTheFirstSampleIsSinceTheKernelsBoot) {
  Snapshot now = at(5000s, 12s);
  now.booted = -888s;
  EXPECT_EQ(between({}, now).interval, Seconds{900});
}

TEST(Deviation, TheFirstSampleIsSinceBoot) {
  Snapshot now = at(5000s + 900ms, 77s + 600ms);
  now.system.cpus.context_switches = 42;
  const Sample sample = between({}, now);
  EXPECT_TRUE(sample.since_boot);
  EXPECT_EQ(sample.time, Seconds{5000});
  EXPECT_EQ(sample.interval, Seconds{78}) << "the uptime";
  EXPECT_EQ(sample.system.cpus.context_switches, 42);
}

TEST(Deviation, TellsByHowMuchAnIntervalIsNoWholeNumberOfSeconds) {
  const auto beyond = [](std::chrono::nanoseconds passed) {
    return between(at(5000s, 100s), at(5000s, 100s + passed)).beyond.value;
  };
  EXPECT_EQ(beyond(200ms), -800);
  EXPECT_EQ(beyond(1500ms), -500);
  EXPECT_EQ(beyond(2400ms), 400);
  EXPECT_EQ(beyond(1s + 20ms), 20);
  EXPECT_EQ(beyond(10s + 20ms), 0) << "rates differ by less than half a percent";
  EXPECT_EQ(beyond(600s + 400ms), 0);
  EXPECT_EQ(between({}, at(5000s, 77s + 400ms)).beyond, Milliseconds{}) << "since boot";
}

TEST(Deviation, TheIntervalComesFromTheBootClock) {
  // The wall clock was set back an hour meanwhile.
  const Sample sample = between(at(5000s, 100s), at(1410s, 110s + 3ms));
  EXPECT_FALSE(sample.since_boot);
  EXPECT_EQ(sample.time, Seconds{1410});
  EXPECT_EQ(sample.interval, Seconds{10});
  EXPECT_EQ(between(at(5000s, 100s), at(5000s, 100s + 100ms)).interval, Seconds{1})
      << "0 crashes atopsar";
}

TEST(Deviation, CountersAreSubtractedAndGaugesTaken) {
  Snapshot before = at(10s, 10s);
  Snapshot now = at(20s, 20s);
  before.system.memory = {.free = Bytes{5}, .swap_outs = 7, .oom_kills = 1};
  now.system.memory = {.free = Bytes{3}, .swap_outs = 10, .oom_kills = 3};
  before.system.protocols.tcp = {.max_conn = -1, .curr_estab = 9, .in_segs = 100};
  now.system.protocols.tcp = {.max_conn = -1, .curr_estab = 4, .in_segs = 150};
  before.system.pressure.io_full = {.avg10 = 1, .total = Microseconds{10}};
  now.system.pressure.io_full = {.avg10 = 2, .total = Microseconds{15}};
  const System system = between(before, now).system;
  EXPECT_EQ(system.memory.free, Bytes{3});
  EXPECT_EQ(system.memory.swap_outs, 3);
  EXPECT_EQ(system.memory.oom_kills, 2);
  EXPECT_EQ(system.protocols.tcp.max_conn, -1);
  EXPECT_EQ(system.protocols.tcp.curr_estab, 4);
  EXPECT_EQ(system.protocols.tcp.in_segs, 50);
  EXPECT_EQ(system.pressure.io_full.avg10, 2);
  EXPECT_EQ(system.pressure.io_full.total, Microseconds{5});
}

TEST(Deviation, WhatTheKernelDoesNotTellStaysUnknown) {
  Snapshot now = at(20s, 20s);
  ASSERT_EQ(now.system.memory.oom_kills, kUnknown);
  EXPECT_EQ(between(at(10s, 10s), now).system.memory.oom_kills, kUnknown);
  now.system.memory.oom_kills = 2;
  EXPECT_EQ(between(at(10s, 10s), now).system.memory.oom_kills, 2);
}

Cpu cpu(Count number, Count user, Count idle, bool online = true) {
  return {.number = number, .online = online, .times = {.user = Ticks{user}, .idle = Ticks{idle}}};
}

TEST(Deviation, IdleTimeThatGoesBackATickIsNoSpike) {
  Snapshot before = at(10s, 10s);
  Snapshot now = at(20s, 20s);
  before.system.cpus.each = {cpu(0, 5, 1000000)};
  now.system.cpus.each = {cpu(0, 6, 999999)};
  EXPECT_EQ(between(before, now).system.cpus.each[0].times.idle, Ticks{0});
  EXPECT_EQ(between(before, now).system.cpus.all.times.idle, Ticks{0});
}

// The kernel's own total jumped by 690 s of idle time when a CPU went offline: usr 1 %, then, when
// it came back, 333 %.
TEST(Deviation, TheTotalIsThatOfTheCpusThatAreOnline) {
  Snapshot before = at(10s, 10s);
  Snapshot now = at(11s, 11s);
  before.system.cpus.all.times = {.user = Ticks{1000}, .idle = Ticks{100000}};
  before.system.cpus.each = {cpu(0, 500, 40000), cpu(1, 500, 60000)};
  now.system.cpus.all.times = {.user = Ticks{1060}, .idle = Ticks{169040}};
  now.system.cpus.each = {cpu(0, 560, 40040), cpu(1, 500, 60000, false)};
  const Cpu all = between(before, now).system.cpus.all;
  EXPECT_EQ(all.times.user, Ticks{60});
  EXPECT_EQ(all.times.idle, Ticks{40});
}

TEST(Deviation, TicksThatTheIntervalCannotHaveHadAreLeftOut) {
  Snapshot before = at(10s, 10s);
  Snapshot now = at(11s, 11s);
  before.system.cpus.each = {cpu(0, 1, 1), cpu(1, 1, 1)};
  now.system.cpus.each = {cpu(0, 61, 41), cpu(1, 31, 69001)};
  now.system.cpus.each[0].times.steal = Ticks{1'200'000'000'000};
  const auto cpus = between(before, now).system.cpus;
  EXPECT_EQ(cpus.each[0].times.steal, Ticks{0});
  EXPECT_EQ(cpus.each[1].times.idle, Ticks{0});
  EXPECT_EQ(cpus.all.times.user, Ticks{90});
  EXPECT_EQ(cpus.all.times.steal, Ticks{0});
  const auto impossible = impossible_ticks(before, now);
  EXPECT_EQ(impossible.cpu, 0);
  EXPECT_EQ(impossible.ticks, Ticks{1'200'000'069'000});
  EXPECT_FALSE(impossible_ticks({}, now).any()) << "since boot";
}

// A line of /proc/stat with numbers that cannot be: their sum overflowed (found by UBSan on a
// hostile host).
TEST(Deviation, TicksThatAreNoTicksAreNoHarm) {
  constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
  Snapshot before = at(10s, 10s);
  Snapshot now = at(11s, 11s);
  before.system.cpus.each = {cpu(0, 1, 1)};
  now.system.cpus.each = {cpu(0, 61, 41), cpu(1, kMost, -1)};
  now.system.cpus.each[1].times.nice = Ticks{kMost};
  EXPECT_EQ(between(before, now).system.cpus.all.times.user, Ticks{60});
  EXPECT_FALSE(impossible_ticks(before, now).any());
}

// CPU 1 was offline when the recorder started. Back online it had all its time since boot, of which
// as much as the interval is long was taken for that of the interval: 180 ticks in a second.
TEST(Deviation, ACpuThatWasNeverReadHasNoHistoryInTheInterval) {
  Snapshot before = at(10s, 10s);
  Snapshot now = at(11s, 11s);
  Snapshot later = at(12s, 12s);
  before.system.cpus.each = {cpu(0, 500, 40000)};
  now.system.cpus.each = {cpu(0, 530, 40070), cpu(1, 180, 700000)};
  later.system.cpus.each = {cpu(0, 560, 40140), cpu(1, 210, 700070)};
  EXPECT_EQ(between(before, now).system.cpus.all.times.user, Ticks{30});
  EXPECT_EQ(between(before, now).system.cpus.each[1].times, CpuTimes{});
  EXPECT_FALSE(impossible_ticks(before, now).any());
  EXPECT_EQ(between(now, later).system.cpus.all.times.user, Ticks{60});
  EXPECT_EQ(between({}, now).system.cpus.each[1].times.user, Ticks{180}) << "since boot";
}

TEST(Deviation, ACpuThatWasJustPluggedInCountsFromZero) {
  Snapshot before = at(10s, 10s);
  Snapshot now = at(11s, 11s);
  before.system.cpus.each = {cpu(0, 500, 40000)};
  now.system.cpus.each = {cpu(0, 530, 40070), cpu(1, 20, 60)};
  EXPECT_EQ(between(before, now).system.cpus.all.times.user, Ticks{50});
}

// The sum of what a kernel may say went over the largest number there is.
TEST(Deviation, StandsTimesOfACpuThatAreTogetherMoreThanAnyNumber) {
  const Snapshot none;
  Snapshot now = at(10s, 10s);
  constexpr Ticks kMost{INT64_MAX};
  now.system.cpus.each = {
      {.online = true, .times = {.user = kMost, .nice = kMost, .idle = {5}, .steal = kMost}}};
  impossible_ticks(none, now);
  const Cpu cpu = between(none, now).system.cpus.each[0];
  EXPECT_EQ(cpu.times.idle, Ticks{5});
  EXPECT_EQ(cpu.times.steal, kMost);
}

TEST(Deviation, ANodeIsTheSumOfItsCpus) {
  Snapshot before = at(10s, 10s);
  Snapshot now = at(11s, 11s);
  before.system.cpus.each = {cpu(0, 10, 10), cpu(1, 10, 10), cpu(2, 10, 10)};
  now.system.cpus.each = {cpu(0, 15, 10), cpu(1, 17, 9), cpu(2, 40, 10)};
  for (Cpu& one : now.system.cpus.each) one.node = one.number / 2;
  now.system.numa.cpu = {{.node = 0}, {.node = 1}};
  const auto nodes = between(before, now).system.numa.cpu;
  EXPECT_EQ(nodes[0].times.user, Ticks{12});
  EXPECT_EQ(nodes[0].times.idle, Ticks{0});
  EXPECT_EQ(nodes[1].times.user, Ticks{30});
}

TEST(Deviation, ACounterBegunAnewCountsFromZero) {
  Snapshot before = at(10s, 10s);
  Snapshot now = at(20s, 20s);
  before.system.interfaces.each = {{.name = "eth0", .received = Bytes{1000}}};
  now.system.interfaces.each = {{.name = "eth0", .received = Bytes{30}}};
  EXPECT_EQ(between(before, now).system.interfaces.each[0].received, Bytes{30});
}

TEST(Deviation, DevicesArePairedByNameWhateverComesAndGoes) {
  Snapshot before = at(10s, 10s);
  Snapshot now = at(20s, 20s);
  before.system.disks.physical = {
      {.name = "sda", .reads = 10}, {.name = "sdb", .reads = 20}, {.name = "sdc", .reads = 30}};
  now.system.disks.physical = {
      {.name = "sdnew", .reads = 5}, {.name = "sdc", .reads = 33}, {.name = "sdb", .reads = 22}};
  const auto& disks = between(before, now).system.disks.physical;
  EXPECT_EQ(disks[0].reads, 0) << "may be older than the interval";
  EXPECT_EQ(disks[1].reads, 3) << "atop shows totals for all that follow a new one";
  EXPECT_EQ(disks[2].reads, 2);
}

// Snapshots of `disks` one after another, as the collector makes them.
class DiskHistory {
 public:
  void next(std::vector<Disk> disks, std::chrono::seconds later = 10s) {
    std::swap(before_, now_);
    now_ = at(before_.taken_at.time_since_epoch() + later, before_.since_boot + later);
    now_.system.disks.physical = std::move(disks);
    carry_known_elements(before_, now_);
  }
  Count reads(std::size_t i = 0) const {
    return between(before_, now_).system.disks.physical.at(i).reads;
  }
  const Snapshot& now() const { return now_; }

 private:
  Snapshot before_;
  Snapshot now_ = at(100s, 100s);
};

TEST(Deviation, AnElementThatWasAwayGoesOnFromItsLastCounters) {
  DiskHistory disks;
  disks.next({{.name = "sda", .reads = 61000}});
  disks.next({});
  disks.next({});
  disks.next({{.name = "sda", .reads = 61007}});
  EXPECT_EQ(disks.reads(), 7);
  EXPECT_TRUE(disks.now().known.physical_disks.empty()) << "it is there again";
}

TEST(Deviation, ButNotForever) {
  DiskHistory disks;
  disks.next({{.name = "sda", .reads = 61000}});
  disks.next({});
  disks.next({}, KnownElements::kRemembered + 1s);
  disks.next({{.name = "sda", .reads = 61007}});
  EXPECT_EQ(disks.reads(), 0) << "and shows nothing that may be older than the interval";
  disks.next({{.name = "sda", .reads = 61008}});
  EXPECT_EQ(disks.reads(), 1);
}

TEST(Deviation, TheMemoryOfWhatWentIsBounded) {
  DiskHistory disks;
  std::vector<Disk> many(200);
  for (std::size_t i = 0; i < many.size(); ++i) {
    many[i].identity.number = i + 1;
    many[i].reads = 5;
  }
  disks.next(many);
  disks.next({});
  EXPECT_EQ(disks.now().known.physical_disks.size(), KnownElements::kMostRemembered);
}

Disk disk(const char* name, Identity identity, Count reads, Count sectors = 0) {
  return {.identity = identity, .name = name, .reads = reads, .sectors_read = {sectors}};
}

TEST(Deviation, ARenamedDeviceIsTheSame) {
  DiskHistory disks;
  disks.next({disk("old", {.number = 8}, 1000), disk("new", {.number = 9}, 5)});
  disks.next({disk("new", {.number = 8}, 1003), disk("old", {.number = 9}, 6)});
  EXPECT_EQ(disks.reads(0), 3);
  EXPECT_EQ(disks.reads(1), 1);
}

TEST(Deviation, ADeviceMadeAnewUnderItsOldNameAndNumberCountsFromZero) {
  DiskHistory disks;
  disks.next({disk("sdb", {.number = 8, .serial = 4}, 1000)});
  disks.next({disk("sdb", {.number = 8, .serial = 5}, 1200)});
  EXPECT_EQ(disks.reads(), 1200);
  // The inode knows it better: of a loop device with another file the counters go on.
  disks.next({disk("sdb", {.number = 8, .serial = 5, .inode = 70}, 1300)});
  disks.next({disk("sdb", {.number = 8, .serial = 6, .inode = 70}, 1301)});
  EXPECT_EQ(disks.reads(), 1);
  disks.next({disk("sdb", {.number = 8, .serial = 7, .inode = 71}, 1400)});
  EXPECT_EQ(disks.reads(), 1400);
}

TEST(Deviation, ADeviceThatIsOlderThanTheIntervalShowsNothingOfItsHistory) {
  DiskHistory disks;
  disks.next({disk("sda", {.number = 8, .serial = 4, .inode = 40}, 10)});
  // From another namespace, say.
  disks.next({disk("sda", {.number = 8, .serial = 4, .inode = 40}, 11),
              disk("sdb", {.number = 9, .serial = 3, .inode = 30}, 61000)});
  EXPECT_EQ(disks.reads(1), 0);
  disks.next({disk("sda", {.number = 8, .serial = 4, .inode = 40}, 12),
              disk("sdb", {.number = 9, .serial = 3, .inode = 30}, 61001),
              disk("sdc", {.number = 10, .serial = 5, .inode = 41}, 7)});
  EXPECT_EQ(disks.reads(1), 1);
  EXPECT_EQ(disks.reads(2), 7) << "was made in the interval";
}

TEST(Deviation, OneCounterThatFallsIsACorrectionAndAllOfThemANewBeginning) {
  DiskHistory disks;
  disks.next({disk("sdc", {}, 5000, 40000)});
  disks.next({disk("sdc", {}, 4999, 40080)});
  EXPECT_EQ(disks.reads(), 0);
  disks.next({disk("sdc", {}, 4998, 40079)});
  EXPECT_EQ(disks.reads(), 0) << "by one each: nothing began anew";
  disks.next({disk("sdc", {}, 30, 240)});
  EXPECT_EQ(disks.reads(), 30);
  // Of three that began anew one may be above its old value again.
  Disk before = disk("sdc", {}, 5000, 40000);
  before.writes = 20;
  Disk now = disk("sdc", {}, 300, 900);
  now.writes = 800;
  disks.next({before});
  disks.next({now});
  EXPECT_EQ(disks.reads(), 300);
}

TEST(Deviation, TimesOfDisksWrapAt32BitsOfMilliseconds) {
  constexpr std::int64_t kRange = std::int64_t{1} << 32;
  Snapshot before = at(10s, 10s);
  Snapshot now = at(20s, 20s);
  before.system.disks.physical = {{.name = "sda",
                                   .reads = 10,
                                   .sectors_read = {80},
                                   .busy = {kRange - 1000},
                                   .queue_time = {kRange - 5}}};
  now.system.disks.physical = {
      {.name = "sda", .reads = 12, .sectors_read = {96}, .busy = {500}, .queue_time = {100'000}}};
  const Disk difference = between(before, now).system.disks.physical[0];
  EXPECT_EQ(difference.reads, 2);
  EXPECT_EQ(difference.busy, Milliseconds{1500});
  EXPECT_EQ(difference.queue_time, Milliseconds{100'005});
  // More than the interval has is no wrap.
  now.system.disks.physical[0].busy = {60'000};
  EXPECT_EQ(between(before, now).system.disks.physical[0].busy, Milliseconds{0});
}

// Both times were all that it had counted before, and their wrap was taken for a new beginning.
TEST(Deviation, ADiskWhoseTimesWrapHasNotBegunAnew) {
  constexpr std::int64_t kRange = std::int64_t{1} << 32;
  Snapshot before = at(10s, 10s);
  Snapshot now = at(20s, 20s);
  before.system.disks.physical = {
      {.name = "sda", .busy = {kRange - 5000}, .queue_time = {kRange - 5000}}};
  now.system.disks.physical = {
      {.name = "sda", .reads = 12, .sectors_read = {96}, .busy = {301}, .queue_time = {42'048}}};
  const Disk difference = between(before, now).system.disks.physical[0];
  EXPECT_EQ(difference.reads, 12);
  EXPECT_EQ(difference.busy, Milliseconds{5301});
  EXPECT_EQ(difference.queue_time, Milliseconds{47'048});
}

TEST(Deviation, CountersOfDriversWith32BitsWrapAsFarAsTheSpeedAllows) {
  constexpr std::int64_t kRange = std::int64_t{1} << 32;
  Snapshot before = at(10s, 10s);
  Snapshot now = at(20s, 20s);
  const Interface old{.name = "eth0",
                      .received = {kRange - 100},
                      .packets_received = 1000,
                      .sent = {5000},
                      .packets_sent = 50,
                      .speed = 100};
  Interface fresh = old;
  fresh.received = {900};
  fresh.packets_received = 1010;
  before.system.interfaces.each = {old};
  now.system.interfaces.each = {fresh};
  EXPECT_EQ(between(before, now).system.interfaces.each[0].received, Bytes{1000});
  now.system.interfaces.each[0].received = {900'000'000};
  EXPECT_EQ(between(before, now).system.interfaces.each[0].received, Bytes{0})
      << "not with 100 Mbit/s";
}

TEST(Deviation, WhatAnInterfaceDidWhileItWasAwayIsNotOfTheInterval) {
  Snapshot before = at(10s, 10s);
  Snapshot away = at(11s, 11s);
  Snapshot now = at(12s, 12s);
  before.system.interfaces.each = {{.name = "eth0", .received = {1000}, .speed = 10'000}};
  now.system.interfaces.each = {{.name = "eth0", .received = {61'000'000'000}, .speed = 10'000}};
  carry_known_elements(before, away);
  carry_known_elements(away, now);
  EXPECT_EQ(between(away, now).system.interfaces.each[0].received, Bytes{0});
  now.system.interfaces.each[0].received = {101'000};
  EXPECT_EQ(between(away, now).system.interfaces.each[0].received, Bytes{100'000});
}

// Its index in this namespace was taken meanwhile: by the new one it seems to be made just now.
TEST(Deviation, AnInterfaceThatComesBackWithANewIndexCannotHaveDoneMoreThanItsSpeed) {
  Snapshot before = at(10s, 10s);
  Snapshot now = at(11s, 11s);
  before.system.interfaces.each = {{.identity = {.number = 1, .serial = 1}, .name = "lo"}};
  now.system.interfaces.each = before.system.interfaces.each;
  now.system.interfaces.each.push_back({.identity = {.number = 12, .serial = 12},
                                        .name = "eth0",
                                        .received = {61'000'000'000},
                                        .speed = 10'000});
  carry_known_elements({}, before);
  EXPECT_EQ(between(before, now).system.interfaces.each[1].received, Bytes{0});
  now.system.interfaces.each[1].received = {61'000};
  EXPECT_EQ(between(before, now).system.interfaces.each[1].received, Bytes{61'000});
}

TEST(Deviation, DisksThatNeverDidAnythingAreNotListedAndTheirFirstRequestsAreNotLost) {
  Snapshot before = at(10s, 10s);
  Snapshot now = at(20s, 20s);
  before.system.disks.physical = {{.name = "sda"}, {.name = "sdb", .discards = 0}};
  now.system.disks.physical = {{.name = "sda"}, {.name = "sdb", .discards = 3}};
  const auto& disks = between(before, now).system.disks.physical;
  ASSERT_EQ(disks.size(), 1U);
  EXPECT_EQ(disks[0].discards, 3);
}

TEST(Deviation, ACpuThatWasOfflineContinues) {
  Snapshot before = at(10s, 10s);
  Snapshot now = at(20s, 20s);
  before.system.cpus.each = {{.number = 0, .online = true, .times = {.user = Ticks{5}}},
                             {.number = 1, .online = false, .times = {.user = Ticks{70}}}};
  now.system.cpus.each = {{.number = 0, .online = true, .times = {.user = Ticks{8}}},
                          {.number = 1, .online = true, .times = {.user = Ticks{75}}}};
  const auto& cpus = between(before, now).system.cpus.each;
  EXPECT_EQ(cpus[0].times.user, Ticks{3});
  EXPECT_EQ(cpus[1].times.user, Ticks{5});
}

TEST(Deviation, AFrequencyIsASumOnlyWithTicks) {
  Snapshot before = at(10s, 10s);
  Snapshot now = at(20s, 20s);
  before.system.cpus.each = {{.frequency = {.mhz = 1000}},
                             {.frequency = {.mhz = 50000, .ticks = Ticks{50}}}};
  now.system.cpus.each = {{.frequency = {.mhz = 900}},
                          {.frequency = {.mhz = 70000, .ticks = Ticks{60}}}};
  const auto& cpus = between(before, now).system.cpus.each;
  EXPECT_EQ(cpus[0].frequency.mhz, 900);
  EXPECT_EQ(cpus[1].frequency.mhz, 20000);
  EXPECT_EQ(cpus[1].frequency.ticks, Ticks{10});
}

TEST(TaskDeviation, AKnownTaskIsSubtractedAndANewOneIsWhole) {
  const Snapshot before = with_tasks({process(7, Ticks{5}, Ticks{100})}, 10s);
  const Snapshot now =
      with_tasks({process(7, Ticks{5}, Ticks{130}), process(8, Ticks{1009}, Ticks{4})}, 20s);
  const auto tasks = between(before, now).tasks;
  EXPECT_EQ(tasks[0].cpu.user, Ticks{30});
  EXPECT_EQ(tasks[0].identity.exit_code, 0);
  EXPECT_EQ(tasks[1].cpu.user, Ticks{4});
  EXPECT_EQ(tasks[1].identity.exit_code, TaskIdentity::kNewBit);
  EXPECT_FALSE(tasks[1].identity.inactive);
}

TEST(TaskDeviation, AReusedPidIsANewTask) {
  const Snapshot before = with_tasks({process(7, Ticks{5}, Ticks{100})}, 10s);
  const Snapshot now = with_tasks({process(7, Ticks{1006}, Ticks{130})}, 20s);
  const auto tasks = between(before, now).tasks;
  EXPECT_EQ(tasks[0].cpu.user, Ticks{130});
  EXPECT_EQ(tasks[0].identity.exit_code, TaskIdentity::kNewBit);
}

// Its stat was malformed in one reading: with the next it had all of its life in one interval, and
// was new. So had each thread when threads began to be listed.
TEST(TaskDeviation, ATaskThatIsOlderThanTheIntervalShowsNothingOfItsHistory) {
  TaskReading task = process(7, Ticks{100}, Ticks{50'000});
  task.disk.read = Sectors{1'000'000};
  task.cpu.run_delay = Nanoseconds{77};
  const TaskReading worker = thread(7, 8, Ticks{120}, Nanoseconds{70});
  const Snapshot before = with_tasks({}, 10s);
  const auto tasks = between(before, with_tasks({task, worker}, 20s)).tasks;
  for (const Task& one : tasks) {
    EXPECT_EQ(one.cpu.user, Ticks{0});
    EXPECT_EQ(one.cpu.run_delay, Nanoseconds{0});
    EXPECT_EQ(one.disk.read, Sectors{0});
    EXPECT_EQ(one.disk.read_requests, 0);
    EXPECT_EQ(one.identity.exit_code, 0) << "not new";
  }
  EXPECT_EQ(between({}, with_tasks({task}, 20s)).tasks[0].cpu.user, Ticks{50'000}) << "since boot";
}

TEST(TaskDeviation, AProcessThatWasMissingFromOneReadingGoesOn) {
  Snapshot before = with_tasks({}, 10s);
  before.departed = {{process(7, Ticks{100}, Ticks{49'970}), 5s}};
  const auto tasks =
      between(before, with_tasks({process(7, Ticks{100}, Ticks{50'000})}, 20s)).tasks;
  EXPECT_EQ(tasks[0].cpu.user, Ticks{30});
  EXPECT_EQ(tasks[0].identity.exit_code, 0);
}

// /proc/<pid>/io did not answer, or was refused, until now.
TEST(TaskDeviation, WhatATaskReadAndWroteBeforeAnybodyCouldTellIsOfNoInterval) {
  TaskReading task = process(7, Ticks{100}, {});
  task.marks.lacks_io = true;
  const Snapshot before = with_tasks({task}, 10s);
  task.marks.lacks_io = false;
  task.disk.read = task.disk.written = Sectors{1'000'000};
  const Snapshot now = with_tasks({task}, 20s);
  EXPECT_EQ(between(before, now).tasks[0].disk, TaskDisk());
  task.disk.read += Sectors{5};
  EXPECT_EQ(between(now, with_tasks({task}, 30s)).tasks[0].disk.read, Sectors{5});
}

TEST(TaskDeviation, ATaskInWhichNothingChangedIsInactive) {
  TaskReading idle = process(7, Ticks{5}, Ticks{100});
  idle.run_time = Nanoseconds{1};
  TaskReading busy = process(8, Ticks{5}, Ticks{100});
  const Snapshot before = with_tasks({idle, busy}, 10s);
  busy.memory.resident = Bytes{4096};
  const Snapshot now = with_tasks({idle, busy}, 20s);
  const auto tasks = between(before, now).tasks;
  EXPECT_TRUE(tasks[0].identity.inactive);
  EXPECT_EQ(tasks[0].cpu.user, Ticks{0});
  EXPECT_FALSE(tasks[1].identity.inactive);
  EXPECT_EQ(tasks[1].memory.resident_growth, Bytes{4096});
}

TEST(TaskDeviation, GrowthIsSigned) {
  TaskReading task = process(7, Ticks{5}, Ticks{100});
  task.memory.virtual_size = Bytes{8192};
  const Snapshot before = with_tasks({task}, 10s);
  task.memory.virtual_size = Bytes{4096};
  const Snapshot now = with_tasks({task}, 20s);
  EXPECT_EQ(between(before, now).tasks[0].memory.virtual_growth, Bytes{-4096});
}

TEST(TaskDeviation, SectorsStandForRequestsToo) {
  TaskReading task = process(7, Ticks{5}, {});
  const Snapshot before = with_tasks({task}, 10s);
  task.disk = {.read = Sectors{8}, .written = Sectors{16}};
  const auto disk = between(before, with_tasks({task}, 20s)).tasks[0].disk;
  EXPECT_EQ(disk.read_requests, 8);
  EXPECT_EQ(disk.write_requests, 16);
}

TEST(TaskDeviation, AnActiveThreadMakesItsProcessActive) {
  const TaskReading main = process(7, Ticks{5}, Ticks{100});
  const Snapshot before =
      with_tasks({main, thread(7, 7, Ticks{5}, {}), thread(7, 8, Ticks{6}, Nanoseconds{10})}, 10s);
  const Snapshot now =
      with_tasks({main, thread(7, 7, Ticks{5}, {}), thread(7, 8, Ticks{6}, Nanoseconds{15})}, 20s);
  const auto tasks = between(before, now).tasks;
  EXPECT_FALSE(tasks[0].identity.inactive);
  EXPECT_TRUE(tasks[1].identity.inactive);
  EXPECT_FALSE(tasks[2].identity.inactive);
}

TEST(TaskDeviation, AThreadThatEndsMakesNoSpikeInItsProcess) {
  // atop subtracts the sums: 1000 + 50 before, 60 now, and shows all 60.
  TaskReading main = process(7, Ticks{5}, {});
  main.cpu.run_delay = Nanoseconds{1050};
  const Snapshot before =
      with_tasks({main, thread(7, 7, Ticks{5}, Nanoseconds{50}),
                  thread(7, 9, Ticks{6}, Nanoseconds{1}), thread(7, 8, Ticks{6}, Nanoseconds{999})},
                 10s);
  main.cpu.run_delay = Nanoseconds{60};
  const Snapshot now = with_tasks(
      {main, thread(7, 7, Ticks{5}, Nanoseconds{58}), thread(7, 9, Ticks{6}, Nanoseconds{2})}, 20s);
  EXPECT_EQ(between(before, now).tasks[0].cpu.run_delay, Nanoseconds{9});
}

TEST(TaskDeviation, TheMainThreadOfAProcessThatGotThreadsIsNotNew) {
  TaskReading alone = process(7, Ticks{5}, Ticks{100});
  alone.memory.minor_faults = 160;
  const Snapshot before = with_tasks({alone}, 10s);
  TaskReading main = thread(7, 7, Ticks{5}, {});
  main.cpu.user = Ticks{103};
  // The process's faults had those of a thread that ended before.
  main.memory.minor_faults = 143;
  alone.identity.threads = 2;
  alone.cpu.user = Ticks{104};
  const auto tasks =
      between(before, with_tasks({alone, main, thread(7, 8, Ticks{1009}, {})}, 20s)).tasks;
  EXPECT_EQ(tasks[1].cpu.user, Ticks{3});
  EXPECT_EQ(tasks[1].memory.minor_faults, 0);
  EXPECT_EQ(tasks[1].identity.exit_code, 0);
  EXPECT_EQ(tasks[2].identity.exit_code, TaskIdentity::kNewBit);
}

TEST(TaskDeviation, WithoutThreadsTheProcessKeepsTheirSums) {
  const TaskReading main = process(7, Ticks{5}, {});
  const Snapshot before =
      with_tasks({main, thread(7, 7, Ticks{5}, {}), thread(7, 8, Ticks{6}, {})}, 10s);
  const Snapshot now =
      with_tasks({main, thread(7, 7, Ticks{5}, Nanoseconds{3}),
                  thread(7, 8, Ticks{6}, Nanoseconds{4}), process(9, Ticks{1}, {})},
                 20s);
  const auto tasks = between(before, now, {.threads = {ThreadSelection::Mode::kNone}}).tasks;
  ASSERT_EQ(tasks.size(), 2U);
  EXPECT_EQ(tasks[0].cpu.run_delay, Nanoseconds{7});
  EXPECT_FALSE(tasks[0].identity.inactive);
  EXPECT_EQ(tasks[1].identity.pid, 9);
}

TEST(TaskDeviation, WithoutIdleProcessesTheirThreadsAreLeftOutToo) {
  const TaskReading main = process(7, Ticks{5}, {});
  const TaskReading idle = thread(7, 7, Ticks{5}, {});
  const Snapshot before = with_tasks({main, idle, process(8, Ticks{6}, {})}, 10s);
  const Snapshot now =
      with_tasks({main, idle, process(8, Ticks{6}, Ticks{4}), process(9, Ticks{9}, {})}, 20s);
  const auto tasks = between(before, now, {.idle_processes = false}).tasks;
  ASSERT_EQ(tasks.size(), 2U);
  EXPECT_EQ(tasks[0].identity.pid, 8) << "did something";
  EXPECT_EQ(tasks[1].identity.pid, 9) << "is new";
}

TEST(TaskDeviation, BusyThreadsAreThoseThatRan) {
  const auto with_slices = [](TaskReading task, Count timeslices) {
    task.timeslices = timeslices;
    return task;
  };
  const TaskReading main = process(7, Ticks{5}, {});
  const TaskReading idle = with_slices(thread(7, 7, Ticks{5}, {}), 4);
  const Snapshot before = with_tasks({main, idle, with_slices(thread(7, 8, Ticks{6}, {}), 4)}, 10s);
  TaskReading grown = idle;
  grown.memory.resident = Bytes{4096};  // its process's
  const Snapshot now =
      with_tasks({main, grown, with_slices(thread(7, 8, Ticks{6}, Nanoseconds{4}), 5),
                  with_slices(thread(7, 9, Ticks{9}, {}), 1)},
                 20s);
  const auto tasks = between(before, now, {.threads = {ThreadSelection::Mode::kBusy}}).tasks;
  ASSERT_EQ(tasks.size(), 3U);
  EXPECT_TRUE(tasks[0].identity.is_process);
  EXPECT_EQ(tasks[1].identity.pid, 8);
  EXPECT_EQ(tasks[2].identity.pid, 9) << "a new one ran";
  EXPECT_EQ(tasks[0].cpu.run_delay, Nanoseconds{4});
}

TEST(TaskDeviation, ThreadsOfNamedProcessesAreListedAndTheSumsAreTheSame) {
  TaskReading java = process(7, Ticks{5}, {});
  java.identity.name = "java";
  TaskReading other = process(8, Ticks{5}, {});
  other.identity.name = "other";
  const Snapshot before = with_tasks({}, 0s);
  const Snapshot now = with_tasks(
      {java, thread(7, 7, Ticks{5}, Nanoseconds{1}), thread(7, 70, Ticks{5}, Nanoseconds{2}), other,
       thread(8, 8, Ticks{5}, Nanoseconds{3}), thread(8, 80, Ticks{5}, Nanoseconds{4})},
      20s);
  const auto tasks =
      between(before, now, {.threads = {ThreadSelection::Mode::kNamed, {"java"}}}).tasks;
  ASSERT_EQ(tasks.size(), 4U);
  EXPECT_EQ(tasks[2].identity.pid, 70);
  EXPECT_EQ(tasks[3].identity.pid, 8);
  EXPECT_EQ(tasks[0].cpu.run_delay, Nanoseconds{3});
  EXPECT_EQ(tasks[3].cpu.run_delay, Nanoseconds{7});
}

TEST(TaskIndex, FindsEachOfManyTasks) {
  std::vector<TaskReading> tasks;
  for (Count pid = 1; pid < 4194303; pid += 1009) tasks.push_back(process(pid, Ticks{pid}, {}));
  TaskIndex index;
  EXPECT_EQ(index.find(tasks, 1, true), nullptr) << "nothing is built yet";
  index.build(tasks);
  for (const TaskReading& task : tasks)
    ASSERT_EQ(index.find(tasks, task.identity.pid, true), &task);
  EXPECT_EQ(index.find(tasks, 2, true), nullptr);
  EXPECT_EQ(index.find(tasks, 1, false), nullptr);
}

}  // namespace
}  // namespace proctape
