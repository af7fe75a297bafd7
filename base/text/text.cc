// SPDX-License-Identifier: Apache-2.0
#include "base/text/text.h"

#include <cmath>
#include <cstring>
#include <system_error>

#include "base/text/eight_bytes.h"
#include "base/text/hash.h"

namespace proctape {
namespace {

unsigned byte_at(const char* p) { return static_cast<unsigned char>(*p); }

// Replaces the control characters among the eight bytes at `p`, all at once. False if there are
// bytes that are not ASCII: nothing is done then.
bool make_ascii_printable(char* p, char replacement) {
  const std::uint64_t bytes = eight_bytes(p);
  if (bytes & kHighBits) return false;
  const std::uint64_t control = ascii_controls(bytes);
  if (control == 0) return true;
  const std::uint64_t mask = (control >> 7) * 0xFF;
  const std::uint64_t printable =
      (bytes & ~mask) | (in_each_byte(static_cast<std::uint8_t>(replacement)) & mask);
  std::memcpy(p, &printable, sizeof printable);
  return true;
}

}  // namespace

// RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF.
std::size_t utf8_length(const char* p, const char* end) {
  const unsigned lead = byte_at(p);
  if (lead < 0x80) return 1;
  std::size_t length = 0;
  unsigned low = 0x80;
  unsigned high = 0xBF;
  if (lead >= 0xC2 && lead <= 0xDF) {
    length = 2;
  } else if (lead >= 0xE0 && lead <= 0xEF) {
    length = 3;
    if (lead == 0xE0) low = 0xA0;
    if (lead == 0xED) high = 0x9F;
  } else if (lead >= 0xF0 && lead <= 0xF4) {
    length = 4;
    if (lead == 0xF0) low = 0x90;
    if (lead == 0xF4) high = 0x8F;
  } else {
    return 0;
  }
  if (static_cast<std::size_t>(end - p) < length) return 0;
  if (byte_at(p + 1) < low || byte_at(p + 1) > high) return 0;
  for (std::size_t i = 2; i < length; ++i) {
    if (byte_at(p + i) < 0x80 || byte_at(p + i) > 0xBF) return 0;
  }
  return length;
}

std::optional<std::int64_t> to_number(std::string_view text) {
  const char* end = text.data() + text.size();
  if (text.starts_with('-')) {
    std::int64_t value = 0;
    const auto parsed = std::from_chars(text.data(), end, value);
    if (parsed.ec != std::errc{} || parsed.ptr != end) return std::nullopt;
    return value;
  }
  std::uint64_t value = 0;
  const auto parsed = std::from_chars(text.data(), end, value);
  if (parsed.ec != std::errc{} || parsed.ptr != end) return std::nullopt;
  return static_cast<std::int64_t>(value);
}

bool read_unusual_number(std::string_view& text, std::int64_t& into) {
  std::string_view rest = text;
  std::string_view line = next_line(rest);
  const auto number = next_number(line);
  if (!number) return false;
  into = *number;
  text.remove_prefix(static_cast<std::size_t>(line.data() - text.data()));
  return true;
}

std::optional<float> to_float(std::string_view text) {
  float value = 0;
  const char* end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, value);
  if (parsed.ec != std::errc{} || parsed.ptr != end || !std::isfinite(value)) return std::nullopt;
  return value;
}

std::string_view cut_utf8(std::string_view text, std::size_t limit) {
  if (text.size() <= limit) return text;
  std::size_t cut = limit;
  // A character is at most 4 bytes: step back over its continuation bytes.
  while (cut > 0 && limit - cut < 4 && (byte_at(text.data() + cut) & 0xC0U) == 0x80) --cut;
  if ((byte_at(text.data() + cut) & 0xC0U) == 0x80) cut = limit;  // not UTF-8 at all
  return text.substr(0, cut);
}

std::string marked_name(std::string_view changed, std::string_view original, std::size_t limit) {
  static constexpr std::string_view kDigits = "0123456789abcdef";
  constexpr std::size_t kMark = 1 + 16;
  std::uint64_t digest = hash_of(original);
  digest ^= digest >> 32U;  // names that differ in one letter are the usual case
  std::string name(cut_utf8(changed, limit - kMark));
  name += '~';
  for (int shift = 60; shift >= 0; shift -= 4) name += kDigits[(digest >> shift) & 0xFU];
  return name;
}

std::string valid_utf8(std::string_view text) {
  constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD
  std::string out;
  const char* const end = text.data() + text.size();
  for (const char* p = text.data(); p < end;) {
    const std::size_t length = utf8_length(p, end);
    out += length > 0 ? std::string_view(p, length) : kReplacement;
    p += length > 0 ? length : 1;
  }
  return out;
}

void make_printable_utf8(char* begin, char* end, char replacement) {
  for (char* p = begin; p < end;) {
    if (end - p >= 8 && make_ascii_printable(p, replacement)) {
      p += 8;
      continue;
    }
    const unsigned c = byte_at(p);
    if (c >= 0x20 && c < 0x7F) {
      ++p;
      continue;
    }
    if (c < 0x80) {
      *p++ = replacement;
      continue;
    }
    const std::size_t length = utf8_length(p, end);
    if (length == 0) {
      *p++ = '?';
    } else if (length == 2 && c == 0xC2 && byte_at(p + 1) < 0xA0) {  // U+0080 to U+009F
      *p++ = replacement;
      *p++ = replacement;
    } else {
      p += length;
    }
  }
}

}  // namespace proctape
