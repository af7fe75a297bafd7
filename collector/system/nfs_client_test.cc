// SPDX-License-Identifier: Apache-2.0
#include "collector/system/nfs_client.h"

#include <gtest/gtest.h>

#include "tests/support/fixtures.h"
#include "tests/support/source_reader.h"

namespace proctape {
namespace {

TEST(NfsClient, ReadsTheFixtureHost) {
  SourceReader reader(fixture("rhel-8"));
  ASSERT_TRUE(reader.read(read_nfs_client));
  const NfsClient expected{.rpc_calls = 4329785,
                           .rpc_retransmits = 7,
                           .rpc_authentication_refreshes = 4338291,
                           // Of NFSv2, NFSv3 and NFSv4.
                           .rpc_reads = 11 + 47747 + 51,
                           .rpc_writes = 12 + 7981 + 42};
  EXPECT_EQ(reader.system().nfs.client, expected);
}

TEST(NfsClient, MalformedLineIsNamed) {
  NfsClient client;
  const auto parsed = parse_nfs_client("net 1 2 3 4\nrpc\n", client);
  ASSERT_FALSE(parsed);
  EXPECT_EQ(parsed.error().message,
            "proc/net/rpc/nfs:2: expected '<key> <number>...', found 'rpc'");
}

}  // namespace
}  // namespace proctape
