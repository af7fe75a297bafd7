// SPDX-License-Identifier: Apache-2.0
#include "base/text.h"

#include <gtest/gtest.h>

#include <string>

namespace proctape {
namespace {

using namespace std::literals;

TEST(Text, LinesAndWordsAreCutOffTheFront) {
  std::string_view text = "one  two\tthree\n\nlast";
  std::string_view line = next_line(text);
  EXPECT_EQ(next_word(line), "one");
  EXPECT_EQ(next_word(line), "two");
  EXPECT_EQ(next_word(line), "three");
  EXPECT_EQ(next_word(line), "");
  EXPECT_EQ(next_line(text), "");
  EXPECT_EQ(next_line(text), "last");
  EXPECT_TRUE(text.empty());
}

TEST(Text, ANumberIsTheWholeText) {
  EXPECT_EQ(to_number("42"), 42);
  EXPECT_EQ(to_number("-7"), -7);
  EXPECT_EQ(to_number("18446744073709551615"), -1) << "unsigned counters wrap";
  for (const auto text : {""sv, " 1"sv, "1 "sv, "1x"sv, "+1"sv, "18446744073709551616"sv}) {
    EXPECT_EQ(to_number(text), std::nullopt) << text;
  }
  EXPECT_EQ(to_float("0.25"), 0.25F);
  EXPECT_EQ(to_float("nan"), std::nullopt);
  EXPECT_EQ(to_float("inf"), std::nullopt);
}

TEST(Text, IsCutBetweenCharacters) {
  EXPECT_EQ(cut_utf8("abc", 3), "abc");
  EXPECT_EQ(cut_utf8("abc", 2), "ab");
  EXPECT_EQ(cut_utf8("a\xc3\xa9", 2), "a");
  EXPECT_EQ(cut_utf8("\xf0\x9f\x98\x80z", 3), "");
  EXPECT_EQ(cut_utf8("\x80\x80\x80\x80\x80\x80", 5).size(), 5U) << "no UTF-8 at all";
}

TEST(Text, IsMadePrintable) {
  const auto printable = [](std::string text) {
    make_printable_utf8(text.data(), text.data() + text.size(), ' ');
    return text;
  };
  EXPECT_EQ(printable("a\tb\x1b\x7f"), "a b  ");
  EXPECT_EQ(printable("\xc3\xa9\xe6\x96\x87\xf0\x9f\x98\x80"),
            "\xc3\xa9\xe6\x96\x87\xf0\x9f\x98\x80");
  EXPECT_EQ(printable("\xc3"), "?") << "cut short";
  EXPECT_EQ(printable("\xc0\xaf"), "??") << "overlong";
  EXPECT_EQ(printable("\xed\xa0\x80"), "???") << "a surrogate";
  EXPECT_EQ(printable("\xf4\x90\x80\x80"), "????") << "above U+10FFFF";
}

}  // namespace
}  // namespace proctape
