// SPDX-License-Identifier: Apache-2.0
#include "base/text/text.h"

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

TEST(Text, ANumberIsReadWithinItsLine) {
  std::string_view text = " \t12  -3\t18446744073709551615\n4";
  std::int64_t number = 0;
  ASSERT_TRUE(read_number(text, number));
  EXPECT_EQ(number, 12);
  ASSERT_TRUE(read_number(text, number));
  EXPECT_EQ(number, -3);
  ASSERT_TRUE(read_number(text, number));
  EXPECT_EQ(number, -1) << "unsigned counters wrap";
  EXPECT_FALSE(read_number(text, number));
  EXPECT_EQ(number, -1) << "as it was";
  EXPECT_EQ(text, "\n4");
}

TEST(Text, WhatIsReadAsANumberIsTheWholeWord) {
  for (const auto word : {"0"sv, "42"sv, "9999999999999999999"sv, "10000000000000000000"sv,
                          "18446744073709551616"sv, "000000000000000000000007"sv, "-1"sv, "--1"sv,
                          "-"sv, "+1"sv, "1x"sv, "x1"sv, "1\r"sv, "1:"sv, ""sv}) {
    for (const auto behind : {""sv, " "sv, "\t2"sv, "\n"sv, " kB\n3"sv}) {
      const std::string line = std::string(word) + std::string(behind);
      std::string_view text = line;
      std::int64_t number = 0;
      const auto expected = word.empty() && behind != "\t2"sv ? std::nullopt
                            : word.empty()                    ? std::optional<std::int64_t>(2)
                                                              : to_number(word);
      EXPECT_EQ(read_number(text, number), expected.has_value()) << line;
      EXPECT_EQ(number, expected.value_or(0)) << line;
    }
  }
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
  EXPECT_EQ(printable("eight of\tthem\x7fto\x1fthe "), "eight of them to the ");
  EXPECT_EQ(printable("1234567\x80\t234567\xc3\xa9\t"), "1234567? 234567\xc3\xa9 ");
  EXPECT_EQ(printable("\xc2\x9b\xc2\x85\xc2\xa0"), "    \xc2\xa0") << "C1";
  EXPECT_EQ(printable("\xc3"), "?") << "cut short";
  EXPECT_EQ(printable("\xc0\xaf"), "??") << "overlong";
  EXPECT_EQ(printable("\xed\xa0\x80"), "???") << "a surrogate";
  EXPECT_EQ(printable("\xf4\x90\x80\x80"), "????") << "above U+10FFFF";
}

TEST(Text, BytesThatAreNoUtf8AreReplacedForJson) {
  EXPECT_EQ(valid_utf8("a\"\n\\\xe9\u00e9"), "a\"\n\\\uFFFD\u00e9");
}

TEST(Text, EightControlCharactersAtOnceAreThoseOneByOne) {
  for (int c = 0; c < 0x80; ++c) {
    for (std::size_t at = 0; at < 8; ++at) {
      std::string text = "\x01 ~\x1f\x7f@  ";
      text[at] = static_cast<char>(c);
      std::string expected = text;
      for (char& one : expected) make_printable_utf8(&one, &one + 1, '?');
      make_printable_utf8(text.data(), text.data() + text.size(), '?');
      ASSERT_EQ(text, expected) << c << " at " << at;
    }
  }
}

}  // namespace
}  // namespace proctape
