// SPDX-License-Identifier: Apache-2.0
#include "config/size.h"

#include <gtest/gtest.h>

namespace proctape {
namespace {

TEST(Size, IsANumberAndABinaryUnit) {
  EXPECT_EQ(parse_size("1KiB"), 1024);
  EXPECT_EQ(parse_size("512MiB"), std::int64_t{512} << 20);
  EXPECT_EQ(parse_size("2GiB"), std::int64_t{2} << 30);
  EXPECT_EQ(parse_size("3TiB"), std::int64_t{3} << 40);
  EXPECT_EQ(parse_size("0MiB"), 0);
}

TEST(Size, IsNothingElse) {
  for (const char* text : {"", "1", "GiB", "1GB", "1 GiB", "-1GiB", "+1GiB", "1.5GiB", "1GiB ",
                           "99999999TiB", "99999999999999999999KiB"}) {
    EXPECT_EQ(parse_size(text), std::nullopt) << text;
  }
}

TEST(Amount, IsTheNumberBeforeItsUnit) {
  EXPECT_EQ(parse_amount("10%", "%"), 10);
  EXPECT_EQ(parse_amount("28d", "d"), 28);
  EXPECT_EQ(parse_amount("28d", "%"), std::nullopt);
  EXPECT_EQ(parse_amount("d", "d"), std::nullopt);
}

}  // namespace
}  // namespace proctape
