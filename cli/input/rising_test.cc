// SPDX-License-Identifier: Apache-2.0
#include "cli/input/rising.h"

#include <gtest/gtest.h>

namespace proctape {
namespace {

// The times that are kept.
std::vector<Count> kept(const std::vector<Count>& times) {
  const auto chosen = most_rising(times);
  std::vector<Count> list;
  for (std::size_t i = 0; i < times.size(); ++i) {
    if (chosen[i]) list.push_back(times[i]);
  }
  return list;
}

using Times = std::vector<Count>;

TEST(MostRising, KeepsAllThatRisesOrStays) {
  EXPECT_EQ(kept({}), Times{});
  EXPECT_EQ(kept({5}), Times{5});
  EXPECT_EQ(kept({1, 2, 2, 3}), (Times{1, 2, 2, 3}));
}

TEST(MostRising, OneWrongTimeCostsOnlyItself) {
  EXPECT_EQ(kept({10, 20, 5, 30, 40}), (Times{10, 20, 30, 40}));
  EXPECT_EQ(kept({10, 9999, 20, 30, 40}), (Times{10, 20, 30, 40}));
  EXPECT_EQ(kept({9999, 10, 20}), (Times{10, 20}));
  EXPECT_EQ(kept({10, 20, -5}), (Times{10, 20}));
}

TEST(MostRising, AClockSetBackKeepsTheLongerPart) {
  EXPECT_EQ(kept({10, 20, 30, 1, 2}), (Times{10, 20, 30}));
  EXPECT_EQ(kept({10, 20, 1, 2, 3}), (Times{1, 2, 3}));
}

}  // namespace
}  // namespace proctape
