// SPDX-License-Identifier: Apache-2.0
//
// Writes tokens as a block of a deflate stream (RFC 1951, 3.2.4 to 3.2.7).
#pragma once

#include <array>
#include <cstddef>
#include <span>

#include "rawlog/codec/bit_writer.h"
#include "rawlog/codec/deflate_tokens.h"
#include "rawlog/codec/huffman.h"

namespace proctape::deflate {

struct Codes {
  std::array<HuffmanCode, kLiteralSymbols> literals;
  std::array<HuffmanCode, kDistanceSymbols> distances;
};

// The codes that suit the tokens best.
void make_codes(const Tokens& tokens, Codes& codes);

// Writes a block: with `codes`, which make_codes() made of these tokens, or with the fixed ones,
// or `plain` as it is, whichever takes least. `plain` is what the tokens stand for; empty if it is
// not known, or too long.
void write_block(const Tokens& tokens, const Codes& codes, std::span<const std::byte> plain,
                 bool last, BitWriter& out);

// The longest `plain`.
inline constexpr std::size_t kMostStored = 65535;

}  // namespace proctape::deflate
