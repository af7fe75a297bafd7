// SPDX-License-Identifier: Apache-2.0
#include "base/zeros.h"

#include <gtest/gtest.h>

#include <vector>

namespace proctape {
namespace {

TEST(AllZero, SeesAByteThatIsNoneWhereverItIs) {
  for (const std::size_t size : {1U, 2U, 7U, 64U, 4096U}) {
    std::vector<std::byte> bytes(size);
    EXPECT_TRUE(all_zero(bytes));
    for (const std::size_t at : {std::size_t{0}, size / 2, size - 1}) {
      bytes[at] = std::byte{1};
      EXPECT_FALSE(all_zero(bytes)) << at << " of " << size;
      bytes[at] = std::byte{0};
    }
  }
  EXPECT_TRUE(all_zero({}));
}

}  // namespace
}  // namespace proctape
