// SPDX-License-Identifier: Apache-2.0
//
// What tokens are going to cost, roughly, before the codes of their block are known.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "rawlog/codec/deflate_block.h"
#include "rawlog/codec/deflate_tokens.h"

namespace proctape::deflate {

class Costs {
 public:
  // Those of a typical block of tasks.
  Costs();
  // Those of a block with these codes.
  explicit Costs(const Codes& codes);

  // In bits.
  int literal(std::byte byte) const { return literals_[std::to_integer<std::size_t>(byte)]; }
  int match(std::size_t length, std::size_t distance) const {
    return lengths_[length] + distances_[symbol_of_distance(distance).symbol];
  }

 private:
  std::array<std::uint8_t, 256> literals_;
  std::array<std::uint8_t, kLongestMatch + 1> lengths_;
  std::array<std::uint8_t, kDistanceSymbols> distances_;
};

}  // namespace proctape::deflate
