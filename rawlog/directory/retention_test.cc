// SPDX-License-Identifier: Apache-2.0
#include "rawlog/directory/retention.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace proctape {
namespace {

using FileKind = LogName::Kind;

constexpr LocalDate kToday{2026, 11, 21};
constexpr Bytes kMiB{1 << 20};
constexpr DiskSpace kRoomy{.total = Bytes{100 << 20}, .available = Bytes{90 << 20}};
constexpr Count kSecondsADay = 86400;
constexpr Count kNow = 1000 * kSecondsADay;  // in recorded time

constexpr Quota kNone;

// Of which only the name tells the age.
LogFile file(int month, int day, Count mebibytes, FileKind kind = FileKind::kDaily,
             int number = 0) {
  const Bytes size{mebibytes << 20};
  return {.name = {.date = {2026, month, day}, .kind = kind, .number = number},
          .size = size,
          .gives_back = size,
          .recorded = {}};
}

// Whose last record is so many days old.
LogFile recorded(LogFile file, double days_ago) {
  file.recorded = Seconds{kNow - static_cast<Count>(days_ago * kSecondsADay)};
  return file;
}

RetentionMoment moment(const DiskSpace& space = kRoomy) {
  return {.today = kToday, .recorded = Seconds{kNow}, .day_passed = true, .space = space};
}

RetentionMoment believed(Count available_mebibytes) {
  RetentionMoment now =
      moment({.total = Bytes{100 << 20}, .available = Bytes{available_mebibytes << 20}});
  now.shortage_believed = true;
  return now;
}

std::vector<std::string> removed(const RetentionPlan& plan) {
  std::vector<std::string> names;
  for (const Removal& removal : plan.remove) names.push_back(to_string(removal.file.name));
  return names;
}

using Names = std::vector<std::string>;

TEST(Retention, NothingGoesWithoutALimit) {
  RetentionMoment now = believed(0);
  now.no_space = true;
  const auto plan = plan_retention({file(1, 1, 50), file(2, 1, 50)}, kMiB, kMiB, kNone, now);
  EXPECT_EQ(removed(plan), Names{});
  EXPECT_FALSE(plan.is_short);
}

TEST(Retention, AFileIsKeptForMaxAgeDaysOfRecordingWhateverItsName) {
  const Quota quota{.max_age_days = 28};
  const auto plan = plan_retention({recorded(file(11, 20, 1), 28.1), recorded(file(1, 1, 1), 27.9),
                                    recorded(file(12, 31, 1), 2)},
                                   kMiB, kMiB, quota, moment());
  ASSERT_EQ(removed(plan), Names{"atop_20261120"});
  EXPECT_EQ(plan.remove[0].reason, "is older than 28 days");
}

TEST(Retention, OfFilesWhoseAgeOnlyTheirNameTellsOneDateGoesWithEachDayOfRecording) {
  const Quota quota{.max_age_days = 28};
  const std::vector files = {file(10, 23, 1), file(10, 22, 1),
                             file(10, 22, 1, FileKind::kSetAside, 1), file(11, 20, 1)};
  RetentionMoment now = moment();
  EXPECT_EQ(removed(plan_retention(files, kMiB, kMiB, quota, now)),
            (Names{"atop_20261022.1", "atop_20261022"}));
  now.day_passed = false;
  EXPECT_EQ(removed(plan_retention(files, kMiB, kMiB, quota, now)), Names{});
}

TEST(Retention, TheOldestGoUntilAllTogetherFit) {
  const Quota quota{.max_size = Bytes{30 << 20}};
  // With the current one and the record 41 MiB.
  const auto plan = plan_retention({file(11, 20, 10), file(11, 18, 10), file(11, 19, 10)},
                                   Bytes{10 << 20}, kMiB, quota, moment());
  ASSERT_EQ(removed(plan), (Names{"atop_20261118", "atop_20261119"}));
  EXPECT_EQ(plan.remove[0].reason, "is the oldest, and all files together exceed 30 MiB");
}

TEST(Retention, TheOldestAreThoseThatWereRecordedFirstWhateverTheClockSaidThen) {
  const Quota quota{.max_size = Bytes{12 << 20}};
  // A board without a clock of its own began today in 2026-01.
  const auto plan =
      plan_retention({recorded(file(1, 1, 5), 0.1), recorded(file(11, 19, 5), 2), file(11, 20, 5)},
                     kMiB, kMiB, quota, moment());
  EXPECT_EQ(removed(plan), Names{"atop_20261120"}) << "nobody knows when";
}

TEST(Retention, WhatWasSetAsideOfADayGoesBeforeTheDaysFile) {
  const Quota quota{.max_size = kMiB};
  const auto plan = plan_retention(
      {file(11, 20, 9), file(11, 20, 9, FileKind::kSetAside, 2),
       file(11, 20, 9, FileKind::kTornTail, 1), file(11, 20, 9, FileKind::kSetAside, 1),
       file(11, 21, 9, FileKind::kSetAside, 1)},
      {}, kMiB, quota, moment());
  EXPECT_EQ(removed(plan), (Names{"atop_20261120.1", "atop_20261120.torn-1", "atop_20261120.2",
                                  "atop_20261120", "atop_20261121.1"}));
}

TEST(Retention, AFileMayTakeAQuarterOfAll) {
  EXPECT_EQ(largest_file({.max_size = Bytes{Count{2} << 30}}), Bytes{Count{512} << 20});
  EXPECT_EQ(largest_file(kNone), std::nullopt);
}

// ---- min_free

constexpr Quota kTenPercent{.min_free_percent = 10, .min_keep_days = 2};

std::vector<LogFile> ten_days() {
  std::vector<LogFile> files;
  for (int day = 11; day <= 20; ++day) files.push_back(file(11, day, 3));
  return files;
}

TEST(Retention, AShortageThatIsNotBelievedCostsNothing) {
  RetentionMoment now = believed(2);
  now.shortage_believed = false;
  const auto plan = plan_retention(ten_days(), kMiB, kMiB, kTenPercent, now);
  EXPECT_EQ(removed(plan), Names{});
  EXPECT_TRUE(plan.is_short);
}

TEST(Retention, TheOldestGoUntilTheFileSystemHasRoomAgain) {
  const auto plan = plan_retention(ten_days(), kMiB, kMiB, kTenPercent, believed(6));
  ASSERT_EQ(removed(plan), (Names{"atop_20261111", "atop_20261112"}));
  EXPECT_EQ(plan.remove[0].reason, "is the oldest, and the file system has less than 10 % free");
  EXPECT_FALSE(plan.is_short);
}

// 20 of 21 logs went because of a file of somebody else, and made no difference.
TEST(Retention, WhatOthersTookCannotBeGivenBack) {
  const auto plan = plan_retention({file(11, 18, 3)}, kMiB, kMiB, kTenPercent, believed(2));
  EXPECT_EQ(removed(plan), Names{});
  EXPECT_TRUE(plan.is_short);
}

TEST(Retention, NoMoreGoThanAreNeeded) {
  const auto plan = plan_retention({file(11, 1, 1), file(11, 2, 1), file(11, 3, 6), file(11, 4, 9),
                                    file(11, 5, 9), file(11, 19, 1), file(11, 20, 1)},
                                   kMiB, kMiB, kTenPercent, believed(5));
  EXPECT_EQ(removed(plan), Names{"atop_20261103"}) << "which makes the room alone";
}

TEST(Retention, MinKeepProtectsTheLastDaysByWhateverTellsThem) {
  Quota quota = kTenPercent;
  quota.min_keep_days = 3;
  const auto kept = [&](std::vector<LogFile> files) {
    return removed(plan_retention(std::move(files), kMiB, kMiB, quota, believed(10))).empty();
  };
  EXPECT_TRUE(kept({file(1, 1, 5), file(1, 2, 5), file(1, 3, 5)})) << "the last that there are";
  const std::vector newer = {recorded(file(11, 19, 1), 2), recorded(file(11, 20, 1), 1),
                             recorded(file(11, 20, 1, FileKind::kSetAside, 1), 1.2)};
  const auto with = [&](const LogFile& file) {
    auto files = newer;
    files.push_back(file);
    files.push_back(recorded(LogFile(file), 100));  // of the same date
    return files;
  };
  EXPECT_TRUE(kept(with(recorded(file(1, 1, 5), 2.5)))) << "by recorded time";
  EXPECT_FALSE(
      kept({recorded(file(1, 1, 5), 9), recorded(file(11, 17, 1), 3.5), newer[0], newer[1]}))
      << "older ones go";
}

TEST(Retention, NoMoreThanHalfOfWhatMayGoGoesAtOnce) {
  // Of eight that may go four make 12 MiB.
  EXPECT_EQ(plan_retention(ten_days(), {}, {}, kTenPercent, believed(-2)).remove.size(), 4U);
  EXPECT_EQ(plan_retention(ten_days(), {}, {}, kTenPercent, believed(-3)).remove.size(), 0U);
}

TEST(Retention, WhereNoRecordCanBeWrittenAndNoRoomBeMadeTheOldestGoes) {
  RetentionMoment now = believed(0);
  now.space.total = Bytes{1000 << 20};
  now.no_space = true;
  EXPECT_EQ(removed(plan_retention(ten_days(), kMiB, kMiB, kTenPercent, now)),
            Names{"atop_20261111"});
  now.space.available = Bytes{900 << 20};  // a quota of the user's
  EXPECT_EQ(removed(plan_retention(ten_days(), kMiB, kMiB, kTenPercent, now)),
            Names{"atop_20261111"});
}

TEST(Retention, ALinkThatLeavesTheFileThereMakesNoRoom) {
  auto files = ten_days();
  files[0].gives_back = {};
  EXPECT_EQ(removed(plan_retention(files, kMiB, kMiB, kTenPercent, believed(9))),
            Names{"atop_20261112"});
}

// What a disk may look like, at random: nothing goes for nothing, nor what is to be kept.
TEST(Retention, OfAnyDiskOnlyWhatIsNeededGoesForMinFree) {
  std::mt19937 random(20261121);
  const auto upto = [&](Count most) {
    return std::uniform_int_distribution<Count>(0, most)(random);
  };
  int removals = 0;
  for (int round = 0; round < 20'000; ++round) {
    std::vector<LogFile> files;
    const Count count = upto(12);
    for (Count i = 0; i < count; ++i) {
      LogFile one = file(11, static_cast<int>(20 - i), upto(8));
      if (upto(3) > 0) one = recorded(one, static_cast<double>(i + 1));
      files.push_back(one);
    }
    const Quota quota{.min_free_percent = 1 + upto(30), .min_keep_days = upto(4)};
    const RetentionMoment now = believed(upto(40));
    const auto plan = plan_retention(files, kMiB, kMiB, quota, now);
    const Bytes floor{now.space.total.value / 100 * quota.min_free_percent};
    Bytes free = now.space.available - kMiB;
    const bool was_short = free < floor;
    for (const Removal& removal : plan.remove) free += removal.file.gives_back;
    ASSERT_EQ(plan.is_short, free < floor);
    if (plan.remove.empty()) continue;
    ++removals;
    ASSERT_TRUE(was_short);
    ASSERT_GE(free, floor) << "what goes makes the room";
    for (const Removal& removal : plan.remove) {
      ASSERT_LT(free - removal.file.gives_back, floor) << "and each of them is needed";
      const auto younger = std::ranges::count_if(
          files, [&](const LogFile& other) { return other.name.date > removal.file.name.date; });
      ASSERT_TRUE(younger >= quota.min_keep_days || removal.file.recorded ||
                  std::ranges::any_of(files, [](const LogFile& f) { return bool(f.recorded); }));
      if (removal.file.recorded) {
        ASSERT_GE(kNow - removal.file.recorded->value, quota.min_keep_days * kSecondsADay);
      }
    }
  }
  EXPECT_GT(removals, 1000);
}

}  // namespace
}  // namespace proctape
