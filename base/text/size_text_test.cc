// SPDX-License-Identifier: Apache-2.0
#include "base/text/size_text.h"

#include <gtest/gtest.h>

namespace proctape {
namespace {

TEST(SizeText, HasThreeOrFourDigitsAndAUnit) {
  EXPECT_EQ(size_text(0), "0");
  EXPECT_EQ(size_text(1), "1B");
  EXPECT_EQ(size_text(1023), "1023B");
  EXPECT_EQ(size_text(1024), "1.0K");
  EXPECT_EQ(size_text(1024 * 1023.94), "1023.9K");
  EXPECT_EQ(size_text(1024 * 1023.96), "1.0M");
  EXPECT_EQ(size_text(25'274'460'000.0), "23.5G");
  EXPECT_EQ(size_text(9.2e18), "8.0E");
}

}  // namespace
}  // namespace proctape
