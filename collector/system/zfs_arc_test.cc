// SPDX-License-Identifier: Apache-2.0
#include "collector/system/zfs_arc.h"

#include <gtest/gtest.h>

#include "tests/support/fixtures.h"
#include "tests/support/source_reader.h"
#include "tests/support/test_host.h"

namespace proctape {
namespace {

TEST(ZfsArc, SizeIsBytes) {
  const TestHost host;
  host.write("proc/spl/kstat/zfs/arcstats",
             "9 1 0x01 123 33456 13453912 7301112\nname                            type data\n"
             "hits                            4    1043\ncompressed_size 4 7\n"
             "size                            4    4294967296\n");
  SourceReader reader(std::move(*KernelFs::open(host.path())));
  ASSERT_TRUE(reader.read(read_zfs_arc));
  EXPECT_EQ(reader.system().memory.zfs_arc, Bytes{4294967296});
}

TEST(ZfsArc, UnknownWithoutTheModule) {
  SourceReader reader(fixture("minimal"));
  const auto read = reader.read(read_zfs_arc);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().kind, Error::Kind::kMissing);
  EXPECT_EQ(reader.system().memory.zfs_arc.value, kUnknown);
}

TEST(ZfsArc, MalformedTextIsNamed) {
  const auto size = parse_zfs_arc("size 4\n");
  ASSERT_FALSE(size);
  EXPECT_EQ(size.error().message,
            "proc/spl/kstat/zfs/arcstats:1: expected 'size <type> <bytes>', found 'size 4'");
  EXPECT_FALSE(parse_zfs_arc("hits 4 1\n"));
}

}  // namespace
}  // namespace proctape
