// SPDX-License-Identifier: Apache-2.0
#include "daemon/sampling/burst.h"

#include <gtest/gtest.h>

namespace proctape {
namespace {

using namespace std::chrono_literals;

class BurstTest : public testing::Test {
 protected:
  BurstTest() { burst_.set_options({.duration = 30s, .rest = 5min}); }
  Burst burst_;
};

TEST_F(BurstTest, LastsAsLongAsItShallAndNoLonger) {
  EXPECT_FALSE(burst_.active());
  EXPECT_FALSE(burst_.end(0s));
  EXPECT_TRUE(burst_.begin(100s));
  EXPECT_FALSE(burst_.end(129s));
  EXPECT_FALSE(burst_.begin(129s)) << "what happens meanwhile does not prolong it";
  EXPECT_TRUE(burst_.active());
  EXPECT_TRUE(burst_.end(130s));
  EXPECT_FALSE(burst_.active());
  EXPECT_FALSE(burst_.end(131s)) << "it is told once";
  EXPECT_EQ(burst_.bursts(), 1);
  EXPECT_EQ(burst_.ignored(), 1);
}

TEST_F(BurstTest, NoneBeginsBeforeTheRestAfterTheLastOneIsOver) {
  burst_.begin(100s);
  burst_.end(130s);
  EXPECT_FALSE(burst_.begin(130s + 5min - 1ns));
  EXPECT_TRUE(burst_.begin(130s + 5min));
}

TEST_F(BurstTest, PressureThatNeverEndsTakesASmallPartOfTheTime) {
  int seconds = 0;
  for (std::chrono::seconds now = 0s; now < 24h; ++now) {
    burst_.begin(now);
    seconds += burst_.active() ? 1 : 0;
    burst_.end(now);
  }
  EXPECT_LT(seconds, 24 * 3600 / 10);
  EXPECT_GT(burst_.bursts(), 200);
}

TEST_F(BurstTest, StopsWhenItIsSwitchedOff) {
  burst_.stop(0s);
  EXPECT_TRUE(burst_.begin(1s)) << "to stop what does not go on is no end of a burst";
  burst_.stop(2s);
  EXPECT_FALSE(burst_.active());
  EXPECT_FALSE(burst_.begin(3s)) << "switching does not get round the rest";
}

TEST_F(BurstTest, AShorterDurationHoldsForTheOneThatGoesOn) {
  burst_.begin(100s);
  burst_.set_options({.duration = 5s, .rest = 1s});
  EXPECT_TRUE(burst_.end(105s));
  EXPECT_TRUE(burst_.begin(106s));
}

}  // namespace
}  // namespace proctape
