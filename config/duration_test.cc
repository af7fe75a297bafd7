// SPDX-License-Identifier: Apache-2.0
#include "config/duration.h"

#include <gtest/gtest.h>

namespace proctape {
namespace {

using namespace std::chrono_literals;

TEST(Duration, IsANumberAndItsUnit) {
  EXPECT_EQ(parse_duration("500ms"), 500ms);
  EXPECT_EQ(parse_duration("10s"), 10s);
  EXPECT_EQ(parse_duration("5m"), 5min);
  EXPECT_EQ(parse_duration("1h"), 1h);
  EXPECT_EQ(parse_duration("0s"), 0s);
}

TEST(Duration, AnythingElseIsNone) {
  for (const char* text : {"", "s", "10", "10 s", " 10s", "10s ", "+10s", "-10s", "1.5s", "1e3s",
                           "10S", "10sec", "1m30s", "ten seconds"}) {
    EXPECT_EQ(parse_duration(text), std::nullopt) << "'" << text << "'";
  }
}

TEST(Duration, WhatDoesNotFitIsNone) {
  EXPECT_EQ(parse_duration("2562047h"), 2562047h);
  EXPECT_EQ(parse_duration("2562048h"), std::nullopt);
  EXPECT_EQ(parse_duration("9223372036855ms"), std::nullopt);
  EXPECT_EQ(parse_duration("99999999999999999999s"), std::nullopt);
}

TEST(Duration, IsWrittenInItsLongestWholeUnit) {
  EXPECT_EQ(to_string(100ms), "100ms");
  EXPECT_EQ(to_string(1500ms), "1500ms");
  EXPECT_EQ(to_string(10s), "10s");
  EXPECT_EQ(to_string(90s), "90s");
  EXPECT_EQ(to_string(600s), "10m");
  EXPECT_EQ(to_string(24h), "24h");
}

}  // namespace
}  // namespace proctape
