// SPDX-License-Identifier: Apache-2.0
#include "rawlog/codec/zeroed_block.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <span>

namespace proctape {
namespace {

constexpr std::size_t kSize = 1'000'001;

bool all_zero(std::span<const std::byte> bytes) {
  return std::ranges::all_of(bytes, [](std::byte b) { return b == std::byte{0}; });
}

TEST(ZeroedBlock, IsZeroAtFirst) {
  ZeroedBlock block;
  const auto bytes = block.get(kSize);
  EXPECT_EQ(bytes.size(), kSize);
  EXPECT_TRUE(all_zero(bytes));
}

TEST(ZeroedBlock, IsZeroAgainWhateverWasWritten) {
  ZeroedBlock block;
  // Single bytes at the borders of pages and of the block.
  for (const std::size_t at : {std::size_t{0}, std::size_t{4095}, std::size_t{4096}, kSize - 1}) {
    block.get(kSize)[at] = std::byte{1};
    EXPECT_TRUE(all_zero(block.get(kSize))) << at;
  }
  std::ranges::fill(block.get(kSize), std::byte{0xff});
  EXPECT_TRUE(all_zero(block.get(kSize)));
}

TEST(ZeroedBlock, ChangesItsSize) {
  ZeroedBlock block;
  std::ranges::fill(block.get(kSize), std::byte{1});
  EXPECT_EQ(block.get(10).size(), 10U);
  EXPECT_TRUE(all_zero(block.get(2 * kSize)));
  std::ranges::fill(block.get(2 * kSize), std::byte{1});
  EXPECT_TRUE(all_zero(block.get(kSize)));
}

TEST(ZeroedBlock, KeepsItsMemory) {
  ZeroedBlock block;
  const std::byte* const before = block.get(kSize).data();
  EXPECT_EQ(block.get(kSize).data(), before);
}

}  // namespace
}  // namespace proctape
