// SPDX-License-Identifier: Apache-2.0
#include "rawlog/layout/busiest.h"

#include <gtest/gtest.h>

#include <string>

#include "rawlog/file/encoder.h"
#include "rawlog/layout/disk_record.h"
#include "rawlog/layout/network_record.h"
#include "rawlog/layout/nfs_record.h"
#include "tests/support/plausible_sample.h"

namespace proctape {
namespace {

// `count` disks; every third did something.
std::vector<Disk> disks(std::size_t count, const std::string& prefix) {
  std::vector<Disk> list(count);
  for (std::size_t i = 0; i < count; ++i) {
    list[i].name.assign(prefix + std::to_string(i));
    if (i % 3 == 0) list[i].writes = static_cast<Count>(i) + 1;
  }
  return list;
}

System large_system() {
  System system;
  system.disks.physical = disks(1500, "sd");
  system.disks.md = disks(300, "md");
  system.disks.lvm = disks(2000, "dm-");
  system.interfaces.each.resize(200);
  for (std::size_t i = 0; i < 200; ++i) {
    Interface& interface = system.interfaces.each[i];
    interface.name.assign("veth" + std::to_string(i));
    interface.received = Bytes{static_cast<Count>(i) * 1000};
  }
  return system;
}

TEST(Busiest, AHostThatFitsIsLeftAsItIs) {
  System system = plausible_sample(Seconds{1000}).system;
  system.disks.lvm = disks(2047, "dm-");
  system.interfaces.each.resize(127);
  EXPECT_TRUE(fits(system, v2_3));
  const System before = system;
  std::vector<LeftOut> left_out = {{"old", 1, 1}};
  keep_busiest(system, v2_3, left_out);
  EXPECT_EQ(system, before);
  EXPECT_TRUE(left_out.empty());
}

TEST(Busiest, OfTooManyTheBusiestAreKeptInTheirOrderAndTheRestIsCounted) {
  System system = large_system();
  EXPECT_FALSE(fits(system, v2_8));
  std::vector<LeftOut> left_out;
  keep_busiest(system, v2_8, left_out);
  EXPECT_EQ(left_out,
            (std::vector<LeftOut>{
                {"network interfaces", 127, 73}, {"disks", 1023, 477}, {"MD devices", 255, 45}}));
  EXPECT_TRUE(fits(system, v2_8));
  EXPECT_EQ(system.disks.lvm.size(), 2000U) << "they fit";

  // The least busy interfaces were the first ones.
  EXPECT_EQ(system.interfaces.each.front().name, std::string_view("veth73"));
  EXPECT_EQ(system.interfaces.each.back().name, std::string_view("veth199"));

  // All 500 busy disks, and the first of the idle ones; in the order they had.
  const auto& kept = system.disks.physical;
  EXPECT_EQ(std::ranges::count_if(kept, [](const Disk& disk) { return disk.writes > 0; }), 500);
  const auto number = [](const Disk& disk) {
    return std::stoi(std::string(std::string_view(disk.name).substr(2)));
  };
  EXPECT_TRUE(std::ranges::is_sorted(kept, {}, number));
  EXPECT_EQ(number(kept[1]), 1) << "the first idle one";
  EXPECT_EQ(number(kept.back()), 1497) << "the last busy one";
}

TEST(Busiest, BusyIsWhatMovedMost) {
  System system;
  system.disks.md = disks(256, "idle");
  system.disks.md[7] = {.name = InlineText<31>("moved"), .sectors_read = Sectors{5000}};
  system.disks.md[255] = {.name = InlineText<31>("asked"), .reads = 100};
  system.nfs.mounts.resize(64);
  system.nfs.mounts[63].server_written = Bytes{1};
  std::vector<LeftOut> left_out;
  keep_busiest(system, v2_13, left_out);
  EXPECT_EQ(system.disks.md[7].name, std::string_view("moved"));
  EXPECT_EQ(system.disks.md[254].name, std::string_view("asked"));
  EXPECT_EQ(system.nfs.mounts.size(), kMostNfsMounts);
  EXPECT_EQ(system.nfs.mounts.back().server_written, Bytes{1});
}

TEST(Busiest, RoomIsThatOfTheVersion) {
  System system;
  system.caches.each.resize(256);
  system.caches.each[255].total_traffic = Bytes{9};
  EXPECT_TRUE(fits(system, v2_7)) << "has none of them";
  EXPECT_FALSE(fits(system, v2_9)) << "counts them in a byte";
  EXPECT_TRUE(fits(system, v2_10));
  std::vector<LeftOut> left_out;
  keep_busiest(system, v2_9, left_out);
  EXPECT_EQ(left_out, (std::vector<LeftOut>{{"last-level caches", 255, 1}}));
  EXPECT_EQ(system.caches.each.back().total_traffic, Bytes{9});
}

TEST(Busiest, CpusLoseTheIdlestUntil2_12AndTheHighestIn2_13) {
  System system;
  for (Count number = 0; number < 5000; ++number) {
    system.cpus.each.push_back(
        {.number = number, .online = number % 2 == 0, .times = {.user = Ticks{number}}});
  }
  System old = system;
  std::vector<LeftOut> left_out;
  keep_busiest(old, v2_12, left_out);
  EXPECT_EQ(left_out, (std::vector<LeftOut>{{"CPUs", 2048, 452}})) << "of the 2500 online";
  EXPECT_EQ(old.cpus.each.front().number, 904);
  EXPECT_EQ(old.cpus.each.back().number, 4998);
  keep_busiest(system, v2_13, left_out);
  EXPECT_EQ(left_out, (std::vector<LeftOut>{{"CPUs", 4096, 904}}));
  EXPECT_EQ(system.cpus.each.back().number, 4095);
}

TEST(Busiest, TheEncoderKeepsThemAndTells) {
  Encoder encoder(v2_13, plausible_host());
  Sample sample = plausible_sample(Seconds{1000});
  encoder.encode(sample);
  EXPECT_TRUE(encoder.left_out().empty());
  sample.system = large_system();
  encoder.encode(sample);
  EXPECT_EQ(encoder.left_out().size(), 3U);
  EXPECT_EQ(sample.system.disks.physical.size(), 1500U) << "another log may have room";
  encoder.encode(plausible_sample(Seconds{1010}));
  EXPECT_TRUE(encoder.left_out().empty());
}

}  // namespace
}  // namespace proctape
