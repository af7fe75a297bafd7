// SPDX-License-Identifier: Apache-2.0
#include "daemon/messages/problem_log.h"

#include <gtest/gtest.h>

#include <cstdlib>

#include "daemon/messages/log.h"

namespace proctape {
namespace {

using namespace std::chrono_literals;

TEST(ProblemLog, MissingAndDeniedAreToldOnce) {
  ProblemLog log;
  EXPECT_TRUE(log.is_news("pressure", Error::Kind::kMissing, 0s));
  EXPECT_FALSE(log.is_news("pressure", Error::Kind::kMissing, 48h));
  EXPECT_TRUE(log.is_news("pressure", Error::Kind::kDenied, 48h)) << "another kind is news";
  EXPECT_TRUE(log.is_news("vmstat", Error::Kind::kMissing, 48h)) << "and so is another source";
}

TEST(ProblemLog, MalformedIsToldOnceAnHour) {
  ProblemLog log;
  EXPECT_TRUE(log.is_news("vmstat", Error::Kind::kMalformed, 0s));
  EXPECT_FALSE(log.is_news("vmstat", Error::Kind::kMalformed, 59min));
  EXPECT_TRUE(log.is_news("vmstat", Error::Kind::kMalformed, 60min));
  EXPECT_FALSE(log.is_news("vmstat", Error::Kind::kMalformed, 61min));
}

// "not recorded failed: disks loop0", although nothing had failed.
TEST(ProblemLog, WhatIsNotRecordedIsNamedOnce) {
  ::unsetenv("JOURNAL_STREAM");
  testing::internal::CaptureStderr();
  set_up_logging(Config::LogLevel::kInfo);
  SourceProblem problems[] = {
      {"not recorded", {Error::Kind::kLeftOut, "disks loop0, loop1"}, "disks loop0, loop1"}};
  ProblemLog log;
  log.report(problems, 0s);
  problems[0].news.clear();
  log.report(problems, 1s);
  problems[0].news = "disks loop0, loop1";
  log.report(problems, 48h);
  const std::string text = testing::internal::GetCapturedStderr();
  const auto first = text.find("warning: not recorded: disks loop0, loop1\n");
  ASSERT_NE(first, text.npos) << text;
  EXPECT_EQ(text.find("loop0", first + 40), text.npos) << text;
}

// Nothing was said of what came after the start.
TEST(ProblemLog, WhatComesLaterAndIsNotRecordedIsNamedThen) {
  ::unsetenv("JOURNAL_STREAM");
  testing::internal::CaptureStderr();
  set_up_logging(Config::LogLevel::kInfo);
  ProblemLog log;
  SourceProblem problems[] = {{"not recorded", {Error::Kind::kLeftOut, "disks sr0"}, "disks sr0"}};
  log.report(problems, 0s);
  problems[0].error.message = "disks loop3, sr0";
  problems[0].news = "disks loop3";
  log.report(problems, 1s);
  const std::string text = testing::internal::GetCapturedStderr();
  EXPECT_NE(text.find("warning: not recorded: disks sr0\n"), text.npos) << text;
  EXPECT_NE(text.find("warning: not recorded: disks loop3\n"), text.npos) << text;
}

TEST(ProblemLog, WhatHasNoRoomIsToldOnceForEachVersion) {
  ::unsetenv("JOURNAL_STREAM");
  testing::internal::CaptureStderr();
  set_up_logging(Config::LogLevel::kInfo);
  const LeftOut disks[] = {{"disks", 1023, 477}};
  ProblemLog log;
  log.report(disks, "2.8", 0s);
  log.report(disks, "2.8", 48h);
  log.report(disks, "2.13", 48h);
  const std::string text = testing::internal::GetCapturedStderr();
  const auto first = text.find(
      "warning: disks: a log of version 2.8 has room for 1023 of 1500; the busiest are recorded\n");
  ASSERT_NE(first, text.npos) << text;
  EXPECT_EQ(text.find("version 2.8", first + 60), text.npos) << text;
  EXPECT_NE(text.find("version 2.13"), text.npos) << text;
}

}  // namespace
}  // namespace proctape
