// SPDX-License-Identifier: Apache-2.0
#include "daemon/problem_log.h"

#include <gtest/gtest.h>

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

}  // namespace
}  // namespace proctape
