// SPDX-License-Identifier: Apache-2.0
#include "collector/system/hugepages.h"

#include <gtest/gtest.h>

#include "collector/system/meminfo.h"
#include "tests/support/fixtures.h"
#include "tests/support/source_reader.h"

namespace proctape {
namespace {

TEST(Hugepages, ThePoolOfTheSizeThatIsNotTheDefault) {
  SourceReader reader(fixture("debian-12-server"));
  ASSERT_TRUE(reader.read(read_meminfo));
  ASSERT_TRUE(reader.read(read_hugepages));
  const Memory& memory = reader.system().memory;
  EXPECT_EQ(memory.huge_size, kibibytes(2048));
  EXPECT_EQ(memory.other_huge_size, kibibytes(1048576));
  EXPECT_EQ(memory.other_huge_total, 4);
  EXPECT_EQ(memory.other_huge_free, 1);
}

TEST(Hugepages, NothingIfThereIsOnlyTheDefaultSize) {
  SourceReader reader(fixture("rhel-8"));
  ASSERT_TRUE(reader.read(read_meminfo));
  ASSERT_TRUE(reader.read(read_hugepages));
  EXPECT_EQ(reader.system().memory.other_huge_size, Bytes{0});
}

TEST(Hugepages, OfSeveralOtherSizesTheLargest) {
  const std::vector<std::string> arm = {"hugepages-1048576kB", "hugepages-2048kB",
                                        "hugepages-32768kB", "hugepages-64kB"};
  EXPECT_EQ(largest_other_size(arm, kibibytes(2048)), kibibytes(1048576));
  EXPECT_EQ(largest_other_size(arm, kibibytes(1048576)), kibibytes(32768));
}

TEST(Hugepages, NamesThatAreNoPoolsAreSkipped) {
  EXPECT_EQ(
      largest_other_size({"hugepages-kB", "hugepages--64kB", "hugepages-9223372036854775807kB",
                          "hugepages-64MB", "hugepages-", "kB", "x"},
                         kibibytes(2048)),
      Bytes{0});
}

TEST(Hugepages, KernelWithoutThem) {
  SourceReader reader(fixture("minimal"));
  ASSERT_TRUE(reader.read(read_meminfo));
  const auto read = reader.read(read_hugepages);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().kind, Error::Kind::kMissing);
}

}  // namespace
}  // namespace proctape
