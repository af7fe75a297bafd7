// SPDX-License-Identifier: Apache-2.0
//
// Walking kernel text: lines, words and numbers, as views into the text, without
// allocating. Also the rules by which foreign text (names, command lines) is made
// fit for a log.
#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>

namespace proctape {

// Cuts the first line (without its newline) off `text`.
constexpr std::string_view next_line(std::string_view& text) {
  const auto end = text.find('\n');
  const auto line = text.substr(0, end);
  text.remove_prefix(end == text.npos ? text.size() : end + 1);
  return line;
}

// Cuts the first word (delimited by spaces and tabs) off `text`; empty at the end.
constexpr std::string_view next_word(std::string_view& text) {
  const auto begin = text.find_first_not_of(" \t");
  if (begin == text.npos) {
    text = {};
    return {};
  }
  text.remove_prefix(begin);
  const auto end = text.find_first_of(" \t");
  const auto word = text.substr(0, end);
  text.remove_prefix(end == text.npos ? text.size() : end);
  return word;
}

constexpr std::string_view trimmed(std::string_view text) {
  const auto begin = text.find_first_not_of(" \t\n");
  if (begin == text.npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\n") - begin + 1);
}

// The whole of `text` as a decimal number; none if anything else is in it. Unsigned
// kernel counters above 2^63-1 wrap to negative, as they do in the log's members.
std::optional<std::int64_t> to_number(std::string_view text);
std::optional<float> to_float(std::string_view text);

// Cuts the next word off `text` and reads it as a number.
inline std::optional<std::int64_t> next_number(std::string_view& text) {
  return to_number(next_word(text));
}

// Cuts `text` to at most `limit` bytes, at the border of a UTF-8 character.
std::string_view cut_utf8(std::string_view text, std::size_t limit);

// Length of the well-formed UTF-8 character that `begin` points at, before `end`; 0 if
// there is none.
std::size_t utf8_length(const char* begin, const char* end);

// Replaces control characters by `replacement`, and each byte that does not belong to
// a well-formed UTF-8 character by '?', in place: what JSON writers and strict decoders
// among the log's readers stumble over.
void make_printable_utf8(char* begin, char* end, char replacement);

}  // namespace proctape
