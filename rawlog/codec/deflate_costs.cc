// SPDX-License-Identifier: Apache-2.0
#include "rawlog/codec/deflate_costs.h"

namespace proctape::deflate {
namespace {

// Symbols that the last block did not have may occur in the next.
constexpr std::uint8_t kUnused = 12;

}  // namespace

Costs::Costs() {
  literals_.fill(8);
  literals_[0] = 4;
  for (int c = '0'; c <= '9'; ++c) literals_[static_cast<std::size_t>(c)] = 6;
  lengths_.fill(0);
  for (std::size_t l = kShortestMatch; l <= kLongestMatch; ++l) {
    lengths_[l] = static_cast<std::uint8_t>((l < 11 ? 5 : 6) + kLengthSymbols[l].extra_bits);
  }
  lengths_[kLongestMatch] = 4;
  for (std::size_t i = 0; i < distances_.size(); ++i) {
    distances_[i] = static_cast<std::uint8_t>(6 + (i < 4 ? 0 : i / 2 - 1));
  }
  distances_[0] = 3;
  distances_[symbol_of_distance(968).symbol] = 2 + 8;
}

Costs::Costs(const Codes& codes) {
  const auto cost = [](HuffmanCode code, unsigned extra) {
    return static_cast<std::uint8_t>((code.length == 0 ? kUnused : code.length) + extra);
  };
  for (std::size_t i = 0; i < literals_.size(); ++i) literals_[i] = cost(codes.literals[i], 0);
  lengths_.fill(0);
  for (std::size_t l = kShortestMatch; l <= kLongestMatch; ++l) {
    const Symbol symbol = kLengthSymbols[l];
    lengths_[l] = cost(codes.literals[symbol.symbol], symbol.extra_bits);
  }
  for (std::size_t i = 0; i < distances_.size(); ++i) {
    distances_[i] = cost(codes.distances[i], static_cast<unsigned>(i < 4 ? 0 : i / 2 - 1));
  }
}

}  // namespace proctape::deflate
