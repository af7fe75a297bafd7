// SPDX-License-Identifier: Apache-2.0
#include "rawlog/codec/huffman.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace proctape {
namespace {

constexpr std::size_t kMostSymbols = 288;

struct Leaf {
  std::uint32_t count;
  std::uint16_t symbol;
};

// The number of leaves at each depth of the Huffman tree over `leaves`, which are sorted by
// count; what lies deeper than `limit` is counted there.
std::array<std::uint32_t, kMostCodeBits + 1> count_depths(std::span<const Leaf> leaves,
                                                          unsigned limit) {
  // Inner nodes are made in the order of their counts, so both queues are sorted: the leaves
  // and the inner nodes that have no parent yet.
  struct Node {
    std::uint64_t count;
    std::uint16_t parent;
  };
  std::array<Node, kMostSymbols> inner;
  std::array<std::uint16_t, kMostSymbols> parent_of_leaf;
  const std::size_t inner_count = leaves.size() - 1;
  std::size_t next_leaf = 0;
  std::size_t next_inner = 0;
  for (std::size_t made = 0; made < inner_count; ++made) {
    inner[made].count = 0;
    for (int child = 0; child < 2; ++child) {
      const bool take_leaf =
          next_leaf < leaves.size() &&
          (next_inner == made || leaves[next_leaf].count <= inner[next_inner].count);
      if (take_leaf) {
        inner[made].count += leaves[next_leaf].count;
        parent_of_leaf[next_leaf++] = static_cast<std::uint16_t>(made);
      } else {
        inner[made].count += inner[next_inner].count;
        inner[next_inner++].parent = static_cast<std::uint16_t>(made);
      }
    }
  }
  // Parents stand behind their children. The depth is kept where the count was.
  inner[inner_count - 1].count = 0;
  for (std::size_t i = inner_count - 1; i-- > 0;) inner[i].count = inner[inner[i].parent].count + 1;
  std::array<std::uint32_t, kMostCodeBits + 1> depths{};
  for (std::size_t i = 0; i < leaves.size(); ++i) {
    ++depths[std::min<std::uint64_t>(inner[parent_of_leaf[i]].count + 1, limit)];
  }
  return depths;
}

// Makes depths that were cut off at `limit` those of a tree again.
void balance(std::array<std::uint32_t, kMostCodeBits + 1>& depths, unsigned limit) {
  // How much of the code space is used, in codes of `limit` bits.
  std::uint32_t used = 0;
  for (unsigned d = 1; d <= limit; ++d) used += depths[d] << (limit - d);
  while (used > 1U << limit) {
    // A leaf of the deepest level below the limit becomes a pair with one of those at the limit.
    unsigned d = limit - 1;
    while (depths[d] == 0) --d;
    --depths[d];
    depths[d + 1] += 2;
    --depths[limit];
    --used;
  }
}

constexpr std::uint16_t reversed(unsigned code, unsigned length) {
  unsigned out = 0;
  for (unsigned i = 0; i < length; ++i) out |= (code >> i & 1U) << (length - 1 - i);
  return static_cast<std::uint16_t>(out);
}

}  // namespace

void set_canonical_bits(std::span<HuffmanCode> codes) {
  std::array<unsigned, kMostCodeBits + 1> of_length{};
  for (const HuffmanCode& code : codes) ++of_length[code.length];
  of_length[0] = 0;
  std::array<unsigned, kMostCodeBits + 1> next{};
  for (unsigned d = 1; d <= kMostCodeBits; ++d) next[d] = (next[d - 1] + of_length[d - 1]) << 1U;
  for (HuffmanCode& code : codes) {
    if (code.length != 0) code.bits = reversed(next[code.length]++, code.length);
  }
}

void make_huffman_codes(std::span<const std::uint32_t> counts, unsigned limit,
                        std::span<HuffmanCode> codes) {
  std::array<Leaf, kMostSymbols> storage;
  std::size_t used = 0;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    codes[i] = {};
    if (counts[i] != 0) storage[used++] = {counts[i], static_cast<std::uint16_t>(i)};
  }
  const auto leaves = std::span(storage).first(used);
  if (leaves.empty()) return;
  if (leaves.size() == 1) {
    codes[leaves[0].symbol].length = 1;
    return;
  }
  std::ranges::sort(leaves, [](const Leaf& a, const Leaf& b) {
    return a.count != b.count ? a.count < b.count : a.symbol < b.symbol;
  });
  auto depths = count_depths(leaves, limit);
  balance(depths, limit);
  // The rarest get the longest.
  std::size_t next = 0;
  for (unsigned d = limit; d > 0; --d) {
    for (std::uint32_t i = 0; i < depths[d]; ++i) {
      codes[leaves[next++].symbol].length = static_cast<std::uint8_t>(d);
    }
  }
  set_canonical_bits(codes);
}

}  // namespace proctape
