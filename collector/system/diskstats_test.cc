// SPDX-License-Identifier: Apache-2.0
#include "collector/system/diskstats.h"

#include <gtest/gtest.h>

#include <string>

#include "base/text/text.h"
#include "tests/support/fixtures.h"
#include "tests/support/source_reader.h"
#include "tests/support/test_host.h"

namespace proctape {
namespace {

TEST(Diskstats, ColumnsByTheirPlace) {
  Disks disks;
  ASSERT_TRUE(
      parse_diskstats("   8       0 sda 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17\n", disks));
  ASSERT_EQ(disks.physical.size(), 1U);
  const Disk expected{.name = "sda",
                      .reads = 1,
                      .sectors_read = {3},
                      .writes = 5,
                      .sectors_written = {7},
                      .busy = {10},
                      .queue_time = {11},
                      .discards = 12,
                      .sectors_discarded = {14},
                      .in_flight = 9};
  EXPECT_EQ(disks.physical[0], expected);
}

TEST(Diskstats, PhysicalDisksAreListedByTheirNumbersAlsoIfTheyDidNothing) {
  const TestHost host;
  host.write("proc/diskstats",
             "259 0 nvme0n1 1 2 3 4 5 6 7 8 9 10 11\n259 1 nvme0n1p1 1 2 3 4 5 6 7 8 9 10 11\n"
             "253 0 dm-0 1 2 3 4 5 6 7 8 9 10 11\n9 127 md127 0 0 0 0 0 0 0 0 0 0 0\n"
             "8 16 sdb 0 0 0 0 0 0 0 0 0 0 0\nx\n");
  SourceReader reader(std::move(*KernelFs::open(host.path())));
  ASSERT_TRUE(reader.read(read_diskstats));
  EXPECT_EQ(reader.memo().physical_disks, (std::vector<DeviceNumber>{{259, 0}, {8, 16}}));
  ASSERT_EQ(reader.notes().size(), 1U) << "of the last line";
}

TEST(Diskstats, KernelsBefore418DoNotKnowDiscards) {
  Disks disks;
  ASSERT_TRUE(parse_diskstats("8 0 sda 1 2 3 4 5 6 7 8 9 10 11\n", disks));
  ASSERT_EQ(disks.physical.size(), 1U);
  EXPECT_EQ(disks.physical[0].discards, kUnknown);
  EXPECT_EQ(disks.physical[0].sectors_discarded, Sectors{0});
  EXPECT_EQ(disks.physical[0].queue_time, Milliseconds{11});
}

TEST(Diskstats, WholeDisksAreRecordedAsPhysical) {
  for (const char* name : {"sda", "sdaz", "vdb", "hdc", "xvda", "xvda1", "xvdb12", "nvme0n1",
                           "nvme12n3", "nvme0c1n1", "nbd3", "rd/c0d0", "cciss/c1d12", "fioa",
                           "dasdaa", "mmcblk0", "emcpowerb", "rbd0", "rbd12p1"}) {
    EXPECT_EQ(disk_class(name), DiskClass::kPhysical) << name;
  }
}

TEST(Diskstats, ArraysAndVolumesAreKeptApart) {
  EXPECT_EQ(disk_class("md127"), DiskClass::kMd);
  EXPECT_EQ(disk_class("dm-0"), DiskClass::kLvm);
  EXPECT_EQ(disk_class("dm-123"), DiskClass::kLvm);
}

TEST(Diskstats, PartitionsAndPseudoDevicesAreLeftOut) {
  for (const char* name :
       {"",         "sda1",         "sd",           "vda2",    "nvme0n1p1", "nvme0",
        "nvmen1",   "mmcblk0p1",    "mmcblk0boot0", "loop0",   "ram0",      "zram0",
        "sr0",      "md_d0",        "md",           "md127p1", "dm-",       "dm-x",
        "bcache0",  "drbd0",        "zd0",          "pmem0",   "SDA",       "xvda1b",
        "cciss/c0", "cciss/c0d0p1", "rd/c0d0p2",    "sda ",    "emcpower1"}) {
    EXPECT_EQ(disk_class(name), std::nullopt) << name;
  }
}

TEST(Diskstats, InFlightIsOfPhysicalDisksOnly) {
  Disks disks;
  ASSERT_TRUE(
      parse_diskstats("8 0 sda 1 0 0 0 0 0 0 0 5 0 0\n9 0 md0 1 0 0 0 0 0 0 0 6 0 0\n"
                      "253 0 dm-0 1 0 0 0 0 0 0 0 7 0 0\n",
                      disks));
  EXPECT_EQ(disks.physical.at(0).in_flight, 5);
  EXPECT_EQ(disks.md.at(0).in_flight, 0);
  EXPECT_EQ(disks.lvm.at(0).in_flight, 0);
}

std::vector<std::string> names_of(const std::vector<Disk>& disks) {
  std::vector<std::string> names;
  for (const Disk& disk : disks) names.emplace_back(disk.name.view());
  return names;
}

TEST(Diskstats, HostWithVolumesOnArraysOnDisks) {
  using Names = std::vector<std::string>;
  SourceReader reader(fixture("debian-12-server"));
  ASSERT_TRUE(reader.read(read_diskstats));
  const Disks& disks = reader.system().disks;
  // sdc and dm-3 never did anything: they are not recorded, but known when they begin to.
  EXPECT_EQ(names_of(disks.physical), (Names{"sda", "sdb", "sdc", "nvme0n1"}));
  EXPECT_EQ(names_of(disks.md), (Names{"md0", "md1"}));
  // luks-... is cut to what the log has room for.
  EXPECT_EQ(names_of(disks.lvm),
            (Names{"vg0-root", "vg0-swap", "luks-3c1d9c6e-1f7b-4d55-9b39-2a", "dm-3"}));
  EXPECT_EQ(disks.physical[3].sectors_discarded, Sectors{812033024});
}

TEST(Diskstats, VolumeCreatedLaterGetsItsNameAndARenamedOneTheNewOne) {
  const TestHost host;
  host.write("proc/diskstats", "253 0 dm-0 1 0 0 0 0 0 0 0 0 0 0\n");
  host.write("sys/block/dm-0/dm/name", "vg-old\n");
  SourceReader reader(std::move(*KernelFs::open(host.path())));
  ASSERT_TRUE(reader.read(read_diskstats));
  EXPECT_EQ(names_of(reader.system().disks.lvm), std::vector<std::string>{"vg-old"});

  reader.next();
  host.write("proc/diskstats",
             "253 0 dm-0 1 0 0 0 0 0 0 0 0 0 0\n253 1 dm-1 1 0 0 0 0 0 0 0 0 0 0\n");
  host.write("sys/block/dm-0/dm/name", "vg-new\n");
  host.write("sys/block/dm-1/dm/name", "vg-added\n");
  ASSERT_TRUE(reader.read(read_diskstats));
  EXPECT_EQ(names_of(reader.system().disks.lvm), (std::vector<std::string>{"vg-new", "vg-added"}));
}

TEST(Diskstats, VolumeWithoutANameKeepsTheKernels) {
  const TestHost host;
  host.write("proc/diskstats", "253 7 dm-7 1 0 0 0 0 0 0 0 0 0 0\n");
  SourceReader reader(std::move(*KernelFs::open(host.path())));
  ASSERT_TRUE(reader.read(read_diskstats));
  EXPECT_EQ(names_of(reader.system().disks.lvm), std::vector<std::string>{"dm-7"});
}

TEST(Diskstats, NamesAreMadeFitForTheLog) {
  const TestHost host;
  host.write("proc/diskstats", "253 7 dm-7 1 0 0 0 0 0 0 0 0 0 0\n");
  host.write("sys/block/dm-7/dm/name",
             "a\x01\xff"
             "b\xc3\xa9\n");
  SourceReader reader(std::move(*KernelFs::open(host.path())));
  ASSERT_TRUE(reader.read(read_diskstats));
  EXPECT_EQ(names_of(reader.system().disks.lvm), std::vector<std::string>{"a??b\xc3\xa9"});
}

TEST(Diskstats, MalformedLineIsNamedIfItsDeviceMattersAndTheOthersAreRead) {
  Disks disks;
  EXPECT_TRUE(parse_diskstats("8 1 sda1 1 2 3\n\n", disks));
  const auto parsed = parse_diskstats(
      "8 1 sda1 1 2 3 4\n8 0 sda 1 2 3 4 5 6 7 8 9 x\n8 16 sdb 1 2 3 4 5 6 7 8 9 10 11\n", disks);
  ASSERT_FALSE(parsed);
  EXPECT_EQ(parsed.error().message,
            "proc/diskstats:2: expected '<major> <minor> <name>' and at least 11 numbers, "
            "found '8 0 sda 1 2 3 4 5 6 7 8 9 x'");
  EXPECT_EQ(names_of(disks.physical), std::vector<std::string>{"sdb"});
}

// The two clusters' volumes had the same name in the log, and were compared with each other.
TEST(Diskstats, VolumesThatAreAlikeWhereTheirNamesAreCutStayDifferent) {
  const TestHost host;
  const std::string line = " 1 0 0 0 0 0 0 0 0 0 0\n";
  host.write("proc/diskstats", "253 0 dm-0" + line + "253 1 dm-1" + line + "253 2 dm-2" + line);
  host.write("sys/block/dm-0/dm/name", "vg_database_production_cluster-invoices\n");
  host.write("sys/block/dm-1/dm/name", "vg_database_production_cluster-archive\n");
  host.write("sys/block/dm-2/dm/name", "vg_other_and_just_as_long_a_name-logs\n");
  SourceReader reader(std::move(*KernelFs::open(host.path())));
  ASSERT_TRUE(reader.read(read_diskstats));
  EXPECT_EQ(names_of(reader.system().disks.lvm),
            (std::vector<std::string>{"vg_database_pro~luster-invoices",
                                      "vg_database_pro~cluster-archive",
                                      "vg_other_and_just_as_long_a_nam"}));
  // The one that is left keeps the name.
  reader.next();
  host.remove("sys/block/dm-0");
  host.write("proc/diskstats", "253 1 dm-1" + line);
  ASSERT_TRUE(reader.read(read_diskstats));
  EXPECT_EQ(names_of(reader.system().disks.lvm),
            std::vector<std::string>{"vg_database_pro~cluster-archive"});
}

// None of them was recorded, and nothing was said.
TEST(Diskstats, DisksOfUnknownNamesAreRecordedByWhatSysfsSaysOfThem) {
  const TestHost host;
  const std::string used = " 1 0 0 0 0 0 0 0 0 0 0\n";
  std::string text;
  int minor = 0;
  const auto add = [&](const std::string& name, int major, const char* inside) {
    text += std::to_string(major) + ' ' + std::to_string(minor++) + ' ' + name + used;
    if (inside != nullptr) host.write("sys/block/" + name + inside, "x\n");
  };
  add("pmem0", 259, "/device/modalias");
  add("mmcblk0boot0", 179, "/device/type");
  add("mmcblk0boot0p1", 179, nullptr);  // a partition
  add("md_home", 9, "/md/level");
  add("bcache0", 252, "/slaves/sda/dev");
  add("drbd0", 147, "/size");
  add("zram0", 251, "/size");
  add("loop3", 7, "/size");
  add("sr0", 11, "/device/model");
  host.write("proc/diskstats", text);
  SourceReader reader(std::move(*KernelFs::open(host.path())));
  ASSERT_TRUE(reader.read(read_diskstats));
  using Names = std::vector<std::string>;
  const Disks& disks = reader.system().disks;
  EXPECT_EQ(names_of(disks.physical), (Names{"pmem0", "mmcblk0boot0"}));
  EXPECT_EQ(names_of(disks.md), Names{"md_home"});
  EXPECT_EQ(names_of(disks.lvm), (Names{"bcache0", "drbd0", "zram0"}));
  ASSERT_EQ(reader.notes().size(), 1U);
  EXPECT_EQ(reader.notes()[0].kind, Error::Kind::kLeftOut);
  EXPECT_EQ(reader.notes()[0].message, "disks loop3, sr0");
}

TEST(Diskstats, ADiskThatComesLaterAndIsNotRecordedIsNewsOnce) {
  const TestHost host;
  const std::string used = " 1 0 0 0 0 0 0 0 0 0 0\n";
  host.write("sys/block/sr0/size", "1\n");
  host.write("sys/block/loop3/size", "1\n");
  host.write("proc/diskstats", "11 0 sr0" + used);
  SourceReader reader(std::move(*KernelFs::open(host.path())));
  ASSERT_TRUE(reader.read(read_diskstats));
  EXPECT_EQ(reader.newly_left_out(), "disks sr0");
  reader.next();
  host.write("proc/diskstats", "7 3 loop3" + used + "11 0 sr0" + used);
  ASSERT_TRUE(reader.read(read_diskstats));
  EXPECT_EQ(reader.newly_left_out(), "disks loop3");
  ASSERT_EQ(reader.notes().size(), 1U);
  EXPECT_EQ(reader.notes()[0].message, "disks loop3, sr0");
  reader.next();
  ASSERT_TRUE(reader.read(read_diskstats));
  EXPECT_EQ(reader.newly_left_out(), "");
}

TEST(Diskstats, WithoutSysfsWhatIsNotRecordedIsToldBesidesPartitions) {
  const TestHost host;
  const std::string used = " 1 0 0 0 0 0 0 0 0 0 0\n";
  host.write("proc/diskstats", "8 0 sda" + used + "8 1 sda1" + used + "252 0 bcache0" + used +
                                   "252 1 bcache0p1" + used +
                                   "251 0 zram0 0 0 0 0 0 0 0 0 0 0 0\n");
  SourceReader reader(std::move(*KernelFs::open(host.path())));
  ASSERT_TRUE(reader.read(read_diskstats));
  ASSERT_EQ(reader.notes().size(), 1U);
  EXPECT_EQ(reader.notes()[0].message, "disks bcache0") << "zram0 was never used";
}

}  // namespace
}  // namespace proctape
