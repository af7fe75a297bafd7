// SPDX-License-Identifier: Apache-2.0
#include "query/measure/device_class.h"

#include <gtest/gtest.h>

namespace proctape {
namespace {

Disk disk(const char* name, Count sectors) {
  return {.name = name, .reads = sectors > 0 ? 1 : 0, .sectors_read = {sectors}};
}
double read_of(const std::vector<Disk>& physical) {
  return counted(Disks{.physical = physical}).amount.in / kBytesPerSector;
}

// Head and path are the same I/O: 78.1M/s were shown for 39.1M/s.
TEST(DeviceClass, AnNvmeHeadCountsAndItsPathsDoNot) {
  EXPECT_EQ(read_of({disk("nvme0n1", 80), disk("nvme0c0n1", 50), disk("nvme0c1n1", 30)}), 80);
  EXPECT_EQ(read_of({disk("nvme0n1", 80), disk("nvme1c0n1", 30)}), 110) << "of another subsystem";
}

TEST(DeviceClass, WithoutAHeadThatCountsThePathsDo) {
  EXPECT_EQ(read_of({disk("nvme0n1", 0), disk("nvme0c0n1", 50), disk("nvme0c1n1", 30)}), 80);
  EXPECT_EQ(read_of({disk("nvme0c0n1", 50)}), 50);
}

TEST(DeviceClass, APartitionCountsIfItsDiskIsNotThere) {
  EXPECT_EQ(read_of({disk("xvda", 80), disk("xvda1", 80), disk("rbd0", 5), disk("rbd0p1", 5)}), 85);
  EXPECT_EQ(read_of({disk("xvda1", 80), disk("xvda2", 5)}), 85) << "of a Xen guest";
  EXPECT_EQ(read_of({disk("sda", 1), disk("sdaa", 2), disk("nvme0n1", 4), disk("nvme0n11", 8)}),
            15);
}

TEST(DeviceClass, VolumesAndArraysCountIfThereIsNoDisk) {
  Disks disks{.physical = {disk("sda", 8)}, .md = {disk("md0", 8)}, .lvm = {disk("vg-root", 8)}};
  EXPECT_EQ(counted(disks).basis, Basis::kReal);
  EXPECT_EQ(counted(disks).amount.in, 8 * kBytesPerSector);
  disks.physical.clear();
  disks.lvm.push_back(disk("vg-home", 2));
  EXPECT_EQ(counted(disks).basis, Basis::kVirtual);
  EXPECT_EQ(counted(disks).amount.in, 10 * kBytesPerSector);
  EXPECT_EQ(counted(Disks{}).basis, Basis::kNone);
}

Interface interface(const char* name, char type, Count received) {
  return {.name = name, .received = {received}, .sent = {2 * received}, .type = type};
}

TEST(DeviceClass, WhatLiesOnRealInterfacesIsNotCountedAgain) {
  const auto sum =
      counted({interface("lo", '?', 1), interface("eth0", 'e', 10), interface("eth1", 'e', 20),
               interface("wlan0", 'w', 40), interface("bond0", 'v', 30), interface("br0", 'v', 30),
               interface("eth0.100", 'v', 5), interface("veth12ab", 'v', 3)});
  EXPECT_EQ(sum.basis, Basis::kReal);
  EXPECT_EQ(sum.amount.in, 70);
  EXPECT_EQ(sum.amount.out, 140);
}

// On Azure 200M/s were shown for 100M/s. The numbers are as both count 1000 packets each way.
TEST(DeviceClass, AFunctionOfHyperVIsCountedWithTheInterfaceItWorksFor) {
  const Interface eth0{
      .name = "eth0", .received = {46'000'000}, .sent = {1'448'000'000}, .type = 'e'};
  const Interface vf{
      .name = "enP53091s1np0", .received = {60'000'000}, .sent = {1'514'000'000}, .type = 'e'};
  const Interface vf_of_eth1{.name = "enP1137s2", .received = {50}, .sent = {50}, .type = 'e'};
  EXPECT_EQ(class_of(vf, {eth0, vf}), DeviceClass::kStacked);
  EXPECT_EQ(class_of(eth0, {eth0, vf}), DeviceClass::kReal);
  const auto sum = counted({eth0, vf, vf_of_eth1, {.name = "eth1", .type = 'e'}});
  EXPECT_EQ(sum.amount.in, 46'000'000);
  EXPECT_EQ(sum.amount.out, 1'448'000'000);
}

TEST(DeviceClass, TwoCardsAreTwoWhateverTheyCarryAndAreCalled) {
  const auto received = [](const char* one, const char* other, Count by_other) {
    return counted({interface(one, 'e', 1'000'000), interface(other, 'e', by_other)}).amount.in;
  };
  EXPECT_EQ(received("eth0", "eth1", 1'000'000), 2'000'000) << "the ports of a mirror";
  EXPECT_EQ(received("ens1", "enP53091s1", 1'000'000), 2'000'000) << "none that lies on it";
  EXPECT_EQ(received("eth0", "enP4p1s0", 1'000'000), 2'000'000) << "of POWER";
  EXPECT_EQ(received("eth0", "enP4s1", 1'000'000), 2'000'000) << "of a server with ARM";
  EXPECT_EQ(received("eth0", "enP65536s1", 1'000'000), 2'000'000) << "behind Intel's VMD";
  EXPECT_EQ(received("eth0", "enP53091s1", 9'000'000), 10'000'000) << "of which eth0 has no bytes";
}

// Logs of hosts whose sysfs could not be read have no types.
TEST(DeviceClass, NamesTellWhereTypesDoNot) {
  const auto sum = counted({interface("ens192", '?', 10), interface("bond0", '?', 10),
                            interface("ens192.7", '?', 10), interface("docker0", '?', 10),
                            interface("br-1f2e3d", '?', 10), interface("lo", '?', 10)});
  EXPECT_EQ(sum.amount.in, 10);
}

TEST(DeviceClass, TheInterfaceOfAContainerCountsThoughItIsVirtual) {
  const auto sum =
      counted({interface("lo", 'v', 1), interface("eth0", 'v', 10), interface("tunl0", 'v', 3)});
  EXPECT_EQ(sum.basis, Basis::kVirtual);
  EXPECT_EQ(sum.amount.in, 10);
  EXPECT_EQ(counted({interface("lo", 'v', 1), interface("tun0", 'v', 3)}).amount.in, 3);
  EXPECT_EQ(counted({interface("lo", 'v', 1)}).basis, Basis::kNone);
}

}  // namespace
}  // namespace proctape
