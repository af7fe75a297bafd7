// SPDX-License-Identifier: Apache-2.0
#include "rawlog/directory/recorded_time.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace proctape {
namespace {

constexpr std::size_t kOffset = 468;
using Words = std::array<std::uint32_t, 3>;
static_assert(kOffset + sizeof(Words) == kFileHeaderSize);

// A bit that fell over must not make all other logs old.
std::uint32_t check_of(const RecordedTime& time) {
  std::uint64_t mixed =
      (std::uint64_t{time.series} << 32U) + static_cast<std::uint64_t>(time.passed.value);
  mixed = (mixed ^ (mixed >> 29U)) * 0x9E3779B97F4A7C15U;
  return static_cast<std::uint32_t>(mixed >> 32U);
}

}  // namespace

std::optional<RecordedTime> recorded_time_of(std::span<const std::byte> header) {
  Words words{};
  std::memcpy(words.data(), &header[kOffset], sizeof words);
  const RecordedTime time{.series = words[0], .passed = Seconds{words[1]}};
  if (time.series == 0 || words[2] != check_of(time)) return std::nullopt;
  return time;
}

void put_recorded_time(const RecordedTime& begun, std::span<std::byte> header) {
  const Words words = {begun.series, static_cast<std::uint32_t>(begun.passed.value),
                       check_of(begun)};
  std::memcpy(&header[kOffset], words.data(), sizeof words);
}

Seconds time_recorded_by(const RecordHeader& header, std::optional<Seconds> before) {
  // Since boot: what other runs have counted, and time in which nobody recorded.
  if ((header.flags & flag::kSinceBoot) != 0) return {};
  const Seconds interval{header.interval};
  // One that was rounded up to its second.
  if (!before) return std::max(interval - Seconds{1}, Seconds{});
  return std::clamp(header.time - *before, Seconds{}, interval);
}

}  // namespace proctape
