// SPDX-License-Identifier: Apache-2.0
#include "collector/system/net_dev.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "tests/support/fixtures.h"
#include "tests/support/source_reader.h"
#include "tests/support/test_host.h"

namespace proctape {
namespace {

constexpr std::string_view kHeading =
    "Inter-|   Receive                            |  Transmit\n"
    " face |bytes    packets errs drop fifo frame |bytes    packets errs\n";

std::string line(std::string_view name) {
  return std::string(name) + ": 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16\n";
}

const Interface& find(SourceReader& reader, std::string_view name) {
  static const Interface kNone;
  for (const Interface& interface : reader.system().interfaces.each) {
    if (interface.name.view() == name) return interface;
  }
  ADD_FAILURE() << "no interface " << name;
  return kNone;
}

TEST(NetDev, ColumnsInTheKernelsOrder) {
  Interfaces interfaces;
  ASSERT_TRUE(parse_net_dev(std::string(kHeading) + "  " + line("eth0"), interfaces));
  ASSERT_EQ(interfaces.each.size(), 1U);
  const Interface expected{.name = "eth0",
                           .received = {1},
                           .packets_received = 2,
                           .receive_errors = 3,
                           .receive_drops = 4,
                           .receive_fifo = 5,
                           .receive_frame = 6,
                           .receive_compressed = 7,
                           .receive_multicast = 8,
                           .sent = {9},
                           .packets_sent = 10,
                           .send_errors = 11,
                           .send_drops = 12,
                           .send_fifo = 13,
                           .collisions = 14,
                           .carrier_losses = 15,
                           .send_compressed = 16};
  EXPECT_EQ(interfaces.each[0], expected);
}

TEST(NetDev, BytesMayFollowTheColonAtOnce) {
  Interfaces interfaces;
  ASSERT_TRUE(parse_net_dev("  eth0:19236078 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16\n", interfaces));
  EXPECT_EQ(interfaces.each.at(0).received, Bytes{19236078});
}

TEST(NetDev, NamesAreMadeFitForTheLog) {
  Interfaces interfaces;
  ASSERT_TRUE(parse_net_dev(line("a\x01\xff"
                                 "b") +
                                line("abcdefghijklmnop"),
                            interfaces));
  EXPECT_EQ(interfaces.each.at(0).name.view(), "a??b");
  EXPECT_EQ(interfaces.each.at(1).name.view(), "abcdefghijklmno");
}

TEST(NetDev, MalformedLinesAreNamed) {
  Interfaces interfaces;
  const auto parsed = parse_net_dev(std::string(kHeading) + "lo: 1 2 3\n", interfaces);
  ASSERT_FALSE(parsed);
  EXPECT_EQ(parsed.error().message,
            "proc/net/dev:3: expected '<name>:' and 16 numbers, found 'lo: 1 2 3'");
  EXPECT_FALSE(parse_net_dev("lo 1 2 3\n", interfaces));
  EXPECT_TRUE(interfaces.each.empty());
  EXPECT_FALSE(parse_net_dev("lo: 1 2 3\n" + line("eth0"), interfaces));
  EXPECT_EQ(interfaces.each.size(), 1U) << "the others are read";
}

TEST(NetDev, TypeSpeedAndDuplexFromSysfs) {
  SourceReader reader(fixture("debian-12-server"));
  ASSERT_TRUE(reader.read(read_net_dev));
  ASSERT_EQ(reader.system().interfaces.each.size(), 8U) << "all are listed, in file order";

  const Interface& fast = find(reader, "eno1");
  EXPECT_EQ(fast.type, Interface::kEthernet);
  EXPECT_EQ(fast.speed, 10000);
  EXPECT_TRUE(fast.full_duplex);
  const Interface& half = find(reader, "eno2");
  EXPECT_EQ(half.speed, 1000);
  EXPECT_FALSE(half.full_duplex);
  const Interface& down = find(reader, "eno3");
  EXPECT_EQ(down.type, Interface::kEthernet);
  EXPECT_EQ(down.speed, 0) << "-1 means unknown";
  for (const char* name : {"lo", "bond0", "br0", "veth7f31c2a"}) {
    EXPECT_EQ(find(reader, name).type, Interface::kVirtual) << name;
    EXPECT_EQ(find(reader, name).speed, 0) << name;
  }
  const Interface& wireless = find(reader, "wlp3s0");
  EXPECT_EQ(wireless.type, Interface::kWireless);
  EXPECT_FALSE(wireless.full_duplex);
}

TEST(NetDev, InterfaceThatSysfsDoesNotKnow) {
  const TestHost host;
  host.write("proc/net/dev", line("eth0") + line("../../proc") + line(".."));
  SourceReader reader(std::move(*KernelFs::open(host.path())));
  ASSERT_TRUE(reader.read(read_net_dev));
  for (const Interface& interface : reader.system().interfaces.each) {
    EXPECT_EQ(interface.type, Interface::kOther) << interface.name.view();
  }
}

TEST(NetDev, UnknownSpeedsAreZero) {
  for (const char* speed : {"-1\n", "0\n", "65535\n", "4294967295\n", "", "fast\n"}) {
    const TestHost host;
    host.write("proc/net/dev", line("eth0"));
    host.write("sys/class/net/eth0/speed", speed);
    SourceReader reader(std::move(*KernelFs::open(host.path())));
    ASSERT_TRUE(reader.read(read_net_dev));
    EXPECT_EQ(find(reader, "eth0").speed, 0) << speed;
    EXPECT_EQ(find(reader, "eth0").type, Interface::kEthernet);
  }
}

TEST(NetDev, PropertiesAreAskedOnceAMinuteButOfNewInterfacesAtOnce) {
  const TestHost host;
  host.write("proc/net/dev", line("eth0"));
  host.write("sys/class/net/eth0/speed", "1000\n");
  host.write("sys/class/net/eth1/speed", "100\n");
  SourceReader reader(std::move(*KernelFs::open(host.path())));
  ASSERT_TRUE(reader.read(read_net_dev));
  EXPECT_EQ(find(reader, "eth0").previous_speed, 1000);

  host.write("sys/class/net/eth0/speed", "10\n");
  host.write("proc/net/dev", line("eth1") + line("eth0"));
  reader.next(std::chrono::seconds(59));
  ASSERT_TRUE(reader.read(read_net_dev));
  EXPECT_EQ(find(reader, "eth0").speed, 1000);
  EXPECT_EQ(find(reader, "eth0").type, Interface::kEthernet);
  EXPECT_EQ(find(reader, "eth1").speed, 100);
  EXPECT_EQ(find(reader, "eth1").previous_speed, 100);

  reader.next(std::chrono::seconds(1));
  ASSERT_TRUE(reader.read(read_net_dev));
  EXPECT_EQ(find(reader, "eth0").speed, 10);
  EXPECT_EQ(find(reader, "eth0").previous_speed, 1000);
}

TEST(NetDev, AnInterfaceIsKnownByItsIndex) {
  const TestHost host;
  host.write("proc/net/dev", line("eth0"));
  host.write("sys/class/net/eth0/ifindex", "2\n");
  host.write("sys/class/net/eth0/speed", "1000\n");
  SourceReader reader(std::move(*KernelFs::open(host.path())));
  ASSERT_TRUE(reader.read(read_net_dev));
  EXPECT_EQ(find(reader, "eth0").identity.number, 2U);

  // Another device has its name.
  reader.next();
  host.write("sys/class/net/eth0/ifindex", "7\n");
  host.write("sys/class/net/eth0/speed", "100\n");
  ASSERT_TRUE(reader.read(read_net_dev));
  EXPECT_EQ(find(reader, "eth0").identity.number, 7U);
  EXPECT_EQ(find(reader, "eth0").previous_speed, 100) << "that of the other one is no matter";
}

TEST(NetDev, InterfaceOfTheNameOfAVanishedOneIsNew) {
  const TestHost host;
  host.write("proc/net/dev", line("eth0"));
  host.write("sys/class/net/eth0/speed", "1000\n");
  SourceReader reader(std::move(*KernelFs::open(host.path())));
  ASSERT_TRUE(reader.read(read_net_dev));

  reader.next();
  host.write("proc/net/dev", kHeading);
  ASSERT_TRUE(reader.read(read_net_dev));
  EXPECT_TRUE(reader.system().interfaces.each.empty());

  reader.next();
  host.write("proc/net/dev", line("eth0"));
  host.write("sys/class/net/eth0/speed", "10\n");
  ASSERT_TRUE(reader.read(read_net_dev));
  EXPECT_EQ(find(reader, "eth0").speed, 10);
  EXPECT_EQ(find(reader, "eth0").previous_speed, 10);
}

}  // namespace
}  // namespace proctape
