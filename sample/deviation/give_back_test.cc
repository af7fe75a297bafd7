// SPDX-License-Identifier: Apache-2.0
#include "sample/deviation/give_back.h"

#include <gtest/gtest.h>

#include <array>

namespace proctape {
namespace {

using Kibibyte = std::array<char, 1024>;

TEST(MakeRoomFor, HasRoomForAllAndAFewMore) {
  std::vector<Kibibyte> values;
  make_room_for(values, 1000);
  EXPECT_TRUE(values.empty());
  EXPECT_GE(values.capacity(), 1000U);
  EXPECT_LE(values.capacity(), 1200U);
}

TEST(MakeRoomFor, KeepsTheMemoryThatSuffices) {
  std::vector<Kibibyte> values(1000);
  const auto* const before = values.data();
  make_room_for(values, 1000);
  EXPECT_TRUE(values.empty());
  EXPECT_EQ(values.data(), before);
  make_room_for(values, 300);
  EXPECT_EQ(values.data(), before);
}

TEST(MakeRoomFor, GivesBackWhatAStormNeeded) {
  std::vector<Kibibyte> values(20'000);
  make_room_for(values, 300);
  EXPECT_LT(values.capacity(), 1000U);
}

}  // namespace
}  // namespace proctape
