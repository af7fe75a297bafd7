// SPDX-License-Identifier: Apache-2.0
#include "rawlog/damage.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "rawlog/header_record.h"

namespace proctape {

std::string to_string(const Damage& damage) {
  std::string text = "offset " + std::to_string(damage.offset) + ": expected " + damage.expected +
                     ", found " + damage.found;
  if (damage.skipped > 0) text += "; " + bytes_text(damage.skipped) + " skipped";
  return text;
}

std::string bytes_text(std::uint64_t count) { return std::to_string(count) + " bytes"; }

std::string describe(std::span<const std::byte> bytes) {
  if (bytes.empty()) return "nothing";
  if (std::ranges::all_of(bytes, [](std::byte b) { return b == std::byte{0}; })) return "zeros";
  if (bytes.size() >= sizeof kMagic && std::memcmp(bytes.data(), &kMagic, sizeof kMagic) == 0) {
    return "a file header";
  }
  static constexpr std::array kDigits = {'0', '1', '2', '3', '4', '5', '6', '7',
                                         '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'};
  constexpr std::size_t kShown = 8;
  std::string text;
  for (const std::byte byte : bytes.first(std::min(bytes.size(), kShown))) {
    if (!text.empty()) text += ' ';
    text += kDigits[std::to_integer<std::size_t>(byte >> 4)];
    text += kDigits[std::to_integer<std::size_t>(byte & std::byte{0xF})];
  }
  if (bytes.size() > kShown) text += " ...";
  return text;
}

}  // namespace proctape
