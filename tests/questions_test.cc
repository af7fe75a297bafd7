// SPDX-License-Identifier: Apache-2.0
//
// The commands of docs/QUESTIONS.md, run by the real proctape on a log that the real atop wrote:
// each is known, answers, and finds what it asks for.
#include <gtest/gtest.h>

#include <regex>
#include <sstream>

#include "tests/support/logs.h"
#include "tests/support/run.h"
#include "tests/support/time_zone.h"

namespace proctape {
namespace {

struct Row {
  std::string question;
  std::string command;
};

std::vector<Row> rows() {
  std::vector<Row> found;
  std::istringstream lines(read_text(std::string(SOURCE_DIR) + "/docs/QUESTIONS.md"));
  const std::regex row("\\| (.*\\?) \\| `(proctape .*)` \\|");
  std::smatch match;
  for (std::string line; std::getline(lines, line);) {
    if (std::regex_match(line, match, row)) found.push_back({match[1], match[2]});
  }
  return found;
}

// Words as a shell would have them, with the log's own times, and the log.
std::vector<std::string> words_of(const std::string& command, const std::string& out) {
  std::vector<std::string> words;
  const std::regex word("'([^']*)'|([^ ]+)");
  for (auto at = std::sregex_iterator(command.begin(), command.end(), word);
       at != std::sregex_iterator(); ++at) {
    words.push_back((*at)[1].matched ? (*at)[1].str() : (*at)[2].str());
  }
  for (std::string& each : words) {
    if (each == "proctape") each = PROCTAPE;
    if (each == "LOG") each = log_path("atop-2.13");
    if (each == "OUT") each = out;
    if (each == "03:00") each = "04:39:13";
    if (each == "03:17") each = "04:39:14";
    if (each == "04:00") each = "04:39:15";
  }
  return words;
}

TEST(Questions, AreAnsweredByTheCommandBesideThem) {
  const TimeZone utc("UTC");
  const TestDirectory directory;
  const auto all = rows();
  EXPECT_GE(all.size(), 40U);
  for (const Row& row : all) {
    if (row.command.find("--watch") != row.command.npos) continue;  // follower_test, watch_test
    const std::string out = (directory.path() / "out").string();
    std::filesystem::remove(out);
    const auto words = words_of(row.command, out);
    const Finished done = run(words);
    EXPECT_EQ(done.exit_code, 0) << row.question << '\n' << row.command << '\n' << done.err;
    const bool writes = row.command.ends_with("OUT");
    EXPECT_TRUE(writes ? std::filesystem::exists(out) : !done.out.empty()) << row.command;
  }
}

}  // namespace
}  // namespace proctape
