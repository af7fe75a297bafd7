// SPDX-License-Identifier: Apache-2.0
#include "collector/system/net_snmp6.h"

#include <gtest/gtest.h>

#include "tests/support/fixtures.h"
#include "tests/support/source_reader.h"

namespace proctape {
namespace {

TEST(NetSnmp6, OneNameAndValuePerLine) {
  Protocols protocols;
  ASSERT_TRUE(
      parse_net_snmp6("Ip6InReceives                   \t1\nIp6OutMcastPkts \t2\n"
                      "Icmp6InMsgs \t3\nIcmp6OutGroupMembReductions \t4\n"
                      "Udp6InDatagrams \t5\nUdpLite6InDatagrams \t6\nIp6InOctets \t7\n",
                      {}, protocols));
  EXPECT_EQ(protocols.ipv6.in_receives, 1);
  EXPECT_EQ(protocols.ipv6.out_mcast_pkts, 2);
  EXPECT_EQ(protocols.icmpv6.in_msgs, 3);
  EXPECT_EQ(protocols.icmpv6.out_group_memb_reductions, 4);
  EXPECT_EQ(protocols.udpv6.in_datagrams, 5);
}

TEST(NetSnmp6, KernelWithoutIpv6) {
  SourceReader reader(fixture("rhel-8"));
  const auto read = reader.read(read_net_snmp6);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().kind, Error::Kind::kMissing);
}

TEST(NetSnmp6, MalformedLineIsNamed) {
  Protocols protocols;
  const auto parsed = parse_net_snmp6("Ip6InReceives 1\nIp6InDelivers many\n", {}, protocols);
  ASSERT_FALSE(parsed);
  EXPECT_EQ(parsed.error().message,
            "proc/net/snmp6:2: expected '<name> <number>', found 'Ip6InDelivers many'");
}

}  // namespace
}  // namespace proctape
