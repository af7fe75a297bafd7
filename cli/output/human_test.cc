// SPDX-License-Identifier: Apache-2.0
#include "cli/output/human.h"

#include <gtest/gtest.h>

namespace proctape {
namespace {

TEST(DurationText, HasAtMostTwoUnits) {
  EXPECT_EQ(duration_text(0), "0s");
  EXPECT_EQ(duration_text(59), "59s");
  EXPECT_EQ(duration_text(125), "2m 5s");
  EXPECT_EQ(duration_text(3600), "1h");
  EXPECT_EQ(duration_text(7710), "2h 8m");
  EXPECT_EQ(duration_text(90'061), "1d 1h");
}

TEST(PercentText, OfNothingIsADash) {
  EXPECT_EQ(percent_text(1, 3), "33.3");
  EXPECT_EQ(percent_text(0, 3), "0.0");
  EXPECT_EQ(percent_text(0, 0), "-");
}

TEST(Printable, HasNothingThatDisturbsATerminal) {
  EXPECT_EQ(printable("a\x1b[31mb\n", 20), "a\\u001b[31mb\\n");
  EXPECT_EQ(printable("caf\xc3\xa9s", 4), "caf");
  EXPECT_EQ(printable("\xff", 4), "\\xff");
}

TEST(Aligned, PutsNumbersToTheRight) {
  const std::vector<TextColumn> columns = {{"pid"}, {"name", false}, {"size"}, {"command", false}};
  EXPECT_EQ(aligned(columns, {{"1", "init", "3.0M", "/sbin/init"}, {"4194303", "x", "812B", ""}}),
            "      pid  name  size  command\n"
            "        1  init  3.0M  /sbin/init\n"
            "  4194303  x     812B\n");
}

TEST(Aligned, CutsTheLastColumnWhereTheLineEnds) {
  const std::vector<TextColumn> columns = {{"pid"}, {"command", false}};
  EXPECT_EQ(aligned(columns, {{"1", "/usr/lib/systemd/systemd --system"}}, 20),
            "  pid  command\n"
            "    1  /usr/lib/syst\n");
}

TEST(Aligned, CountsCharactersAndNotBytes) {
  const std::vector<TextColumn> columns = {{"name", false}, {"pid"}};
  EXPECT_EQ(aligned(columns, {{"caf\xc3\xa9", "1"}, {"tea", "22"}}),
            "  name  pid\n"
            "  caf\xc3\xa9    1\n"
            "  tea    22\n");
}

}  // namespace
}  // namespace proctape
