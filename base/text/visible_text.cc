// SPDX-License-Identifier: Apache-2.0
#include "base/text/visible_text.h"

#include <algorithm>
#include <iterator>

#include "base/text/eight_bytes.h"
#include "base/text/text.h"

namespace proctape {
namespace {

struct Range {
  char32_t first;
  char32_t last;
};
// Those from U+0080 on, ascending: C1, the bidirectional controls, line and paragraph separators,
// annotations, and what Unicode says is not displayed (Default_Ignorable_Code_Point).
constexpr Range kHidden[] = {
    {0x80, 0x9F},       {0xAD, 0xAD},       {0x34F, 0x34F},     {0x61C, 0x61C},   {0x115F, 0x1160},
    {0x17B4, 0x17B5},   {0x180B, 0x180F},   {0x200B, 0x200F},   {0x2028, 0x202E}, {0x2060, 0x206F},
    {0x3164, 0x3164},   {0xFE00, 0xFE0F},   {0xFEFF, 0xFEFF},   {0xFFA0, 0xFFA0}, {0xFFF0, 0xFFFB},
    {0x1BCA0, 0x1BCA3}, {0x1D173, 0x1D17A}, {0xE0000, 0xE0FFF},
};

bool is_hidden(char32_t c) {
  const auto* const range = std::ranges::lower_bound(kHidden, c, {}, &Range::last);
  return range != std::end(kHidden) && range->first <= c;
}

bool is_hidden_ascii(char c, Lines lines) {
  if (lines == Lines::kMany && (c == '\n' || c == '\t')) return false;
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
}

// Of a well-formed character of 2 to 4 bytes.
char32_t code_point(std::string_view character) {
  const auto lead = static_cast<unsigned char>(character[0]);
  char32_t value = lead & (0x7FU >> character.size());
  for (const char c : character.substr(1)) {
    value = value << 6U | (static_cast<unsigned char>(c) & 0x3FU);
  }
  return value;
}

void append_hexadecimal(std::string& out, std::string_view prefix, char32_t value,
                        unsigned digits) {
  static constexpr char kDigits[] = "0123456789abcdef";
  out += prefix;
  while (digits-- > 0) out += kDigits[(value >> (4 * digits)) & 0xFU];
}

std::string escape_of(char32_t c) {
  if (c == '\n') return "\\n";
  if (c == '\r') return "\\r";
  if (c == '\t') return "\\t";
  std::string escape;
  constexpr char32_t kFirstOfPairs = 0x10000;
  if (c < kFirstOfPairs) {
    append_hexadecimal(escape, "\\u", c, 4);
  } else {
    append_hexadecimal(escape, "\\u", 0xD800 + ((c - kFirstOfPairs) >> 10U), 4);
    append_hexadecimal(escape, "\\u", 0xDC00 + ((c - kFirstOfPairs) & 0x3FFU), 4);
  }
  return escape;
}

// Appends until `limit`; false if not all of `text` has room.
bool append_visible(std::string& out, std::string_view text, Lines lines, std::size_t limit) {
  while (!text.empty()) {
    const std::size_t clean = visible_length(text, lines);
    if (out.size() + clean > limit) {
      out += cut_utf8(text, limit - out.size());
      return false;
    }
    out += text.substr(0, clean);
    text.remove_prefix(clean);
    if (text.empty()) break;
    const std::size_t length = utf8_length(text.data(), text.data() + text.size());
    std::string escape;
    if (length == 0) {
      append_hexadecimal(escape, "\\x", static_cast<unsigned char>(text[0]), 2);
    } else {
      escape = escape_of(length == 1 ? static_cast<unsigned char>(text[0])
                                     : code_point(text.substr(0, length)));
    }
    if (out.size() + escape.size() > limit) return false;
    out += escape;
    text.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return true;
}

}  // namespace

std::size_t visible_length(std::string_view text, Lines lines) {
  const char* p = text.data();
  const char* const end = p + text.size();
  while (p < end) {
    if (end - p >= 8) {
      const std::uint64_t bytes = eight_bytes(p);
      if (!(bytes & kHighBits) && !ascii_controls(bytes)) {
        p += 8;
        continue;
      }
    }
    const std::size_t length = utf8_length(p, end);
    if (length == 0) break;
    if (length == 1 ? is_hidden_ascii(*p, lines) : is_hidden(code_point({p, length}))) break;
    p += length;
  }
  return static_cast<std::size_t>(p - text.data());
}

std::string visible(std::string_view text, Lines lines, std::size_t limit) {
  std::string out;
  append_visible(out, text, lines, limit);
  return out;
}

std::string visible_message(std::string_view text) {
  constexpr std::size_t kLongest = 4096;
  std::string message;
  if (!append_visible(message, text, Lines::kOne, kLongest)) message += "...";
  return message;
}

}  // namespace proctape
