// SPDX-License-Identifier: Apache-2.0
#include "rawlog/retention.h"

#include <gtest/gtest.h>

namespace proctape {
namespace {

using Kind = LogName::Kind;

constexpr LocalDate kToday{2026, 11, 21};
constexpr Bytes kMiB{1 << 20};
constexpr DiskSpace kRoomy{.total = Bytes{100 << 20}, .available = Bytes{90 << 20}};

constexpr Quota kNone;

LogFile file(int month, int day, Count mebibytes, Kind kind = Kind::kDaily, int number = 0) {
  return {{.date = {2026, month, day}, .kind = kind, .number = number}, Bytes{mebibytes << 20}};
}

std::vector<std::string> removed(const RetentionPlan& plan) {
  std::vector<std::string> names;
  for (const Removal& removal : plan.remove) names.push_back(to_string(removal.file.name));
  return names;
}

using Names = std::vector<std::string>;

TEST(Retention, NothingGoesWithoutALimit) {
  const auto plan = plan_retention({file(1, 1, 50), file(2, 1, 50)}, kMiB, kMiB, kToday, kNone,
                                   {.total = Bytes{100 << 20}, .available = Bytes{}});
  EXPECT_EQ(removed(plan), Names{});
  EXPECT_FALSE(plan.still_short);
}

TEST(Retention, AFileIsKeptForMaxAgeDaysAfterItsOwn) {
  Quota quota = kNone;
  quota.max_age_days = 28;
  const auto plan = plan_retention({file(10, 24, 1), file(10, 23, 1), file(11, 20, 1)}, kMiB, kMiB,
                                   kToday, quota, kRoomy);
  ASSERT_EQ(removed(plan), Names{"atop_20261023"});  // 29 days ago
  EXPECT_EQ(plan.remove[0].reason, "is older than 28 days");
}

// One sample of a clock that was wrong for a moment had removed all that was there.
TEST(Retention, AClockThatIsWrongMakesNothingOld) {
  const Quota quota{.max_age_days = 28};
  const std::vector files = {file(10, 24, 1), file(10, 25, 1), file(11, 21, 1)};
  EXPECT_EQ(removed(plan_retention(files, kMiB, kMiB, {2027, 11, 21}, quota, kRoomy)),
            Names{"atop_20261024"})
      << "the next day that would have gone anyway";
}

TEST(Retention, AfterAMonthWithoutPowerWhatIsTooOldGoesWithTheNextDay) {
  const Quota quota{.max_age_days = 10};
  std::vector files = {file(9, 1, 1), file(9, 2, 1)};
  EXPECT_EQ(removed(plan_retention(files, kMiB, kMiB, {2026, 11, 20}, quota, kRoomy)), Names{});
  files.push_back(file(11, 20, 1));
  EXPECT_EQ(removed(plan_retention(files, kMiB, kMiB, kToday, quota, kRoomy)),
            (Names{"atop_20260901", "atop_20260902"}));
}

TEST(Retention, TheOldestGoUntilAllTogetherFit) {
  Quota quota = kNone;
  quota.max_size = Bytes{30 << 20};
  // With the current one and the record 41 MiB.
  const auto plan = plan_retention({file(11, 20, 10), file(11, 18, 10), file(11, 19, 10)},
                                   Bytes{10 << 20}, kMiB, kToday, quota, kRoomy);
  ASSERT_EQ(removed(plan), (Names{"atop_20261118", "atop_20261119"}));
  EXPECT_EQ(plan.remove[0].reason, "is the oldest, and all files together exceed 30 MiB");
}

TEST(Retention, TheOldestGoUntilTheFileSystemHasRoomAgain) {
  Quota quota = kNone;
  quota.min_free_percent = 10;
  const auto plan =
      plan_retention({file(11, 18, 3), file(11, 19, 3), file(11, 20, 3)}, kMiB, kMiB, kToday, quota,
                     {.total = Bytes{100 << 20}, .available = Bytes{6 << 20}});
  ASSERT_EQ(removed(plan), (Names{"atop_20261118", "atop_20261119"}));
  EXPECT_EQ(plan.remove[0].reason, "is the oldest, and the file system has less than 10 % free");
  EXPECT_FALSE(plan.still_short);
}

TEST(Retention, WhatOthersTookCannotBeGivenBack) {
  Quota quota = kNone;
  quota.min_free_percent = 10;
  const auto plan = plan_retention({file(11, 20, 3)}, kMiB, kMiB, kToday, quota,
                                   {.total = Bytes{100 << 20}, .available = Bytes{2 << 20}});
  EXPECT_EQ(removed(plan), Names{"atop_20261120"});
  EXPECT_TRUE(plan.still_short);
}

TEST(Retention, WhatWasSetAsideOfADayGoesBeforeTheDaysFile) {
  Quota quota = kNone;
  quota.max_size = kMiB;
  const auto plan = plan_retention(
      {file(11, 20, 9), file(11, 20, 9, Kind::kSetAside, 2), file(11, 20, 9, Kind::kTornTail, 1),
       file(11, 20, 9, Kind::kSetAside, 1), file(11, 21, 9, Kind::kSetAside, 1)},
      {}, kMiB, kToday, quota, kRoomy);
  EXPECT_EQ(removed(plan), (Names{"atop_20261120.1", "atop_20261120.torn-1", "atop_20261120.2",
                                  "atop_20261120", "atop_20261121.1"}));
}

TEST(Retention, AFileOfTheFutureIsTheNewest) {
  Quota quota{.max_age_days = 1, .max_size = Bytes{5 << 20}, .min_free_percent = 0};
  const auto plan =
      plan_retention({file(12, 31, 3), file(11, 20, 3)}, kMiB, kMiB, kToday, quota, kRoomy);
  EXPECT_EQ(removed(plan), Names{"atop_20261120"});
}

TEST(Retention, AFileMayTakeAQuarterOfAll) {
  EXPECT_EQ(largest_file({.max_size = Bytes{Count{2} << 30}}), Bytes{Count{512} << 20});
  EXPECT_EQ(largest_file(kNone), std::nullopt);
}

}  // namespace
}  // namespace proctape
