// SPDX-License-Identifier: Apache-2.0
#include "query/measure/device_use.h"

#include <gtest/gtest.h>

namespace proctape {
namespace {

TEST(DeviceUses, AddDisksUpAndKeepTheirWorstInterval) {
  DeviceUses devices;
  System system;
  system.disks.physical = {
      {.name = "sda", .reads = 10, .sectors_read = {80}, .busy = {5000}, .queue_time = {8000}}};
  devices.add(system, 10, Seconds{1010});
  system.disks.physical[0].busy = {9000};
  devices.add(system, 10, Seconds{1020});
  system.disks.physical[0] = {.name = "sda"};
  devices.add(system, 10, Seconds{1030});
  ASSERT_EQ(devices.disks().size(), 1U);
  const DiskUse& use = devices.disks()[0];
  EXPECT_DOUBLE_EQ(use.busy, 14);
  EXPECT_EQ(use.read, 160 * 512);
  EXPECT_EQ(use.seconds, 30);
  EXPECT_DOUBLE_EQ(use.busy_peak, 90);
  EXPECT_EQ(use.busy_peak_time, Seconds{1020});
  EXPECT_DOUBLE_EQ(use.latency_peak, 800);
}

TEST(DeviceUses, VolumesAreApart) {
  DeviceUses devices;
  System system;
  system.disks.lvm = {{.name = "root", .reads = 1}};
  system.disks.md = {{.name = "md0", .reads = 1}};
  devices.add(system, 10, Seconds{1010});
  EXPECT_TRUE(devices.disks().empty());
  EXPECT_EQ(devices.volumes().size(), 2U);
}

}  // namespace
}  // namespace proctape
