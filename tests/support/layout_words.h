// SPDX-License-Identifier: Apache-2.0
//
// Members of a layout, and their values, as text.
#pragma once

#include <array>
#include <charconv>
#include <string>
#include <string_view>
#include <variant>

#include "rawlog/layout/field_values.h"
#include "rawlog/layout/record.h"

namespace proctape {

// "i64", "char[16]": C type as the layout files spell it.
inline std::string kind_text(Kind kind, std::size_t array) {
  static constexpr std::array kNames = {"char", "i16", "i32", "i64", "u8",
                                        "u16",  "u32", "u64", "f32", "record"};
  std::string text = kNames.at(static_cast<std::size_t>(kind));
  if (array > 0) text += '[' + std::to_string(array) + ']';
  return text;
}

// The value as text: numbers in decimal; single characters as such if they are letters.
inline std::string to_text(const FieldValue& value) {
  if (const auto* text = std::get_if<std::string_view>(&value.value)) return std::string(*text);
  if (const auto* real = std::get_if<double>(&value.value)) {
    // Of a float: the fewest digits that give it back.
    std::array<char, 32> digits;
    const auto end = std::to_chars(digits.begin(), digits.end(), static_cast<float>(*real)).ptr;
    return {digits.begin(), end};
  }
  const std::int64_t number = std::get<std::int64_t>(value.value);
  const bool letter = (number >= 'A' && number <= 'Z') || (number >= 'a' && number <= 'z');
  if (value.kind == Kind::kChar && letter) return {static_cast<char>(number)};
  return std::to_string(number);
}

}  // namespace proctape
