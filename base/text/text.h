// SPDX-License-Identifier: Apache-2.0
//
// Walking kernel text: lines, words and numbers, as views into the text, without
// allocating. Also the rules by which foreign text (names, command lines) is made
// fit for a log.
#pragma once

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace proctape {

// text.starts_with(key), without a call: mostly the first letters differ already.
constexpr bool begins_with(std::string_view text, std::string_view key) {
  if (text.size() < key.size()) return false;
  for (std::size_t i = 0; i < key.size(); ++i) {
    if (text[i] != key[i]) return false;
  }
  return true;
}

// Cuts the first line (without its newline) off `text`.
constexpr std::string_view next_line(std::string_view& text) {
  const auto end = text.find('\n');
  const auto line = text.substr(0, end);
  text.remove_prefix(end == text.npos ? text.size() : end + 1);
  return line;
}

// Of those that separate words.
constexpr bool is_blank(char c) { return c == ' ' || c == '\t'; }

// Cuts the first word (delimited by spaces and tabs) off `text`; empty at the end.
constexpr std::string_view next_word(std::string_view& text) {
  std::size_t begin = 0;
  while (begin < text.size() && is_blank(text[begin])) ++begin;
  std::size_t end = begin;
  while (end < text.size() && !is_blank(text[end])) ++end;
  const auto word = text.substr(begin, end - begin);
  text.remove_prefix(end);
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

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

// A number of up to this many digits surely fits 64 bits.
constexpr std::ptrdiff_t kSafeDigits = 19;

// Where the decimal digits that `p` points at end, before `end`. If there are at most kSafeDigits,
// `value` is their number.
constexpr const char* read_digits(const char* p, const char* end, std::uint64_t& value) {
  value = 0;
  for (; p < end; ++p) {
    const unsigned digit = static_cast<unsigned char>(*p) - unsigned{'0'};
    if (digit > 9) break;
    value = value * 10 + digit;
  }
  return p;
}

// read_number() of what is not just a few digits: signed, very long, or no number at all.
bool read_unusual_number(std::string_view& text, std::int64_t& into);

// next_number() where it must be fast, within the first line of `text`. False if that line's next
// word is no number; `text` and `into` are then as they were.
//
// No std::optional: GCC 12 copies it in a way that takes longer than to read the number.
inline bool read_number(std::string_view& text, std::int64_t& into) {
  const char* const end = text.data() + text.size();
  const char* begin = text.data();
  while (begin < end && is_blank(*begin)) ++begin;
  std::uint64_t value = 0;
  const char* const p = read_digits(begin, end, value);
  const bool ends = p == end || is_blank(*p) || *p == '\n';
  if (p == begin || p - begin > kSafeDigits || !ends) return read_unusual_number(text, into);
  text.remove_prefix(static_cast<std::size_t>(p - text.data()));
  into = static_cast<std::int64_t>(value);
  return true;
}

// Cuts `text` to at most `limit` bytes, at the border of a UTF-8 character.
std::string_view cut_utf8(std::string_view text, std::size_t limit);

// `changed` is a name that had to be changed, `original` what it was: adds a digest of that, so
// that names which were different stay so, within `limit` bytes: "long-nam~00c5e24ab19e5b2e".
std::string marked_name(std::string_view changed, std::string_view original, std::size_t limit);

// Length of the well-formed UTF-8 character that `begin` points at, before `end`; 0 if
// there is none.
std::size_t utf8_length(const char* begin, const char* end);

// `text` with U+FFFD for each byte that does not belong to a well-formed UTF-8 character, to be
// given to a JSON writer.
std::string valid_utf8(std::string_view text);

// Replaces each byte of control characters (C0, DEL, C1) by `replacement`, and each that does not
// belong to a well-formed UTF-8 character by '?', in place: what JSON writers and strict decoders
// among the log's readers stumble over, and terminals obey.
void make_printable_utf8(char* begin, char* end, char replacement);

}  // namespace proctape
