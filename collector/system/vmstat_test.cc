// SPDX-License-Identifier: Apache-2.0
#include "collector/system/vmstat.h"

#include <gtest/gtest.h>

namespace proctape {
namespace {

constexpr Count kPageSize = 4096;

TEST(Vmstat, CountersGoByWholeName) {
  Memory memory;
  ASSERT_TRUE(
      parse_vmstat("pswpin 1\npswpout 2\ncompact_stall 3\npgmigrate_success 4\n"
                   "pgmigrate_success_new 9\nnuma_pages_migrated 5\nzswpin 6\nzswpout 7\n",
                   kPageSize, {}, memory));
  EXPECT_EQ(memory.swap_ins, 1);
  EXPECT_EQ(memory.swap_outs, 2);
  EXPECT_EQ(memory.compaction_stalls, 3);
  EXPECT_EQ(memory.pages_migrated, 4);
  EXPECT_EQ(memory.numa_pages_migrated, 5);
  EXPECT_EQ(memory.zswap_ins, 6);
  EXPECT_EQ(memory.zswap_outs, 7);
}

TEST(Vmstat, PagingIsKibibytesRoundedDownToWholePages) {
  Memory memory;
  ASSERT_TRUE(parse_vmstat("pgpgin 4\npgpgout 11\n", kPageSize, {}, memory));
  EXPECT_EQ(memory.paged_in, Bytes{4096});
  EXPECT_EQ(memory.paged_out, Bytes{8192});
}

TEST(Vmstat, ScansAreThoseOfKswapdDirectReclaimAndKhugepaged) {
  Memory memory;
  ASSERT_TRUE(
      parse_vmstat("pgscan_kswapd 1\npgscan_direct 20\npgscan_khugepaged 300\n"
                   "pgscan_proactive 5000\npgscan_anon 221\npgscan_file 100\n"
                   "pgsteal_kswapd 2\npgsteal_direct 30\npgsteal_khugepaged 400\n"
                   "pgsteal_anon 432\n",
                   kPageSize, {}, memory));
  EXPECT_EQ(memory.pages_scanned, 321);
  EXPECT_EQ(memory.pages_stolen, 432);
}

TEST(Vmstat, CountersPerZoneAreAdded) {
  Memory memory;
  ASSERT_TRUE(
      parse_vmstat("pgscan_kswapd_dma 1\npgscan_kswapd_normal 2\npgsteal_direct_normal 3\n"
                   "allocstall_dma32 4\nallocstall_movable 5\n",
                   kPageSize, {}, memory));
  EXPECT_EQ(memory.pages_scanned, 3);
  EXPECT_EQ(memory.pages_stolen, 3);
  EXPECT_EQ(memory.allocation_stalls, 9);
}

TEST(Vmstat, TasksHeldUpInDirectReclaimAreNoScannedPages) {
  Memory memory;
  ASSERT_TRUE(parse_vmstat("pgscan_direct 1\npgscan_direct_throttle 7\n", kPageSize, {}, memory));
  EXPECT_EQ(memory.pages_scanned, 1);
}

TEST(Vmstat, KernelThatDoesNotCountOomKills) {
  Memory memory;
  ASSERT_TRUE(parse_vmstat("pgpgin 4\n", kPageSize, {}, memory));
  EXPECT_EQ(memory.oom_kills, kUnknown);
  ASSERT_TRUE(parse_vmstat("oom_kill 0\n", kPageSize, {}, memory));
  EXPECT_EQ(memory.oom_kills, 0);
}

TEST(Vmstat, MalformedLineIsNamed) {
  Memory memory;
  const auto parsed = parse_vmstat("pgpgin 4\npgpgout\n", kPageSize, {}, memory);
  ASSERT_FALSE(parsed);
  EXPECT_EQ(parsed.error().message, "proc/vmstat:2: expected '<name> <number>', found 'pgpgout'");
}

TEST(Vmstat, AMalformedLineIsLostAloneAndItsCounterStaysAsItWas) {
  Memory before;
  ASSERT_TRUE(parse_vmstat("pswpin 1\npgscan_direct 20\npgscan_kswapd 300\noom_kill 2\n", kPageSize,
                           {}, before));
  Memory now;
  EXPECT_FALSE(parse_vmstat("pswpin 5\npgscan_direct x\npgscan_kswapd 310\noom_kill\n", kPageSize,
                            before, now));
  EXPECT_EQ(now.swap_ins, 5);
  EXPECT_EQ(now.pages_scanned, 320) << "not a sum that lacks a part";
  EXPECT_EQ(now.oom_kills, 2);
}

// In bytes it would have been no number that anybody takes for nonsense.
TEST(Vmstat, KibibytesThatCannotBeStayAsTheyWere) {
  Memory before;
  before.paged_in = kibibytes(4000);
  for (const char* text : {"pgpgin 18446744073709551615\n", "pgpgin 9223372036854775807\n"}) {
    Memory now;
    EXPECT_FALSE(parse_vmstat(text, kPageSize, before, now));
    EXPECT_EQ(now.paged_in, kibibytes(4000));
  }
}

}  // namespace
}  // namespace proctape
