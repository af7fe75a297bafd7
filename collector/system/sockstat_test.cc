// SPDX-License-Identifier: Apache-2.0
#include "collector/system/sockstat.h"

#include <gtest/gtest.h>

namespace proctape {
namespace {

TEST(Sockstat, MemoryOfTcpAndUdpIsPages) {
  Memory memory;
  ASSERT_TRUE(
      parse_sockstat("sockets: used 13\nTCP: inuse 1 orphan 0 tw 0 alloc 1 mem 17\n"
                     "UDP: inuse 4 mem 3\nUDPLITE: inuse 9\nFRAG: inuse 0 memory 5\n",
                     4096, memory));
  EXPECT_EQ(memory.tcp_sockets, Bytes{17 * 4096});
  EXPECT_EQ(memory.udp_sockets, Bytes{3 * 4096});
}

TEST(Sockstat, PairsGoByName) {
  Memory memory;
  ASSERT_TRUE(parse_sockstat("TCP: inuse 1 new 9 mem 2 newer 8\n", 4096, memory));
  EXPECT_EQ(memory.tcp_sockets, Bytes{2 * 4096});
}

TEST(Sockstat, MalformedLineIsNamed) {
  Memory memory;
  const auto parsed = parse_sockstat("sockets: used 13\nTCP: inuse 1 mem\n", 4096, memory);
  ASSERT_FALSE(parsed);
  EXPECT_EQ(parsed.error().message,
            "proc/net/sockstat:2: expected pairs of '<name> <number>', found 'TCP: inuse 1 mem'");
}

}  // namespace
}  // namespace proctape
