// SPDX-License-Identifier: Apache-2.0
#include "collector/system/net_snmp.h"

#include <gtest/gtest.h>

#include "tests/support/fixtures.h"
#include "tests/support/source_reader.h"

namespace proctape {
namespace {

TEST(NetSnmp, ValuesGoByTheNameAboveThem) {
  Protocols protocols;
  ASSERT_TRUE(
      parse_net_snmp("Ip: DefaultTTL NewInLinux9 InReceives\nIp: 64 7 566\n"
                     "Tcp: RtoMin MaxConn CurrEstab InCsumErrors\nTcp: 200 -1 3 4\n"
                     "Udp: NoPorts InDatagrams\nUdp: 1 2\n",
                     {}, protocols));
  EXPECT_EQ(protocols.ipv4.default_ttl, 64);
  EXPECT_EQ(protocols.ipv4.in_receives, 566);
  EXPECT_EQ(protocols.tcp.max_conn, -1);
  EXPECT_EQ(protocols.tcp.in_checksum_errors, 4);
  EXPECT_EQ(protocols.udpv4.no_ports, 1);
  EXPECT_EQ(protocols.udpv4.in_datagrams, 2);
}

// Linux 6.18 has OutRateLimitGlobal and OutRateLimitHost before OutDestUnreachs; atop, which
// goes by position, stores them in its place.
TEST(NetSnmp, ColumnsInsertedByNewKernelsShiftNothing) {
  Protocols protocols;
  ASSERT_TRUE(parse_net_snmp(
      "Icmp: InMsgs InErrors InCsumErrors InDestUnreachs OutErrors OutRateLimitGlobal "
      "OutRateLimitHost OutDestUnreachs OutTimeExcds OutAddrMaskReps\n"
      "Icmp: 1 2 3 4 5 6 7 8 9 10\n",
      {}, protocols));
  EXPECT_EQ(protocols.icmpv4.in_checksum_errors, 3);
  EXPECT_EQ(protocols.icmpv4.in_dest_unreachs, 4);
  EXPECT_EQ(protocols.icmpv4.out_dest_unreachs, 8);
  EXPECT_EQ(protocols.icmpv4.out_time_excds, 9);
  EXPECT_EQ(protocols.icmpv4.out_addr_mask_reps, 10);
}

TEST(NetSnmp, OtherProtocolsAreSkipped) {
  Protocols protocols;
  ASSERT_TRUE(
      parse_net_snmp("IcmpMsg: InType3\nIcmpMsg: 1\nUdpLite: InDatagrams\nUdpLite: 9\n"
                     "IcmpMsg:\nIcmpMsg:\nSctp: anything\nSctp: at all\n",
                     {}, protocols));
  EXPECT_EQ(protocols, Protocols{});
}

TEST(NetSnmp, ReadsTheFixtureHost) {
  SourceReader reader(fixture("debian-12-server"));
  ASSERT_TRUE(reader.read(read_net_snmp));
  const Protocols& protocols = reader.system().protocols;
  EXPECT_EQ(protocols.ipv4.frag_creates, 120);
  EXPECT_EQ(protocols.icmpv4.in_echo_reps, 3051);
  EXPECT_EQ(protocols.icmpv4.out_dest_unreachs, 8800);
  EXPECT_EQ(protocols.tcp.curr_estab, 87);
  EXPECT_EQ(protocols.udpv4.out_datagrams, 8003311);
}

TEST(NetSnmp, MalformedLinesAreNamed) {
  Protocols protocols;
  const auto parsed = parse_net_snmp("Ip: Forwarding DefaultTTL\nIp: 2\n", {}, protocols);
  ASSERT_FALSE(parsed);
  EXPECT_EQ(parsed.error().message,
            "proc/net/snmp:2: expected '<protocol>:' and a number below each name, found 'Ip: 2'");
  EXPECT_FALSE(parse_net_snmp("Ip: Forwarding\nTcp: 2\n", {}, protocols));
  EXPECT_FALSE(parse_net_snmp("Ip: Forwarding\n", {}, protocols));
}

}  // namespace
}  // namespace proctape
