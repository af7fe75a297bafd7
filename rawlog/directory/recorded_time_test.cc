// SPDX-License-Identifier: Apache-2.0
#include "rawlog/directory/recorded_time.h"

#include <gtest/gtest.h>

#include <array>
#include <optional>
#include <vector>

#include "rawlog/file/encoder.h"
#include "tests/support/plausible_sample.h"

namespace proctape {
namespace {

TEST(RecordedTime, IsReadFromTheHeaderOfEveryVersion) {
  for (const Version version : kVersions) {
    const Encoder encoder(version, plausible_host());
    const auto plain = encoder.file_header();
    std::vector<std::byte> header(plain.begin(), plain.end());
    EXPECT_EQ(recorded_time_of(header), std::nullopt);
    const RecordedTime time{.series = 0xDEADBEEF, .passed = Seconds{123'456'789}};
    put_recorded_time(time, header);
    EXPECT_EQ(recorded_time_of(header), time);
  }
}

// It would make all other logs old.
TEST(RecordedTime, WithABitThatFellOverSaysNothing) {
  std::array<std::byte, kFileHeaderSize> header{};
  put_recorded_time({.series = 77, .passed = Seconds{86400}}, header);
  for (std::size_t i = 8 * (kFileHeaderSize - 12); i < 8 * kFileHeaderSize; ++i) {
    const auto bit = std::byte{1} << (i % 8);
    header[i / 8] ^= bit;
    EXPECT_EQ(recorded_time_of(header), std::nullopt) << i;
    header[i / 8] ^= bit;
  }
}

TEST(RecordedTime, GrowsByWhatBothTheIntervalAndTheTimesSay) {
  const auto adds = [](Count time, std::uint32_t interval, std::optional<Seconds> before) {
    return time_recorded_by({.time = Seconds{time}, .interval = interval}, before).value;
  };
  EXPECT_EQ(adds(1010, 10, Seconds{1000}), 10);
  EXPECT_EQ(adds(9'999'999, 10, Seconds{1000}), 10) << "the clock was set";
  EXPECT_EQ(adds(1000, 1, Seconds{1000}), 0) << "several in a second";
  EXPECT_EQ(adds(1000, 10, std::nullopt), 9) << "it may have been rounded up";
  EXPECT_EQ(
      time_recorded_by({.time = Seconds{1000}, .flags = flag::kSinceBoot, .interval = 999'999},
                       Seconds{1}),
      Seconds{})
      << "the time that other runs have counted";
}

}  // namespace
}  // namespace proctape
