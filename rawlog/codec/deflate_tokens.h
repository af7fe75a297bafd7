// SPDX-License-Identifier: Apache-2.0
//
// What deflate makes of bytes (RFC 1951, 3.2.5): literals, and matches with what came before.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace proctape::deflate {

inline constexpr std::size_t kShortestMatch = 3;
inline constexpr std::size_t kLongestMatch = 258;
inline constexpr std::size_t kFarthestMatch = 32768;

inline constexpr std::size_t kEndOfBlock = 256;
inline constexpr std::size_t kLiteralSymbols = 286;  // bytes, the end of the block, lengths
inline constexpr std::size_t kDistanceSymbols = 30;

// A symbol stands for a range; which of it, the extra bits that follow tell.
struct Symbol {
  std::uint16_t symbol;
  std::uint16_t extra;
  std::uint8_t extra_bits;
};

// The ranges double with each pair of symbols. 1 to kFarthestMatch.
constexpr Symbol symbol_of_distance(std::size_t distance) {
  const auto value = static_cast<unsigned>(distance - 1);
  if (value < 4) return {static_cast<std::uint16_t>(value), 0, 0};
  const auto bits = static_cast<unsigned>(std::bit_width(value)) - 2;
  return {static_cast<std::uint16_t>(2 * bits + (value >> bits)),
          static_cast<std::uint16_t>(value & ((1U << bits) - 1)), static_cast<std::uint8_t>(bits)};
}

// The ranges double with each four symbols. kShortestMatch to kLongestMatch.
constexpr Symbol symbol_of_length(std::size_t length) {
  if (length == kLongestMatch) return {285, 0, 0};
  const auto value = static_cast<unsigned>(length - kShortestMatch);
  if (value < 8) return {static_cast<std::uint16_t>(257 + value), 0, 0};
  const auto bits = static_cast<unsigned>(std::bit_width(value)) - 3;
  return {static_cast<std::uint16_t>(257 + 4 * bits + (value >> bits)),
          static_cast<std::uint16_t>(value & ((1U << bits) - 1)), static_cast<std::uint8_t>(bits)};
}

inline constexpr auto kLengthSymbols = [] {
  std::array<Symbol, kLongestMatch + 1> symbols{};
  for (std::size_t l = kShortestMatch; l <= kLongestMatch; ++l) symbols[l] = symbol_of_length(l);
  return symbols;
}();

struct Token {
  // As distance: `length` matches of kLongestMatch bytes at distance 1.
  static constexpr std::uint16_t kRun = 0xFFFF;

  std::uint16_t length;    // or the literal byte
  std::uint16_t distance;  // 0 for a literal
};

// The tokens of a block to be written.
class Tokens {
 public:
  static constexpr std::size_t kMost = 16384;
  static constexpr std::size_t kLongestRun = 0xFFFF;

  Tokens() { tokens_.reserve(kMost); }

  // Then no more may be added.
  bool full() const { return tokens_.size() == kMost; }
  std::span<const Token> all() const { return tokens_; }
  bool has_run() const { return has_run_; }
  // How often each symbol occurs, but for the end of the block.
  std::span<const std::uint32_t, kLiteralSymbols> literals() const { return literals_; }
  std::span<const std::uint32_t, kDistanceSymbols> distances() const { return distances_; }

  void add_literal(std::byte byte) {
    const auto value = std::to_integer<std::uint16_t>(byte);
    ++literals_[value];
    tokens_.push_back({value, 0});
  }
  void add_match(std::size_t length, std::size_t distance) {
    ++literals_[kLengthSymbols[length].symbol];
    ++distances_[symbol_of_distance(distance).symbol];
    tokens_.push_back({static_cast<std::uint16_t>(length), static_cast<std::uint16_t>(distance)});
  }
  // 1 to kLongestRun matches of kLongestMatch bytes at distance 1.
  void add_run(std::size_t count) {
    literals_[kLengthSymbols[kLongestMatch].symbol] += static_cast<std::uint32_t>(count);
    distances_[0] += static_cast<std::uint32_t>(count);
    tokens_.push_back({static_cast<std::uint16_t>(count), Token::kRun});
    has_run_ = true;
  }
  void clear() {
    has_run_ = false;
    tokens_.clear();
    literals_.fill(0);
    distances_.fill(0);
  }

 private:
  std::vector<Token> tokens_;
  bool has_run_ = false;
  std::array<std::uint32_t, kLiteralSymbols> literals_{};
  std::array<std::uint32_t, kDistanceSymbols> distances_{};
};

}  // namespace proctape::deflate
