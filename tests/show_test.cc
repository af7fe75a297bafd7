// SPDX-License-Identifier: Apache-2.0
//
// The real proctape as it is asked: what it says of words it does not know, the same numbers as
// text, CSV and JSON, chosen processes, samples as they are recorded by the real proctaped, and
// logs that are given away.
#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>
#include <vector>

#include "tests/support/log_files.h"
#include "tests/support/logs.h"
#include "tests/support/run.h"
#include "tests/support/settings.h"
#include "tests/support/time_zone.h"

namespace proctape {
namespace {

Finished proctape(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), PROCTAPE);
  return run(arguments);
}

std::vector<std::string> lines_in(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != text.npos; }

TEST(Words, ThatAreUnknownAreNamedWithTheNearest) {
  const struct {
    std::vector<std::string> words;
    std::string said;
  } cases[] = {
      {{"shwo"}, "did you mean show?"},
      {{}, "there are info, show"},
      {{"show", "--wdie"}, "--wdie; did you mean --wide?"},
      {{"show", "procesess"}, "no topic and no log is called procesess; did you mean processes?"},
      {{"show", "processes", "--sort", "resdent", log_path("atop-2.13")},
       "processes has no column resdent; did you mean resident?"},
      {{"show", "--step", "soon", log_path("atop-2.13")}, "expected a duration such as 10m"},
      {{"show", "--command", "a(", log_path("atop-2.13")}, "\"a(\" is no regular expression"},
      {{"show", "--user", "nobody-is-called-so", log_path("atop-2.13")}, "give the number"},
      {{"help", "shwo"}, "there is no subcommand shwo; did you mean show?"},
  };
  for (const auto& one : cases) {
    const Finished done = proctape(one.words);
    EXPECT_EQ(done.exit_code, 2) << one.said;
    EXPECT_TRUE(has(done.err, one.said)) << done.err;
  }
}

TEST(Words, HelpAndVersionAreThereInSeveralWays) {
  EXPECT_EQ(proctape({"help"}).out, proctape({"--help"}).out);
  EXPECT_EQ(proctape({"help", "show"}).out, proctape({"show", "--help"}).out);
  EXPECT_EQ(proctape({"-V"}).out, proctape({"--version"}).out);
}

TEST(Words, ErrorsAreJsonWhereTheAnswerWouldBe) {
  const Finished done = proctape({"show", "--json", "/nonexistent/\"log"});
  EXPECT_EQ(done.exit_code, 3);
  EXPECT_EQ(done.err, "{\"error\":\"open /nonexistent/\\\"log: No such file or directory\"}\n");
}

class ShowTest : public testing::Test {
 protected:
  TimeZone utc_{"UTC"};
  std::string log_ = log_path("atop-2.13");
};

TEST_F(ShowTest, OnlyChosenProcesses) {
  for (const std::vector<std::string>& chosen : {std::vector<std::string>{"--pid", "19"},
                                                 {"--name", "burn*"},
                                                 {"--command", "burn [0-9]$"}}) {
    std::vector<std::string> words = {"show", "processes", "--csv", log_};
    words.insert(words.end(), chosen.begin(), chosen.end());
    const auto lines = lines_in(proctape(words).out);
    ASSERT_EQ(lines.size(), 2U) << chosen[0];
    EXPECT_TRUE(lines[1].starts_with("19,0,85.666667,2.57,")) << lines[1];
  }
  const auto dumped = proctape({"dump", "--pid", "19", "--fields", "tasks.gen.name", log_});
  EXPECT_EQ(std::ranges::count(dumped.out, '\n'), 2 * 4);
  EXPECT_TRUE(has(dumped.out, "tasks[1].gen.name text burner\n"));
}

TEST_F(ShowTest, PartsOfThePeriodAddUpToTheWhole) {
  const auto column = [](const std::string& line, std::size_t number) {
    std::istringstream fields(line);
    std::string field;
    for (std::size_t i = 0; i <= number; ++i) std::getline(fields, field, ',');
    return field.empty() ? 0.0 : std::stod(field);
  };
  const auto whole = lines_in(proctape({"show", "users", "--csv", log_}).out);
  double sum = 0;
  for (std::size_t i = 1; i < whole.size(); ++i) sum += column(whole[i], 1);
  EXPECT_GT(sum, 5);
  for (const std::vector<std::string>& parts :
       {std::vector<std::string>{"--each"}, {"--step", "2s"}, {"--step", "1h"}}) {
    std::vector<std::string> words = {"show", "users", "--csv", log_};
    words.insert(words.end(), parts.begin(), parts.end());
    const auto lines = lines_in(proctape(words).out);
    EXPECT_TRUE(lines[0].starts_with("time,cpu_percent,cpu_time_seconds,")) << lines[0];
    double of_parts = 0;
    for (std::size_t i = 1; i < lines.size(); ++i) of_parts += column(lines[i], 2);
    EXPECT_NEAR(of_parts, sum, 1e-6) << parts.back();
  }
}

TEST_F(ShowTest, SortsByAnyColumn) {
  const auto names = [&](const std::string& by) {
    std::string found;
    for (const std::string& line :
         lines_in(proctape({"show", "programs", "--csv", "--sort", by, "--top", "2", log_}).out)) {
      found += line.substr(line.rfind(',') + 1) + ' ';
    }
    return found;
  };
  EXPECT_EQ(names("cpu"), "name burner victim ");
  EXPECT_EQ(names("cpu_time_seconds"), "name burner victim ");
  EXPECT_TRUE(names("ended").starts_with("name shortlived ")) << names("ended");
  EXPECT_TRUE(names("+name").starts_with("name zombie writer ")) << names("+name");
}

TEST(Watch, ShowsEachSampleAsItIsRecorded) {
  const TestDirectory logs;
  const SettingsFile settings("state_file = 'off'\n[process]\nlock_memory = false\n");
  Program daemon({PROCTAPED, "--config", settings.path().string(), "--log-dir",
                  logs.path().string(), "--interval", "200ms", "--samples", "40"});
  ASSERT_TRUE(eventually([&] { return !first_log(logs.path()).empty(); })) << daemon.err();
  const auto watched =
      proctape({"show", "programs", "--watch", "--count", "3", "--csv", logs.path().string()});
  EXPECT_EQ(watched.exit_code, 0) << watched.err;
  std::size_t ours = 0;
  for (const std::string& line : lines_in(watched.out))
    ours += line.ends_with(",proctaped") ? 1 : 0;
  EXPECT_EQ(ours, 3U) << watched.out;
}

// A log that is attached to a report tells nobody whose it is.
TEST(Anonymise, LeavesNoNamesAndKeepsTheNumbers) {
  const TestDirectory directory;
  for (const std::string name : {"atop-2.13", "atop-2.8", "atop-2.11"}) {
    const std::string log = log_path(name);
    const std::string out = (directory.path() / name).string();
    const auto cut = proctape({"cut", "--anonymise", log, "-o", out});
    ASSERT_EQ(cut.exit_code, 0) << cut.err;
    const auto before = proctape({"dump", log}).out;
    const auto after = proctape({"dump", out}).out + proctape({"info", out}).out;
    EXPECT_TRUE(has(before, "/opt/fixture")) << name;
    EXPECT_FALSE(has(after, "fixture")) << name;
    const auto of = [&](const std::string& from) {
      return proctape({"dump", "--fields", "tasks.cpu.*,tasks.mem.*,sstat.cpu.*", from}).out;
    };
    EXPECT_EQ(of(out), of(log)) << name;
    EXPECT_EQ(proctape({"check", out}).exit_code, 0);
  }
}

}  // namespace
}  // namespace proctape
