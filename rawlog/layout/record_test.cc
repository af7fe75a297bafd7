// SPDX-License-Identifier: Apache-2.0
#include "rawlog/layout/record.h"

#include <gtest/gtest.h>

#include <random>

#include "rawlog/layout/task_record.h"

namespace proctape {
namespace {

// Reads what `bytes` say, and writes it, by the list of steps, and by what the compiler made of the
// table.
template <const auto& Table>
void expect_same(std::mt19937& random) {
  static_assert(kIsCompiled<Table>);
  constexpr std::int64_t kPageSize = 4096;
  for (const Version version : kVersions) {
    const Record<TableSource<Table>> listed(Table, version, {});
    for (int round = 0; round < 20; ++round) {
      std::vector<std::byte> bytes(listed.size());
      for (std::byte& byte : bytes) byte = static_cast<std::byte>(random());
      TableSource<Table> source;
      listed.decode(bytes.data(), kPageSize, source);

      TableSource<Table> read_by_code;
      record_of<Table>(version).decode(bytes.data(), kPageSize, read_by_code);
      ASSERT_EQ(source, read_by_code) << to_string(version);

      std::vector<std::byte> by_list(listed.size());
      std::vector<std::byte> by_code(listed.size());
      listed.encode(source, kPageSize, by_list.data());
      record_of<Table>(version).encode(source, kPageSize, by_code.data());
      ASSERT_EQ(by_list, by_code) << to_string(version);
      ASSERT_NE(by_list, std::vector<std::byte>(listed.size()));
    }
  }
}

TEST(Record, ACompiledTableReadsAndWritesWhatTheListOfItsMembersDoes) {
  std::mt19937 random(1);
  expect_same<kTaskGen>(random);
  expect_same<kTaskCpu>(random);
  expect_same<kTaskDsk>(random);
  expect_same<kTaskMem>(random);
  expect_same<kTaskNet>(random);
  expect_same<kTaskGpu>(random);
}

}  // namespace
}  // namespace proctape
