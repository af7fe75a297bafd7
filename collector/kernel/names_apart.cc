// SPDX-License-Identifier: Apache-2.0
#include "collector/kernel/names_apart.h"

#include <algorithm>
#include <cstdint>
#include <cstdio>

#include "base/text/hash.h"
#include "base/text/text.h"

namespace proctape {
namespace {

constexpr char kCutMark = '~';

constexpr bool continues_character(char c) {
  return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}

}  // namespace

std::string begin_and_end(std::string_view name, std::size_t room) {
  const auto begin = cut_utf8(name, (room - 1) / 2);
  auto end = name.substr(name.size() - (room - 1 - begin.size()));
  while (!end.empty() && continues_character(end.front())) end.remove_prefix(1);
  return std::string(begin) + kCutMark + std::string(end);
}

std::string begin_and_number(std::string_view name, std::size_t room) {
  constexpr std::size_t kDigits = 8;
  char number[kDigits + 1];
  std::snprintf(number, sizeof(number), "%08x", static_cast<unsigned>(hash_of(name) & 0xFFFFFFFFU));
  return std::string(cut_utf8(name, room - 1 - kDigits)) + kCutMark + number;
}

void NamesApart::note(std::string_view shown) {
  if (!is_ambiguous(shown) && ambiguous_.size() < kMostAmbiguous) ambiguous_.emplace_back(shown);
}

bool NamesApart::is_ambiguous(std::string_view shown) const {
  return std::ranges::find(ambiguous_, shown) != ambiguous_.end();
}

}  // namespace proctape
