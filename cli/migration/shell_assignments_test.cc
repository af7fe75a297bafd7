// SPDX-License-Identifier: Apache-2.0
#include "cli/migration/shell_assignments.h"

#include <gtest/gtest.h>

namespace proctape {
namespace {

using Values = std::map<std::string, std::string, std::less<>>;
using Problems = std::vector<std::string>;

Values values(std::string_view text) {
  const auto parsed = parse_shell_assignments(text);
  EXPECT_EQ(parsed.problems, Problems{}) << text;
  return parsed.values;
}

Problems problems(std::string_view text) { return parse_shell_assignments(text).problems; }

TEST(ShellAssignments, AreNamesAndValues) {
  EXPECT_EQ(values("# a comment\n\nLOGINTERVAL=600\n LOGPATH=/var/log/atop # behind\nEMPTY=\n"),
            (Values{{"LOGINTERVAL", "600"}, {"LOGPATH", "/var/log/atop"}, {"EMPTY", ""}}));
  EXPECT_EQ(values(""), Values{});
}

TEST(ShellAssignments, TheLastOfANameCounts) {
  EXPECT_EQ(values("A=1\nA=2"), (Values{{"A", "2"}}));
}

TEST(ShellAssignments, QuotesKeepBlanksAndAreNoPartOfTheValue) {
  EXPECT_EQ(values(R"(A="-R -W"
B='x "y" $z # no comment'
C=a' b '"c"d
D="")"),
            (Values{{"A", "-R -W"}, {"B", "x \"y\" $z # no comment"}, {"C", "a b cd"}, {"D", ""}}));
}

TEST(ShellAssignments, ABackslashTakesTheMeaningOfWhatFollows) {
  EXPECT_EQ(values("A=a\\ b\\\"\nB=\"\\$x \\\" \\n\"\nC=1\\\n2\nD=\"1\\\n2\""),
            (Values{{"A", "a b\""}, {"B", "$x \" \\n"}, {"C", "12"}, {"D", "12"}}));
  EXPECT_EQ(values("A=x\\"), (Values{{"A", "x"}}));
}

TEST(ShellAssignments, SeveralMayStandOnALine) {
  EXPECT_EQ(values("export A=1; B=2 C=3"), (Values{{"A", "1"}, {"B", "2"}, {"C", "3"}}));
}

TEST(ShellAssignments, ANumberSignWithinAWordIsNoComment) {
  EXPECT_EQ(values("A=x#y"), (Values{{"A", "x#y"}}));
}

TEST(ShellAssignments, LinesOfOtherSystemsEndWithACarriageReturn) {
  EXPECT_EQ(values("A=1\r\nB=\"2\"\r\n"), (Values{{"A", "1"}, {"B", "2"}}));
}

TEST(ShellAssignments, WhatOnlyAShellCanTellIsAProblem) {
  EXPECT_EQ(problems("A=1\nB=$HOME/log\nC=\"`date`\"\nD=$(id)"),
            (Problems{"line 2: B: only a shell can tell what $HOME/log is",
                      "line 3: C: only a shell can tell what `date` is",
                      "line 4: D: only a shell can tell what $(id) is"}));
  EXPECT_EQ(parse_shell_assignments("A=$B\nC=1").values, (Values{{"C", "1"}}));
}

TEST(ShellAssignments, WhatIsNoAssignmentIsAProblemAndSkipped) {
  EXPECT_EQ(
      problems("if true; then\nA=1\nfi\n1A=2\n= 3"),
      (Problems{
          "line 1: expected NAME=value, found 'if'", "line 3: expected NAME=value, found 'fi'",
          "line 4: expected NAME=value, found '1A=2'", "line 5: expected NAME=value, found '='"}));
}

TEST(ShellAssignments, OpenQuotesAreAProblemAndNoValue) {
  const auto parsed = parse_shell_assignments("A=1\nB=\"2\nC=3\n");
  EXPECT_EQ(parsed.problems, (Problems{"line 2: B: the quotes are not closed"}));
  EXPECT_EQ(parsed.values, (Values{{"A", "1"}}));
}

}  // namespace
}  // namespace proctape
