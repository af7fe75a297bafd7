// SPDX-License-Identifier: Apache-2.0
#include "daemon/start/start_memory.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <fstream>
#include <regex>
#include <string>

namespace proctape {
namespace {

// Resident memory of this process that is pages of files.
std::int64_t file_kibibytes() {
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;) {
    std::int64_t value = 0;
    if (word == "RssFile:" && status >> value) return value;
  }
  return -1;
}

// Uses much of a library, and tables of it that were relocated.
bool matches() { return std::regex_match("proctape", std::regex("(p|q)roc[a-z]{4}")); }

TEST(StartMemory, IsLessAfterwardsAndTheProgramGoesOn) {
  ASSERT_TRUE(matches());
  const auto before = file_kibibytes();
  ASSERT_GT(before, 0);
  give_back_start_memory();
  EXPECT_LT(file_kibibytes(), before * 3 / 4);
  EXPECT_TRUE(matches());
}

}  // namespace
}  // namespace proctape
