// SPDX-License-Identifier: Apache-2.0
#include "collector/system/zswap.h"

#include <gtest/gtest.h>

#include "collector/system/meminfo.h"
#include "tests/support/fixtures.h"
#include "tests/support/source_reader.h"
#include "tests/support/test_host.h"

namespace proctape {
namespace {

TEST(Zswap, OfOlderKernelsIsReadFromDebugfs) {
  SourceReader reader(fixture("debian-11-compute"));
  ASSERT_TRUE(reader.read(read_meminfo));
  ASSERT_TRUE(reader.read(read_zswap));
  EXPECT_EQ(reader.system().memory.zswapped, Bytes{81203 * 4096});
  EXPECT_EQ(reader.system().memory.zswap, Bytes{120331264});
}

TEST(Zswap, WhereMeminfoTellsItIsNotAskedAgain) {
  const TestHost host;
  host.write("proc/meminfo", "MemTotal: 1000 kB\nZswap: 20 kB\nZswapped: 60 kB\n");
  host.write("sys/module/zswap/parameters/enabled", "Y\n");
  host.write("sys/kernel/debug/zswap/stored_pages", "nonsense\n");
  SourceReader reader(std::move(*KernelFs::open(host.path())));
  ASSERT_TRUE(reader.read(read_meminfo));
  ASSERT_TRUE(reader.read(read_zswap));
  EXPECT_EQ(reader.system().memory.zswap, kibibytes(20));
  EXPECT_EQ(reader.system().memory.zswapped, kibibytes(60));
}

TEST(Zswap, UnknownWhileItIsOffAndMissingWithoutTheFeature) {
  SourceReader server(fixture("rhel-8"));
  EXPECT_TRUE(server.read(read_zswap));
  EXPECT_EQ(server.system().memory.zswap.value, kUnknown);
  SourceReader minimal(fixture("minimal"));
  const auto absent = minimal.read(read_zswap);
  ASSERT_FALSE(absent);
  EXPECT_EQ(absent.error().kind, Error::Kind::kMissing);
  EXPECT_EQ(minimal.system().memory.zswapped.value, kUnknown);
}

TEST(Zswap, BothOrNone) {
  const TestHost host;
  host.write("sys/module/zswap/parameters/enabled", "Y\n");
  host.write("sys/kernel/debug/zswap/stored_pages", "7\n");
  SourceReader reader(std::move(*KernelFs::open(host.path())));
  EXPECT_FALSE(reader.read(read_zswap));
  EXPECT_EQ(reader.system().memory.zswapped.value, kUnknown);
}

}  // namespace
}  // namespace proctape
