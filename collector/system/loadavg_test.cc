// SPDX-License-Identifier: Apache-2.0
#include "collector/system/loadavg.h"

#include <gtest/gtest.h>

namespace proctape {
namespace {

TEST(Loadavg, ThreeAverages) {
  Cpus cpus;
  ASSERT_TRUE(parse_loadavg("0.20 1.18 12.75 1/80 11206\n", cpus));
  EXPECT_FLOAT_EQ(cpus.load1, 0.20F);
  EXPECT_FLOAT_EQ(cpus.load5, 1.18F);
  EXPECT_FLOAT_EQ(cpus.load15, 12.75F);
}

TEST(Loadavg, AllThreeOrNone) {
  Cpus cpus;
  const auto parsed = parse_loadavg("0.20 1.18", cpus);
  ASSERT_FALSE(parsed);
  EXPECT_EQ(parsed.error().message, "proc/loadavg:1: expected three averages, found '0.20 1.18'");
  EXPECT_EQ(cpus.load1, 0);
}

}  // namespace
}  // namespace proctape
