// SPDX-License-Identifier: Apache-2.0
#include "collector/system/meminfo.h"

#include <gtest/gtest.h>

namespace proctape {
namespace {

TEST(Meminfo, SizesAreKibibytesAndHugePagesAreCounts) {
  Memory memory;
  ASSERT_TRUE(
      parse_meminfo("MemTotal: 100 kB\nMemFree:  40 kB\nHugePages_Total: 3\n"
                    "Hugepagesize: 2048 kB\n",
                    {}, memory));
  EXPECT_EQ(memory.total, kibibytes(100));
  EXPECT_EQ(memory.free, kibibytes(40));
  EXPECT_EQ(memory.huge_total, 3);
  EXPECT_EQ(memory.huge_size, Bytes{2097152});
}

TEST(Meminfo, WhatTheKernelDoesNotTellStaysUnknown) {
  Memory memory;
  ASSERT_TRUE(parse_meminfo("MemTotal: 100 kB\n", {}, memory));
  EXPECT_EQ(memory.free.value, kUnknown);
  EXPECT_EQ(memory.available, Bytes{0});  // atop's default for this member
}

TEST(Meminfo, KeysAreComparedWhole) {
  Memory memory;
  ASSERT_TRUE(parse_meminfo("MemTotal: 100 kB\nSwapCached: 7 kB\nCached: 5 kB\n", {}, memory));
  EXPECT_EQ(memory.cached, kibibytes(5));
  EXPECT_EQ(memory.swap_cached, kibibytes(7));
}

TEST(Meminfo, UnknownKeyIsSkipped) {
  Memory memory;
  EXPECT_TRUE(parse_meminfo("MemTotal: 100 kB\nNewInLinux9: 1 kB\n", {}, memory));
}

TEST(Meminfo, MalformedLineIsNamed) {
  Memory memory;
  const auto parsed = parse_meminfo("MemTotal: 100 kB\nMemFree\n", {}, memory);
  ASSERT_FALSE(parsed);
  EXPECT_EQ(parsed.error().kind, Error::Kind::kMalformed);
  EXPECT_EQ(parsed.error().message, "proc/meminfo:2: expected '<key>: <number>', found 'MemFree'");
}

}  // namespace
}  // namespace proctape
