// SPDX-License-Identifier: Apache-2.0
#include "collector/kernel/number_list.h"

#include <gtest/gtest.h>

#include <optional>
#include <vector>

namespace proctape {
namespace {

std::optional<std::vector<Count>> numbers(std::string_view list) {
  std::vector<Count> found;
  if (!visit_numbers(list, [&](Count number) { found.push_back(number); })) return std::nullopt;
  return found;
}

TEST(NumberList, NumbersAndRanges) {
  EXPECT_EQ(numbers("0-3,8,10-11\n"), (std::vector<Count>{0, 1, 2, 3, 8, 10, 11}));
  EXPECT_EQ(numbers("5"), std::vector<Count>{5});
}

TEST(NumberList, NothingIsTheEmptySet) { EXPECT_EQ(numbers("\n"), std::vector<Count>{}); }

TEST(NumberList, WhatIsNoListIsRefusedInFiniteTime) {
  for (const char* text :
       {"x", "1,,2", "3-1", "-1", "1-", "0-9223372036854775807", "18446744073709551615", "1 2"}) {
    EXPECT_EQ(numbers(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace proctape
