// SPDX-License-Identifier: Apache-2.0
#include "rawlog/codec/huffman.h"

#include <gtest/gtest.h>

#include <random>
#include <vector>

namespace proctape {
namespace {

std::vector<HuffmanCode> codes_for(const std::vector<std::uint32_t>& counts,
                                   unsigned limit = kMostCodeBits) {
  std::vector<HuffmanCode> codes(counts.size());
  make_huffman_codes(counts, limit, codes);
  return codes;
}

std::vector<int> lengths(const std::vector<HuffmanCode>& codes) {
  std::vector<int> out;
  for (const HuffmanCode& code : codes) out.push_back(code.length);
  return out;
}

// What of the code space is used, in codes of the greatest length.
std::uint64_t space_used(const std::vector<HuffmanCode>& codes) {
  std::uint64_t used = 0;
  for (const HuffmanCode& code : codes) {
    if (code.length != 0) used += 1U << (kMostCodeBits - code.length);
  }
  return used;
}

TEST(Huffman, NoSymbolNoCode) { EXPECT_EQ(lengths(codes_for({0, 0})), (std::vector{0, 0})); }

TEST(Huffman, ASingleSymbolGetsOneBit) {
  const auto codes = codes_for({0, 5, 0});
  EXPECT_EQ(lengths(codes), (std::vector{0, 1, 0}));
  EXPECT_EQ(codes[1].bits, 0);
}

TEST(Huffman, FrequentSymbolsAreShort) {
  EXPECT_EQ(lengths(codes_for({1, 1, 2, 4})), (std::vector{3, 3, 2, 1}));
  EXPECT_EQ(lengths(codes_for({10, 10, 10, 10})), (std::vector{2, 2, 2, 2}));
}

TEST(Huffman, CodesAreCanonicalAndBeginWithTheLowestBit) {
  // The example of RFC 1951, 3.2.2: lengths 3, 3, 3, 3, 3, 2, 4, 4 are 010, 011, 100, 101, 110,
  // 00, 1110, 1111.
  std::vector<HuffmanCode> codes(8);
  const int given[] = {3, 3, 3, 3, 3, 2, 4, 4};
  for (std::size_t i = 0; i < 8; ++i) codes[i].length = static_cast<std::uint8_t>(given[i]);
  set_canonical_bits(codes);
  std::vector<int> bits;
  for (const HuffmanCode& code : codes) bits.push_back(code.bits);
  EXPECT_EQ(bits, (std::vector{0b010, 0b110, 0b001, 0b101, 0b011, 0b00, 0b0111, 0b1111}));
}

TEST(Huffman, NoCodeIsLongerThanTheLimit) {
  // Counts like Fibonacci's numbers make the deepest tree that there is.
  std::vector<std::uint32_t> counts = {1, 1};
  while (counts.size() < 44) counts.push_back(counts.back() + counts[counts.size() - 2]);
  for (const unsigned limit : {7U, 15U}) {
    const auto codes = codes_for(counts, limit);
    for (std::size_t i = 0; i < codes.size(); ++i) {
      EXPECT_GE(codes[i].length, 1);
      EXPECT_LE(codes[i].length, limit);
      EXPECT_LE(codes[i].length, codes[i == 0 ? 0 : i - 1].length);
    }
    EXPECT_EQ(space_used(codes), 1U << kMostCodeBits) << limit;
  }
}

TEST(Huffman, AsManySymbolsAsTheLimitAllows) {
  const auto codes = codes_for(std::vector<std::uint32_t>(128, 1), 7);
  for (const HuffmanCode& code : codes) EXPECT_EQ(code.length, 7);
}

TEST(Huffman, TheCodeSpaceIsUsedUpWhateverTheCounts) {
  std::mt19937 random(3);
  for (int round = 0; round < 2000; ++round) {
    std::vector<std::uint32_t> counts(2 + random() % 287);
    for (std::uint32_t& count : counts) {
      count = static_cast<std::uint32_t>(random() >> random() % 32);
    }
    counts[0] = counts[1] = 1;
    EXPECT_EQ(space_used(codes_for(counts)), 1U << kMostCodeBits) << round;
  }
}

}  // namespace
}  // namespace proctape
