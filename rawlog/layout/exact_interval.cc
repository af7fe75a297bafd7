// SPDX-License-Identifier: Apache-2.0
#include "rawlog/layout/exact_interval.h"

#include <cstring>

namespace proctape {
namespace {

constexpr std::uint16_t kMark = 0xA000;
constexpr std::uint16_t kMarkBits = 0xF800;
constexpr std::int64_t kMost = 1023;  // an interval is rounded: it differs by less than a second
constexpr std::int64_t kZero = 1024;

}  // namespace

void put_exact_interval(Milliseconds beyond, std::span<std::byte> record) {
  if (beyond == Milliseconds{} || beyond.value > kMost || beyond.value < -kMost) return;
  const auto word = static_cast<std::uint16_t>(kMark + kZero + beyond.value);
  std::memcpy(&record[kExactIntervalOffset], &word, sizeof word);
}

Milliseconds exact_interval(std::span<const std::byte> record) {
  std::uint16_t word = 0;
  std::memcpy(&word, &record[kExactIntervalOffset], sizeof word);
  if ((word & kMarkBits) != kMark) return {};
  return Milliseconds{(word & ~kMarkBits) - kZero};
}

}  // namespace proctape
