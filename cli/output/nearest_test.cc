// SPDX-License-Identifier: Apache-2.0
#include "cli/output/nearest.h"

#include <gtest/gtest.h>

#include <vector>

namespace proctape {
namespace {

const std::vector<std::string> kWords = {"show", "dump", "processes", "programs"};

TEST(Nearest, FindsWhatWasMeant) {
  EXPECT_EQ(nearest("shwo", kWords), "show");
  EXPECT_EQ(nearest("procesess", kWords), "processes");
  EXPECT_EQ(nearest("proc", kWords), "processes");
  EXPECT_EQ(nearest("program", kWords), "programs");
}

TEST(Nearest, DoesNotGuessWildly) {
  EXPECT_EQ(nearest("tea", kWords), "");
  EXPECT_EQ(nearest("", kWords), "");
  EXPECT_EQ(nearest(std::string(1'000'000, 'p'), kWords), "");
  EXPECT_EQ(suggestion("tea", kWords), "");
  EXPECT_EQ(suggestion("dmp", kWords), "; did you mean dump?");
}

}  // namespace
}  // namespace proctape
