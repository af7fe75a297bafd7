// SPDX-License-Identifier: Apache-2.0
#include "report/plot/scale.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/support/time_zone.h"

namespace proctape {
namespace {

std::string texts_of(const std::vector<Tick>& ticks) {
  std::string text;
  for (const Tick& tick : ticks) text += (text.empty() ? "" : " | ") + tick.text;
  return text;
}

constexpr double kGibibyte = 1024.0 * 1024 * 1024;

TEST(NumberTicks, AreRound) {
  EXPECT_EQ(texts_of(number_ticks(100, 5)), "0 | 20 | 40 | 60 | 80 | 100");
  EXPECT_EQ(texts_of(number_ticks(0.7, 4)), "0 | 0.2 | 0.4 | 0.6");
  EXPECT_EQ(texts_of(number_ticks(2300, 3)), "0 | 1000 | 2000");
  EXPECT_EQ(texts_of(number_ticks(0, 5)), "0");
  EXPECT_LE(number_ticks(1e300, 5).size(), 8U);
}

TEST(ByteTicks, ArePowersOfTwo) {
  EXPECT_EQ(texts_of(byte_ticks(23.5 * kGibibyte, 4)), "0 | 8G | 16G");
  EXPECT_EQ(texts_of(byte_ticks(3000, 4)), "0 | 1K | 2K");
  EXPECT_EQ(texts_of(byte_ticks(0, 4)), "0");
}

TEST(TimeTicks, AreRoundTimesOfTheLocalZone) {
  const TimeZone zone("XYZ-5:30");
  // 2026-11-21 00:00 there.
  constexpr Count kMidnight = 1'795'199'400;
  EXPECT_EQ(texts_of(time_ticks({kMidnight + 600}, {kMidnight + 3600 * 4}, 5)),
            "01:00 | 02:00 | 03:00 | 04:00");
  EXPECT_EQ(texts_of(time_ticks({kMidnight}, {kMidnight + 20}, 4)),
            "00:00:00 | 00:00:05 | 00:00:10 | 00:00:15 | 00:00:20");
  EXPECT_EQ(texts_of(time_ticks({kMidnight - 3600}, {kMidnight + 3600}, 2)),
            "11-20 23:00 | 11-21 00:00 | 01:00");
  EXPECT_EQ(texts_of(time_ticks({kMidnight}, {kMidnight + 86'400 * 4}, 5)),
            "11-21 | 11-22 | 11-23 | 11-24 | 11-25");
}

TEST(TimeTicks, AreFewWhateverTheTimesAre) {
  EXPECT_LE(time_ticks({0}, {253'402'300'800}, 10).size(), 12U);
  EXPECT_LE(time_ticks({5}, {5}, 10).size(), 2U);
}

TEST(ShortTexts, HaveNoNeedlessDigits) {
  EXPECT_EQ(short_size_text(16 * kGibibyte), "16G");
  EXPECT_EQ(short_size_text(1.5 * kGibibyte), "1.5G");
  EXPECT_EQ(short_number_text(2.5), "2.5");
  EXPECT_EQ(short_number_text(1000), "1000");
}

}  // namespace
}  // namespace proctape
