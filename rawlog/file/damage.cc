// SPDX-License-Identifier: Apache-2.0
#include "rawlog/file/damage.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <string_view>

#include "rawlog/layout/header_record.h"

namespace proctape {
namespace {

// Files that are taken for logs.
struct Beginning {
  std::string_view bytes;
  std::string_view what;
};
constexpr std::array kKnown = {
    Beginning{{"\xFD"
               "7zXZ\0",
               6},
              "a file packed by xz"},
    Beginning{"\x28\xB5\x2F\xFD", "a file packed by zstd"},
    Beginning{"BZh", "a file packed by bzip2"},
    Beginning{"\x1F\x8B", "a file packed by gzip"},
    Beginning{{"\x04\x22\x4D\x18", 4}, "a file packed by lz4"},
    Beginning{"\x1F\x9D", "a file packed by compress"},
    Beginning{"LZIP", "a file packed by lzip"},
    Beginning{"7z\xBC\xAF\x27\x1C", "a 7z archive"},
    Beginning{"PK\x03\x04", "a zip archive"},
    Beginning{"\x7F"
              "ELF",
              "a program"},
    Beginning{"\x96\xD5", "a file of sysstat's sadc"},
};

}  // namespace

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
  const std::string_view text_of(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  for (const Beginning& known : kKnown) {
    if (text_of.starts_with(known.bytes)) return std::string(known.what);
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
