// SPDX-License-Identifier: Apache-2.0
#include "cli/view/csv_text.h"

#include <gtest/gtest.h>

namespace proctape {
namespace {

std::string field(std::string_view text) {
  std::string out;
  append_csv_text(out, text);
  return out;
}

TEST(CsvText, QuotesWhatWouldEndAField) {
  EXPECT_EQ(field("plain"), "plain");
  EXPECT_EQ(field("a,b"), "\"a,b\"");
  EXPECT_EQ(field("say \"x\""), "\"say \"\"x\"\"\"");
  EXPECT_EQ(field("a\nb"), "a\\nb");
}

// A name that a spreadsheet would run.
TEST(CsvText, FormulasAreText) {
  EXPECT_EQ(field("=1+1"), "\"'=1+1\"");
  EXPECT_EQ(field("@SUM(A1)"), "\"'@SUM(A1)\"");
  EXPECT_EQ(field("-bash"), "\"'-bash\"");
  EXPECT_EQ(field("a=b"), "a=b");
}

}  // namespace
}  // namespace proctape
