// SPDX-License-Identifier: Apache-2.0
//
// Huffman codes as deflate has them (RFC 1951, 3.2.2): canonical, of limited length, and
// stored with the first bit lowest.
#pragma once

#include <cstdint>
#include <span>

namespace proctape {

// The longest code of literals, lengths and distances, and of the code for code lengths.
inline constexpr unsigned kMostCodeBits = 15;
inline constexpr unsigned kMostCodeLengthBits = 7;

struct HuffmanCode {
  std::uint16_t bits = 0;   // as they are written, the first one lowest
  std::uint8_t length = 0;  // 0: the symbol does not occur
};

// Makes the code for symbols that occur `counts` times each, with at most `limit` bits. A single
// symbol that occurs gets one bit; at most 2^limit may occur, and at most 288 are there. `codes`
// is as long as `counts`.
void make_huffman_codes(std::span<const std::uint32_t> counts, unsigned limit,
                        std::span<HuffmanCode> codes);

// Gives symbols whose lengths are set their bits.
void set_canonical_bits(std::span<HuffmanCode> codes);

}  // namespace proctape
