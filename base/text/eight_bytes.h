// SPDX-License-Identifier: Apache-2.0
//
// Eight characters of a text at a time, as one number: for loops over text that are executed so
// often that one character at a time is too slow.
#pragma once

#include <cstdint>
#include <cstring>

namespace proctape {

// The eight bytes at `p`. The first is the lowest, as on all machines that the log is for.
inline std::uint64_t eight_bytes(const char* p) {
  std::uint64_t bytes = 0;
  std::memcpy(&bytes, p, sizeof bytes);
  return bytes;
}

constexpr std::uint64_t in_each_byte(std::uint8_t value) { return 0x0101010101010101U * value; }

// Set in each byte that is not ASCII. The functions below answer with such bits, too.
constexpr std::uint64_t kHighBits = in_each_byte(0x80);

// Which bytes are `c`, and which are decimal digits. A byte that is not ASCII is neither, and
// carries into those behind it, which may be told wrong.
constexpr std::uint64_t bytes_equal(std::uint64_t bytes, char c) {
  const auto differences = bytes ^ in_each_byte(static_cast<std::uint8_t>(c));
  return ~((differences + in_each_byte(0x7F)) | differences) & kHighBits;
}
constexpr std::uint64_t decimal_digits(std::uint64_t bytes) {
  const auto values = bytes ^ in_each_byte('0');
  return ~((values + in_each_byte(0x80 - 10)) | values) & kHighBits;
}

// Which are control characters, if all are ASCII. The high bit lends where it is subtracted from,
// and keeps the loan from the next byte.
constexpr std::uint64_t ascii_controls(std::uint64_t bytes) {
  const std::uint64_t below_space = ~((bytes | kHighBits) - in_each_byte(' ')) & kHighBits;
  return below_space | bytes_equal(bytes, '\x7F');
}

// How many bits there are in what these functions answer.
constexpr unsigned count_bytes(std::uint64_t high_bits) {
  return static_cast<unsigned>((high_bits >> 7) * in_each_byte(1) >> 56);
}

}  // namespace proctape
