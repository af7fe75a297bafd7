// SPDX-License-Identifier: Apache-2.0
#include "collector/system/nfs_server.h"

#include <gtest/gtest.h>

#include "tests/support/fixtures.h"
#include "tests/support/source_reader.h"

namespace proctape {
namespace {

TEST(NfsServer, ReadsTheFixtureHost) {
  SourceReader reader(fixture("rhel-8"));
  ASSERT_TRUE(reader.read(read_nfs_server));
  const NfsServer expected{.net_packets = 8335,
                           .net_udp = 5,
                           .net_tcp = 8330,
                           .net_tcp_connections = 3,
                           .rpc_calls = 8335,
                           .rpc_bad_format = 1,
                           .rpc_bad_authentication = 2,
                           .rpc_bad_client = 1,
                           // Of NFSv2, NFSv3 and NFSv4.
                           .rpc_reads = 30 + 300 + 7000,
                           .rpc_writes = 20 + 200 + 6000,
                           .reply_cache_hits = 12,
                           .reply_cache_misses = 203,
                           .reply_cache_uncached = 8120,
                           .read = {812033112},
                           .written = {412033112}};
  EXPECT_EQ(reader.system().nfs.server, expected);
}

// The second number of the line is the sum of the three behind it; atop stores it as the
// first of them and the others one too late.
TEST(NfsServer, BadCallsAreNotTakenForTheirSum) {
  NfsServer server;
  ASSERT_TRUE(parse_nfs_server("rpc 100 6 1 2 3\n", server));
  EXPECT_EQ(server.rpc_calls, 100);
  EXPECT_EQ(server.rpc_bad_format, 1);
  EXPECT_EQ(server.rpc_bad_authentication, 2);
  EXPECT_EQ(server.rpc_bad_client, 3);
}

TEST(NfsServer, ShorterAndUnknownLinesLeaveZeros) {
  NfsServer server;
  ASSERT_TRUE(parse_nfs_server("proc4ops 2 1 1\nproc3 22 1\nfh stale\nnew\n", server));
  EXPECT_EQ(server, NfsServer{});
}

TEST(NfsServer, HostWithoutAServer) {
  SourceReader reader(fixture("minimal"));
  const auto read = reader.read(read_nfs_server);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().kind, Error::Kind::kMissing);
}

TEST(NfsServer, MalformedLineIsNamed) {
  NfsServer server;
  const auto parsed = parse_nfs_server("rc 1 2 3\nio many\n", server);
  ASSERT_FALSE(parsed);
  EXPECT_EQ(parsed.error().message,
            "proc/net/rpc/nfsd:2: expected '<key> <number>...', found 'io many'");
}

}  // namespace
}  // namespace proctape
