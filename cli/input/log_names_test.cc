// SPDX-License-Identifier: Apache-2.0
#include "cli/input/log_names.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "tests/support/test_host.h"
#include "tests/support/time_zone.h"

namespace proctape {
namespace {

constexpr Seconds kSaid{1795242753};  // 2026-11-21 06:32:33 UTC
constexpr Days kSaidOn{{2026, 11, 21}, {2026, 11, 21}};

using Names = std::vector<std::string>;

class LogNames : public testing::Test {
 protected:
  LogNames() {
    for (const char* name :
         {"atop_20261119", "atop_20261120.2", "atop_20261120", "atop_20261120.10",
          "atop_20261120.torn-1", "atop_20261121", "atop_20261118.gz", "atop_20261117",
          "atop_20261117.gz", "notes", "daily.log"}) {
      directory_.write(name, "");
    }
  }

  // Without the directory.
  std::vector<std::string> found(const std::vector<std::string>& names) const {
    auto logs = find_logs(names, kSaidOn, directory_.path().string(), kSaid);
    EXPECT_EQ(logs.problems, Names{});
    const std::string prefix = directory_.path().string() + '/';
    for (std::string& log : logs.paths) {
      if (log.starts_with(prefix)) log.erase(0, prefix.size());
    }
    return logs.paths;
  }
  std::string problem(const std::vector<std::string>& names) const {
    const auto logs = find_logs(names, kSaidOn, directory_.path().string(), kSaid);
    EXPECT_EQ(logs.paths, Names{});
    return logs.problems.empty() ? "" : logs.problems[0];
  }

  TimeZone utc_{"UTC"};
  TestDirectory directory_;
};

TEST_F(LogNames, NoneIsTodays) { EXPECT_EQ(found({}), Names{"atop_20261121"}); }

TEST_F(LogNames, OfDaysAreAllLogsOfThatDayInTheOrderOfTime) {
  const Names yesterday = {"atop_20261120.2", "atop_20261120.10", "atop_20261120"};
  for (const char* name : {"y", "yesterday", "2026-11-20", "20261120"}) {
    EXPECT_EQ(found({name}), yesterday) << name;
  }
  EXPECT_EQ(found({"yy"}), Names{"atop_20261119"});
  EXPECT_EQ(found({"today"}), Names{"atop_20261121"});
  EXPECT_EQ(found({"yyy", "today"}), (Names{"atop_20261118.gz", "atop_20261121"}));
}

TEST_F(LogNames, NoneIsThoseOfTheDaysThatAreAskedFor) {
  const auto of = [&](const Days& days) {
    return find_logs({}, days, directory_.path().string(), kSaid);
  };
  EXPECT_EQ(of({{2026, 11, 19}, {2026, 11, 30}}).paths.size(), 5U);
  EXPECT_EQ(of({{2026, 12, 1}, {2026, 12, 3}}).problems,
            Names{directory_.path().string() + ": expected a log of 2026-12-01 to 2026-12-03, "
                                               "found logs of 2026-11-17 to 2026-11-21"});
}

TEST_F(LogNames, OfADirectoryAreAllItsLogs) {
  EXPECT_EQ(found({directory_.path().string()}),
            (Names{"atop_20261117", "atop_20261118.gz", "atop_20261119", "atop_20261120.2",
                   "atop_20261120.10", "atop_20261120", "atop_20261121"}));
}

TEST_F(LogNames, OfFilesAreThose) {
  const std::string notes = (directory_.path() / "notes").string();
  EXPECT_EQ(found({notes, "-"}), (Names{"notes", "-"}));
  EXPECT_EQ(found({"./nowhere"}), Names{"./nowhere"}) << "who opens it tells";
}

TEST_F(LogNames, AFileIsTakenForThatWhateverItsName) {
  const auto before = std::filesystem::current_path();
  directory_.write("inner/y", "");
  std::filesystem::current_path(directory_.path() / "inner");
  EXPECT_EQ(found({"y"}), Names{"y"});
  std::filesystem::current_path(before);
}

TEST_F(LogNames, ThatMeanNothingAreToldWithWhatWouldBe) {
  EXPECT_EQ(problem({"nowhere"}),
            "nowhere: no such file; expected a log, a directory of logs, a day (2026-11-21, today, "
            "yesterday, y, yy), or -");
  EXPECT_EQ(problem({"10:00"}).find("10:00: no such file"), 0U);
  EXPECT_EQ(problem({"2026-10-01"}), directory_.path().string() +
                                         ": expected a log of 2026-10-01, found logs of 2026-11-17 "
                                         "to 2026-11-21");
  const std::string empty = (directory_.path() / "empty").string();
  std::filesystem::create_directory(empty);
  EXPECT_EQ(problem({empty}), empty + ": expected logs (atop_YYYYMMDD), found none");
}

}  // namespace
}  // namespace proctape
