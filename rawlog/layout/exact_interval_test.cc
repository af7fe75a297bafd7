// SPDX-License-Identifier: Apache-2.0
#include "rawlog/layout/exact_interval.h"

#include <gtest/gtest.h>

#include <array>

#include "rawlog/file/encoder.h"
#include "rawlog/file/record_check.h"
#include "tests/support/plausible_sample.h"

namespace proctape {
namespace {

TEST(ExactInterval, ComesBack) {
  for (std::int64_t beyond = -1023; beyond <= 1023; ++beyond) {
    std::array<std::byte, kRecordHeaderSize> record{};
    put_exact_interval(Milliseconds{beyond}, record);
    EXPECT_EQ(exact_interval(record), Milliseconds{beyond});
  }
}

TEST(ExactInterval, ChangesNothingWhereThereIsNoneAndReadsNothingFromOtherBytes) {
  std::array<std::byte, kRecordHeaderSize> record{};
  put_exact_interval(Milliseconds{}, record);
  EXPECT_EQ(record, (std::array<std::byte, kRecordHeaderSize>{}));
  record[kExactIntervalOffset + 1] = std::byte{0x12};
  EXPECT_EQ(exact_interval(record), Milliseconds{});
}

// Else readers would not find the record behind damage.
TEST(ExactInterval, LeavesARecordOfEveryVersionPlausible) {
  for (const Version version : kVersions) {
    Encoder encoder(version, plausible_host());
    Sample sample = plausible_sample(Seconds{1'800'000'000});
    sample.beyond = Milliseconds{-480};
    const auto record = encoder.encode(sample);
    EXPECT_EQ(exact_interval(record), Milliseconds{-480}) << to_string(version);
    EXPECT_TRUE(plausible_record(record.first(kRecordBeginning), version)) << to_string(version);
  }
}

}  // namespace
}  // namespace proctape
