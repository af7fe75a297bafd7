// SPDX-License-Identifier: Apache-2.0
#include "daemon/self/own_cost.h"

#include <gtest/gtest.h>

#include <vector>

namespace proctape {
namespace {

using namespace std::chrono_literals;

TEST(OwnCost, CountsTheCpuTimeOfThisProcess) {
  OwnCost cost(0s);
  const auto before = cost.user() + cost.system();
  timespec now{};
  timespec begin{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &begin);
  do {
    ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  } while ((now.tv_sec - begin.tv_sec) * 1'000'000'000 + now.tv_nsec - begin.tv_nsec < 50'000'000);
  cost.look(1s);
  EXPECT_GE(cost.last(), 40ms);
  EXPECT_EQ(cost.user() + cost.system() - before, cost.last());
  EXPECT_NEAR(cost.last_share(), std::chrono::duration<double>(cost.last()).count(), 1e-9);
  cost.look(2s);
  EXPECT_LT(cost.last(), 40ms);
  EXPECT_GE(cost.share(), 0.02);
}

TEST(OwnCost, SeesItsMemory) {
  OwnCost cost(0s);
  const Bytes before = cost.resident();
  ASSERT_GT(before, Bytes{1 << 20});
  const std::vector<char> memory(std::size_t{64} << 20U, 'x');
  cost.look(1s);
  EXPECT_GE(cost.resident() - before, Bytes{60 << 20});
  EXPECT_GE(cost.most_resident(), cost.resident());
}

}  // namespace
}  // namespace proctape
