// SPDX-License-Identifier: Apache-2.0
#include "sample/deviation/counter_bounds.h"

#include <gtest/gtest.h>

#include "sample/deviation/deviation.h"
#include "sample/deviation/subtract.h"

namespace proctape {
namespace {

Disk disk_with(std::uint64_t number, Count reads) {
  Disk disk{.reads = reads};
  disk.identity.number = number;
  return disk;
}

// One reading of 18446744073709551000, and the next interval had all since boot.
TEST(CounterBounds, ACounterThatCannotBeStaysAsItWas) {
  System before;
  before.memory.swap_ins = 1000;
  before.protocols.ipv4.in_receives = 2000;
  before.disks.physical = {disk_with(1, 50), disk_with(2, 60)};
  before.cpus.each = {{.number = 0, .online = true, .times = {.user = Ticks{70}}}};
  before.pressure.io_some.total = Microseconds{80};
  System now = before;
  EXPECT_FALSE(hold_counters(&before, now));
  now.memory.swap_ins = -616;
  now.protocols.ipv4.in_receives = INT64_MAX;
  now.disks.physical = {disk_with(2, kUnknown), disk_with(1, 51)};
  now.cpus.each[0].times.user = Ticks{-2};
  now.pressure.io_some.total = Microseconds{kUnknown};
  const auto impossible = hold_counters(&before, now);
  ASSERT_TRUE(impossible);
  EXPECT_EQ(impossible->name, "user");
  EXPECT_EQ(impossible->value, -2);
  EXPECT_EQ(now.memory.swap_ins, 1000);
  EXPECT_EQ(now.protocols.ipv4.in_receives, 2000);
  EXPECT_EQ(now.disks.physical[0].reads, 60);
  EXPECT_EQ(now.disks.physical[1].reads, 51);
  EXPECT_EQ(now.cpus.each[0].times.user, Ticks{70});
  EXPECT_EQ(now.pressure.io_some.total, Microseconds{80});
}

TEST(CounterBounds, WhatIsNotKnownStaysSo) {
  System before;
  before.disks.physical = {disk_with(1, 50)};
  System now = before;
  ASSERT_EQ(now.disks.physical[0].discards, kUnknown);
  now.disks.physical.push_back(disk_with(2, -7));
  ASSERT_TRUE(hold_counters(&before, now));
  EXPECT_EQ(now.disks.physical[0].discards, kUnknown);
  EXPECT_EQ(now.disks.physical[1].reads, kNeverRead) << "a new one";
}

// It was -1, then all since boot in one interval.
TEST(CounterBounds, ACounterThatIsWrongFromTheFirstReadingOnCountsFromTheFirstRightOne) {
  std::vector<Snapshot> snapshots;
  Sample sample;
  const auto take = [&](Count reads, Count other) {
    Snapshot now;
    const auto second = static_cast<int>(snapshots.size()) + 1;
    now.since_boot = std::chrono::seconds(1000 * second);
    now.taken_at = WallTime(std::chrono::seconds(1'000'000 + 1000 * second));
    System& system = now.system;
    system.disks.physical = {disk_with(1, reads)};
    system.disks.physical[0].busy = Milliseconds{other};
    system.memory.swap_ins = other;
    system.memory.oom_kills = other;
    system.interfaces.each = {{.name = "eth0", .received = {other}, .speed = 1000}};
    system.cpus.each = {{.number = 0, .online = true, .times = {.user = Ticks{other}}}};
    system.protocols.ipv4.in_receives = other;
    const Snapshot none;
    const Snapshot& previous = snapshots.empty() ? none : snapshots.back();
    hold_counters(snapshots.empty() ? nullptr : &previous.system, system);
    deviation(previous, now, {}, sample);
    snapshots.push_back(std::move(now));
    return std::vector<Count>{sample.system.disks.physical.at(0).reads,
                              sample.system.disks.physical[0].busy.value,
                              sample.system.memory.swap_ins,
                              sample.system.memory.oom_kills,
                              sample.system.interfaces.each.at(0).received.value,
                              sample.system.cpus.each.at(0).times.user.value,
                              sample.system.protocols.ipv4.in_receives};
  };
  using Counts = std::vector<Count>;
  EXPECT_EQ(take(-5, INT64_MAX), (Counts{0, 0, 0, 0, 0, 0, 0}));
  EXPECT_EQ(take(kUnknown, INT64_MIN + 5), (Counts{0, 0, 0, 0, 0, 0, 0}));
  EXPECT_EQ(take(9000, 50'000), (Counts{0, 0, 0, 0, 0, 0, 0})) << "nobody knows since when";
  EXPECT_EQ(take(9007, 50'009), (Counts{7, 9, 9, 9, 9, 9, 9}));
  EXPECT_EQ(take(INT64_MIN, -1), (Counts{0, 0, 0, 0, 0, 0, 0}));
  EXPECT_EQ(take(9010, 50'010), (Counts{3, 1, 1, 1, 1, 1, 1}));
}

// Its driver was loaded again while one of its counters had never been right.
TEST(CounterBounds, ADiskThatBeganAnewShowsNoneOfWhatWasNeverRead) {
  Disk before = disk_with(1, 5000);
  before.sectors_read = {9000};
  before.writes = 70;
  before.busy = {kNeverRead};
  Snapshot previous;
  previous.since_boot = std::chrono::seconds(1000);
  previous.taken_at = WallTime(std::chrono::seconds(1000));
  previous.system.disks.physical = {before};
  Snapshot now = previous;
  now.since_boot += std::chrono::seconds(10);
  Disk& disk = now.system.disks.physical[0];
  disk.reads = 5;
  disk.sectors_read = {8};
  disk.writes = kNeverRead;
  Sample sample;
  deviation(previous, now, {}, sample);
  const Disk& difference = sample.system.disks.physical.at(0);
  EXPECT_EQ(difference.reads, 5);
  EXPECT_EQ(difference.writes, 0);
  EXPECT_EQ(difference.busy, Milliseconds{});
}

}  // namespace
}  // namespace proctape
