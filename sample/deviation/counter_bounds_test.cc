// SPDX-License-Identifier: Apache-2.0
#include "sample/deviation/counter_bounds.h"

#include <gtest/gtest.h>

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
  EXPECT_FALSE(hold_counters(before, now));
  now.memory.swap_ins = -616;
  now.protocols.ipv4.in_receives = INT64_MAX;
  now.disks.physical = {disk_with(2, kUnknown), disk_with(1, 51)};
  now.cpus.each[0].times.user = Ticks{-2};
  now.pressure.io_some.total = Microseconds{kUnknown};
  const auto impossible = hold_counters(before, now);
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
  ASSERT_TRUE(hold_counters(before, now));
  EXPECT_EQ(now.disks.physical[0].discards, kUnknown);
  EXPECT_EQ(now.disks.physical[1].reads, kUnknown) << "a new one";
}

}  // namespace
}  // namespace proctape
