// SPDX-License-Identifier: Apache-2.0
#include "daemon/self/lateness.h"

#include <gtest/gtest.h>

namespace proctape {
namespace {

using namespace std::chrono_literals;

TEST(Lateness, ASampleInTimeSkipsNothing) {
  Lateness lateness;
  EXPECT_EQ(lateness.add(100s, 100s + 2ms, 100s + 50ms, 0s, 10s), 0);
  EXPECT_EQ(lateness.begins().last(), 2ms);
  EXPECT_EQ(lateness.skipped(), 0);
  EXPECT_EQ(lateness.to_tell(101s), std::nullopt);
}

TEST(Lateness, ASampleThatTakesLongerThanTheIntervalSkipsThoseThatWereDueMeanwhile) {
  Lateness lateness;
  EXPECT_EQ(lateness.add(100s, 100s, 109s + 999ms, 0s, 10s), 0);
  EXPECT_EQ(lateness.add(110s, 110s, 120s, 0s, 10s), 1);
  EXPECT_EQ(lateness.add(130s, 130s, 155s, 0s, 10s), 2);
  EXPECT_EQ(lateness.skipped(), 3);
}

TEST(Lateness, AWakeUpThatComesLateSkipsThemToo) {
  Lateness lateness;
  EXPECT_EQ(lateness.add(100s, 135s, 136s, 0s, 10s), 3);
  EXPECT_EQ(lateness.begins().last(), 35s);
  EXPECT_EQ(lateness.add(140s, 140s + 1s, 142s, 0s, 10s), 0);
  EXPECT_EQ(lateness.begins().longest(), 35s);
  EXPECT_EQ(lateness.begins().average(), 18s);
}

TEST(Lateness, SleepOfTheMachineIsNobodysLateness) {
  Lateness lateness;
  EXPECT_EQ(lateness.add(100s, 3700s, 3701s, 3605s, 10s), 0);
  EXPECT_EQ(lateness.begins().last(), 0s);
}

TEST(Lateness, SkippedSamplesAreToldAtOnceAndThenOnceAnHourWithTheirNumber) {
  Lateness lateness;
  lateness.add(0s, 0s, 1s, 0s, 1s);
  EXPECT_EQ(lateness.to_tell(1s), 1);
  lateness.add(2s, 2s, 5s, 0s, 1s);
  EXPECT_EQ(lateness.to_tell(5s), std::nullopt);
  lateness.add(10s, 10s, 11s, 0s, 1s);
  EXPECT_EQ(lateness.to_tell(1s + 1h - 1ns), std::nullopt);
  EXPECT_EQ(lateness.to_tell(1s + 1h), 4);
  EXPECT_EQ(lateness.to_tell(1s + 3h), std::nullopt) << "there is nothing new";
}

}  // namespace
}  // namespace proctape
