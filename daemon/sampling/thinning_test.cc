// SPDX-License-Identifier: Apache-2.0
#include "daemon/sampling/thinning.h"

#include <gtest/gtest.h>

namespace proctape {
namespace {

using enum Thinning::Level;

// Samples until the level is `level`; -1 if it is not within a hundred.
int samples_until(Thinning& thinning, Thinning::Level level, bool short_of_space) {
  for (int samples = 0; samples < 100; ++samples) {
    if (thinning.level() == level) return samples;
    thinning.update(short_of_space);
  }
  return -1;
}

TEST(Thinning, EverythingIsRecordedWhileThereIsRoom) {
  Thinning thinning;
  for (int i = 0; i < 100; ++i) {
    EXPECT_FALSE(thinning.update(false));
    EXPECT_TRUE(thinning.records());
  }
  EXPECT_EQ(thinning.level(), kNone);
}

TEST(Thinning, ShortOfSpaceItBeginsAtOnceAndGoesOnStepByStep) {
  Thinning thinning;
  EXPECT_TRUE(thinning.update(true));
  EXPECT_EQ(thinning.level(), kNoThreads);
  EXPECT_EQ(samples_until(thinning, kNoIdleTasks, true), Thinning::kPatience);
  EXPECT_EQ(samples_until(thinning, kFewSamples, true), Thinning::kPatience);
  for (int i = 0; i < 100; ++i) EXPECT_FALSE(thinning.update(true));
}

TEST(Thinning, WithRoomAgainItGoesBackStepByStep) {
  Thinning thinning;
  samples_until(thinning, kFewSamples, true);
  EXPECT_EQ(samples_until(thinning, kNoIdleTasks, false), Thinning::kPatience);
  EXPECT_EQ(samples_until(thinning, kNoThreads, false), Thinning::kPatience);
  EXPECT_EQ(samples_until(thinning, kNone, false), Thinning::kPatience);
}

TEST(Thinning, RoomThatComesAndGoesChangesNothing) {
  Thinning thinning;
  thinning.update(true);
  for (int i = 0; i < 100; ++i) EXPECT_FALSE(thinning.update(i % 4 == 0));
}

TEST(Thinning, AtTheLastLevelOneOfSixSamplesIsRecorded) {
  Thinning thinning;
  samples_until(thinning, kFewSamples, true);
  int recorded = 0;
  for (int i = 0; i < 60; ++i) {
    thinning.update(true);
    recorded += thinning.records();
  }
  EXPECT_EQ(recorded, 10);
}

}  // namespace
}  // namespace proctape
