// SPDX-License-Identifier: Apache-2.0
#include "report/plot/trails.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace proctape {
namespace {

constexpr double kMebibyte = 1024.0 * 1024;

Shot shot_with(Count pid, double cpu, double resident) {
  Shot shot;
  shot.pid = pid;
  shot.started = {100};
  shot.cpu = cpu;
  shot.resident = resident;
  shot.virtual_size = 2 * resident;
  return shot;
}

TEST(Trails, AddUpCpuTimeAndHavePointsWhereSomethingChanges) {
  Trails trails;
  const auto add = [&](Count time, double cpu, double resident) {
    trails.add(shot_with(1, cpu, resident), {time}, 10, false);
    trails.end();
  };
  add(10, 50, kMebibyte);
  add(20, 100, kMebibyte);
  for (Count time = 30; time <= 90; time += 10) add(time, 0, kMebibyte);
  add(100, 0, 2 * kMebibyte);
  ASSERT_EQ(trails.all().size(), 1U);
  const Trail& trail = trails.all().front();
  EXPECT_DOUBLE_EQ(trail.cpu, 15);
  EXPECT_EQ(trail.most_resident, 2 * kMebibyte);
  // Two that move, where it stood until, and the last.
  ASSERT_EQ(trail.points.size(), 4U);
  EXPECT_EQ(trail.points[2].time, Seconds{90});
  EXPECT_EQ(trail.points[2].interest, 0);
  EXPECT_EQ(trail.points[3].time, Seconds{100});
  EXPECT_GT(trail.points[3].interest, 0.1F);
}

TEST(Trails, OfWhatHasEndedKeepTheMemoryThatItHad) {
  Trails trails;
  trails.add(shot_with(1, 10, 8 * kMebibyte), {10}, 10, false);
  Shot last = shot_with(1, 10, 0);
  last.ended = true;
  trails.add(last, {20}, 10, false);
  const Trail& trail = trails.all().front();
  EXPECT_TRUE(trail.ended);
  EXPECT_EQ(trail.points.back().resident, static_cast<float>(8 * kMebibyte));
}

TEST(Trails, OfAPidThatComesAgainAreTwo) {
  Trails trails;
  trails.add(shot_with(1, 10, kMebibyte), {10}, 10, false);
  Shot other = shot_with(1, 10, kMebibyte);
  other.started = {500};
  trails.add(other, {510}, 10, true);
  EXPECT_EQ(trails.all().size(), 2U);
}

TEST(Trails, ForgetThoseThatUsedLeast) {
  Trails trails(100, 1000);
  for (Count pid = 1; pid <= 5000; ++pid) {
    Shot shot = shot_with(pid, pid % 50 == 0 ? 90 : 1, kMebibyte);
    shot.ended = true;
    trails.add(shot, {pid}, 10, true);
    trails.end();
  }
  EXPECT_TRUE(trails.has_forgotten());
  EXPECT_LE(trails.all().size(), 100U);
  const auto busy = std::ranges::count_if(trails.all(), [](const Trail& t) { return t.cpu > 5; });
  EXPECT_GT(busy, 70) << "those that used much are among the rest";
}

TEST(Trails, OfManySamplesAreThinnedOut) {
  Trails trails(100, 1000);
  for (Count time = 10; time <= 100'000; time += 10) {
    trails.add(shot_with(1, 50, kMebibyte), {time}, 10, false);
    trails.end();
  }
  const Trail& trail = trails.all().front();
  EXPECT_LE(trail.points.size(), 1001U);
  EXPECT_EQ(trail.points.front().time, Seconds{10});
  EXPECT_DOUBLE_EQ(trail.cpu, 50'000);
}

}  // namespace
}  // namespace proctape
