// SPDX-License-Identifier: Apache-2.0
//
// Ends of processes in the logs that each atop release recorded, beside what that release printed
// of them; events and single processes of the same logs.
#include <gtest/gtest.h>
#include <time.h>

#include <algorithm>
#include <ctime>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "tests/support/logs.h"
#include "tests/support/run.h"

namespace proctape {
namespace {

std::vector<std::vector<std::string>> rows_of(const std::string& csv) {
  std::vector<std::vector<std::string>> rows;
  std::istringstream lines(csv);
  for (std::string line; std::getline(lines, line);) {
    auto& row = rows.emplace_back();
    std::istringstream cells(line);
    for (std::string cell; std::getline(cells, cell, ',');) row.push_back(cell);
  }
  return rows;
}

// By pid and start: the exit code, 256 more than a signal.
using Ends = std::map<std::string, int>;

Ends printed_by_atop(const std::string& name) {
  Ends ends;
  std::istringstream lines(read_text(std::string(FIXTURES) + "/logs/" + name + ".P.txt"));
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::vector<std::string> word;
    for (std::string each; words >> each;) word.push_back(each);
    // PRG host epoch date time interval pid (name) state ruid rgid tgid threads exit start
    constexpr std::size_t kPid = 6, kState = 8, kExit = 13, kStart = 14;
    if (word.size() <= kStart || word[0] != "PRG" || word[kState] != "E") continue;
    int code = std::stoi(word[kExit]);
    // It prints the wait status and what else it keeps in that member.
    if (name.starts_with("atop-2.3")) {
      code = (code & 0x7F) != 0 ? 256 + (code & 0x7F) : (code >> 8) & 0xFF;
    }
    ends[word[kPid] + '@' + word[kStart]] = code;
  }
  return ends;
}

class ShowExits : public testing::TestWithParam<std::string> {};

TEST_P(ShowExits, AreThoseThatAtopShows) {
  const auto shown = run({PROCTAPE, "show", "exits", "--utc", "--csv", log_path(GetParam())});
  EXPECT_EQ(shown.exit_code, 0) << shown.err;
  const auto rows = rows_of(shown.out);
  ASSERT_FALSE(rows.empty());
  const auto column = [&](const std::string& name) {
    return static_cast<std::size_t>(std::ranges::find(rows[0], name) - rows[0].begin());
  };
  const auto pid = column("pid"), code = column("exit_code"), signal = column("signal"),
             started = column("started"), status = column("status");
  ASSERT_LT(started, rows[0].size());
  Ends ends;
  for (std::size_t i = 1; i < rows.size(); ++i) {
    std::tm tm{};
    ASSERT_TRUE(strptime(rows[i][started].c_str(), "%Y-%m-%dT%H:%M:%SZ", &tm));
    if (rows[i][status] == "unknown") continue;
    ends[rows[i][pid] + '@' + std::to_string(timegm(&tm))] =
        rows[i][signal].empty() ? std::stoi(rows[i][code]) : 256 + std::stoi(rows[i][signal]);
  }
  EXPECT_EQ(ends, printed_by_atop(GetParam()));
}

TEST_P(ShowExits, AndEventsNameThoseThatWereKilled) {
  Count killed = 0;
  for (const auto& [who, code] : printed_by_atop(GetParam())) killed += code == 256 + 9 ? 1 : 0;
  const auto shown = run({PROCTAPE, "show", "events", "--csv", log_path(GetParam())});
  EXPECT_EQ(shown.exit_code, 0) << shown.err;
  Count told = 0;
  bool began = false;
  for (const auto& row : rows_of(shown.out)) {
    ASSERT_GE(row.size(), 6) << shown.out;
    if (row[3] == "signal" && row[4] == "shortlived") told += std::stoi(row[2]);
    began = began || row[3] == "began";
  }
  EXPECT_EQ(told, killed) << shown.out;
  EXPECT_TRUE(began);
}

INSTANTIATE_TEST_SUITE_P(Logs, ShowExits, testing::ValuesIn(log_names()), test_name);

TEST(ShowProcess, IsOneOfTheLogFromItsStartToItsEnd) {
  const std::string log = log_path("atop-2.13");
  const auto shown = run({PROCTAPE, "show", "process", "victim", log});
  EXPECT_EQ(shown.exit_code, 0) << shown.err;
  for (const char* text : {"Process\n", "exit 0", "2.60s", "ended: exit 0", "E "}) {
    EXPECT_NE(shown.out.find(text), std::string::npos) << text << " in\n" << shown.out;
  }
  const auto none = run({PROCTAPE, "show", "process", "victims", log});
  EXPECT_EQ(none.exit_code, 0);
  EXPECT_NE(none.out.find("near it are victim"), std::string::npos) << none.out;
  EXPECT_EQ(run({PROCTAPE, "show", "process"}).exit_code, 2);
}

TEST(ShowOverview, TellsOfEvents) {
  const auto shown = run({PROCTAPE, "show", log_path("atop-2.13")});
  EXPECT_NE(shown.out.find("\nEvents\n"), std::string::npos) << shown.out;
  EXPECT_NE(shown.out.find("shortlived died by SIGKILL"), std::string::npos) << shown.out;
}

}  // namespace
}  // namespace proctape
