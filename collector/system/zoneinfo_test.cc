// SPDX-License-Identifier: Apache-2.0
#include "collector/system/zoneinfo.h"

#include <gtest/gtest.h>

#include <chrono>

#include "tests/support/fixtures.h"
#include "tests/support/source_reader.h"
#include "tests/support/test_host.h"

namespace proctape {
namespace {

TEST(Zoneinfo, SumOfTheLowWatermarksOfAllZonesAndNodes) {
  const auto pages = parse_zoneinfo(
      "Node 0, zone      DMA\n  pages free     3840\n"
      "        min      62\n        low      77\n"
      "Node 1, zone   Normal\n        low      1000\n"
      "      nr_low 5\n");
  ASSERT_TRUE(pages);
  EXPECT_EQ(*pages, 1077);
}

TEST(Zoneinfo, StoredInBytes) {
  SourceReader reader(fixture("rhel-8"));
  ASSERT_TRUE(reader.read(read_zoneinfo));
  EXPECT_EQ(reader.system().memory.low_watermark, Bytes{(20 + 4011 + 6033 + 10044) * 4096});
}

TEST(Zoneinfo, ReadOnceAMinute) {
  const TestHost host;
  host.write("proc/zoneinfo", "low 1\n");
  SourceReader reader(std::move(*KernelFs::open(host.path())));
  ASSERT_TRUE(reader.read(read_zoneinfo));
  host.write("proc/zoneinfo", "low 2\n");
  reader.next(std::chrono::seconds(59));
  ASSERT_TRUE(reader.read(read_zoneinfo));
  EXPECT_EQ(reader.system().memory.low_watermark, Bytes{4096});
  reader.next(std::chrono::seconds(1));
  ASSERT_TRUE(reader.read(read_zoneinfo));
  EXPECT_EQ(reader.system().memory.low_watermark, Bytes{8192});
}

TEST(Zoneinfo, MalformedLineIsNamed) {
  const auto pages = parse_zoneinfo("Node 0\n low none\n");
  ASSERT_FALSE(pages);
  EXPECT_EQ(pages.error().message, "proc/zoneinfo:2: expected 'low <pages>', found ' low none'");
}

}  // namespace
}  // namespace proctape
