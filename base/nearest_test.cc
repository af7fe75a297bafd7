// SPDX-License-Identifier: Apache-2.0
#include "base/nearest.h"

#include <gtest/gtest.h>

namespace proctape {
namespace {

TEST(Nearest, IsTheIntegerNextToIt) {
  EXPECT_EQ(nearest(0), 0);
  EXPECT_EQ(nearest(2.4), 2);
  EXPECT_EQ(nearest(2.5), 3);
  EXPECT_EQ(nearest(1e15), 1'000'000'000'000'000);
}

TEST(Nearest, IsTheLargestThereIsBeyondIt) {
  EXPECT_EQ(nearest(1e19), INT64_MAX);
  EXPECT_EQ(nearest(9223372036854775807.0), INT64_MAX);
}

}  // namespace
}  // namespace proctape
