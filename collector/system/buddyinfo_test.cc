// SPDX-License-Identifier: Apache-2.0
#include "collector/system/buddyinfo.h"

#include <gtest/gtest.h>

#include "collector/system/numa.h"
#include "tests/support/fixtures.h"
#include "tests/support/source_reader.h"

namespace proctape {
namespace {

class Buddyinfo : public testing::Test {
 protected:
  Buddyinfo() { numa_.memory = {{.node = 0}, {.node = 3}}; }
  float fragmentation(std::size_t index) const { return numa_.memory[index].fragmentation; }

  Numa numa_;
};

TEST_F(Buddyinfo, FreeMemoryInTheLargestBlocksIsNotFragmented) {
  ASSERT_TRUE(parse_buddyinfo("Node 0, zone   Normal 0 0 0 0 0 0 0 0 0 0 7 \n", numa_));
  EXPECT_EQ(fragmentation(0), 0);
}

TEST_F(Buddyinfo, FreeMemoryInTheSmallestBlocksServesOneOrderOnly) {
  ASSERT_TRUE(parse_buddyinfo("Node 0, zone   Normal 7 0 0 0 0 0 0 0 0 0 0\n", numa_));
  EXPECT_FLOAT_EQ(fragmentation(0), 10.0F / 11);
}

TEST_F(Buddyinfo, FragmentationIsTheMeanOfTheUnusableSharesOfAllOrders) {
  // 2, 4, 8 and 16 pages free: 0, 2/30, 6/30, 14/30 of them are too small.
  ASSERT_TRUE(parse_buddyinfo("Node 3, zone   Normal 2 2 2 2\n", numa_));
  EXPECT_FLOAT_EQ(fragmentation(1), (0 + 2 + 6 + 14) / 30.0F / 4);
}

TEST_F(Buddyinfo, OnlyTheNormalZoneOfListedNodesCounts) {
  ASSERT_TRUE(
      parse_buddyinfo("Node 0, zone      DMA 7 0\nNode 0, zone    DMA32 7 0\n"
                      "Node 1, zone   Normal 7 0\nNode 0, zone  Movable 7 0\n",
                      numa_));
  EXPECT_EQ(fragmentation(0), 0);
  EXPECT_EQ(fragmentation(1), 0);
}

TEST_F(Buddyinfo, WithoutFreeMemoryAllOfItIsUnusable) {
  ASSERT_TRUE(parse_buddyinfo("Node 0, zone   Normal 0 0 0\n", numa_));
  EXPECT_EQ(fragmentation(0), 1);
}

TEST_F(Buddyinfo, HostWithTwoNodes) {
  SourceReader reader(fixture("rhel-8"));
  ASSERT_TRUE(reader.read(read_numa));
  ASSERT_TRUE(reader.read(read_buddyinfo));
  // Node 1: 100 pages in blocks of one, 51200 in the largest.
  EXPECT_FLOAT_EQ(reader.system().numa.memory[1].fragmentation, 100 / 51300.0F * 10 / 11);
}

TEST_F(Buddyinfo, MalformedLinesAreNamed) {
  const auto parsed = parse_buddyinfo("Node 0, zone Normal 1 x\n", numa_);
  ASSERT_FALSE(parsed);
  EXPECT_EQ(parsed.error().message,
            "proc/buddyinfo:1: expected a number of free blocks per order, "
            "found 'Node 0, zone Normal 1 x'");
  EXPECT_FALSE(parse_buddyinfo("Node 0, zone Normal\n", numa_));
  EXPECT_FALSE(parse_buddyinfo("Node 0, zone Normal -1\n", numa_));
  EXPECT_FALSE(parse_buddyinfo("Node, zone Normal 1\n", numa_));
  EXPECT_FALSE(parse_buddyinfo("\n", numa_));
}

}  // namespace
}  // namespace proctape
