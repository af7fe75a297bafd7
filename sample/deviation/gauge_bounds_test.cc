// SPDX-License-Identifier: Apache-2.0
#include "sample/deviation/gauge_bounds.h"

#include <gtest/gtest.h>

#include <cmath>

namespace proctape {
namespace {

// lxcfs prints -205600 kB of free swap as an unsigned number; atop -r showed 'free -0.8T'.
TEST(GaugeBounds, WhatIsBelowZeroIsNone) {
  System system;
  system.memory.total = kibibytes(1000);
  system.memory.swap_total = {0};
  system.memory.swap_free = kibibytes(-205600);
  system.memory.dirty = {-4096};
  hold_to_bounds(system);
  EXPECT_EQ(system.memory.swap_free, Bytes{0});
  EXPECT_EQ(system.memory.dirty, Bytes{0});
}

TEST(GaugeBounds, APartIsNoLargerThanItsWhole) {
  System system;
  system.memory.total = kibibytes(1000);
  system.memory.free = kibibytes(1001);
  system.memory.huge_total = 4;
  system.memory.huge_free = 5;
  system.numa.memory = {{.total = {100}, .free = {200}}};
  system.pressure.io_some.avg10 = 101;
  hold_to_bounds(system);
  EXPECT_EQ(system.memory.free, kibibytes(1000));
  EXPECT_EQ(system.memory.huge_free, 4);
  EXPECT_EQ(system.numa.memory[0].free, Bytes{100});
  EXPECT_EQ(system.pressure.io_some.avg10, 100.0F);
}

TEST(GaugeBounds, WhatIsNotKnownStaysSoAndBoundsNothing) {
  System system;
  system.memory.swap_free = {5};
  hold_to_bounds(system);
  EXPECT_EQ(system.memory.swap_total.value, kUnknown);
  EXPECT_EQ(system.memory.swap_free, Bytes{5});
  EXPECT_EQ(system.memory.zfs_arc.value, kUnknown);
}

TEST(GaugeBounds, WhatIsNoNumberIsZero) {
  System system;
  system.cpus.load1 = std::nanf("");
  system.pressure.cpu_some.avg60 = std::nanf("");
  hold_to_bounds(system);
  EXPECT_EQ(system.cpus.load1, 0.0F);
  EXPECT_EQ(system.pressure.cpu_some.avg60, 0.0F);
}

TEST(GaugeBounds, AnOrdinaryHostStaysAsItIs) {
  System system;
  system.memory.total = kibibytes(1000);
  system.memory.free = kibibytes(400);
  system.memory.committed = kibibytes(9000);  // may be more than there is
  system.cpus.load1 = 1000.5F;
  system.disks.physical = {{.name = "sda", .in_flight = 3}};
  const System before = system;
  hold_to_bounds(system);
  EXPECT_EQ(system, before);
}

}  // namespace
}  // namespace proctape
