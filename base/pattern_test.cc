// SPDX-License-Identifier: Apache-2.0
#include "base/pattern.h"

#include <gtest/gtest.h>

namespace proctape {
namespace {

Pattern compiled(const std::string& text) {
  auto pattern = Pattern::compile(text);
  EXPECT_TRUE(pattern) << pattern.error().message;
  return std::move(*pattern);
}

std::string last_group(const std::string& pattern, std::string_view text, std::size_t from = 0) {
  const auto match = compiled(pattern).find(text, from);
  if (!match) return "none";
  return std::string(
      text.substr(match->last_group.begin, match->last_group.end - match->last_group.begin));
}

TEST(Pattern, TellsWhatTheLastGroupMatched) {
  EXPECT_EQ(last_group("--(key|word)=([a-z]+)", "x --word=abc --key=def"), "abc");
  EXPECT_EQ(last_group("--(key|word)=([a-z]+)", "x --word=abc --key=def", 5), "def");
  EXPECT_EQ(last_group("w[a-z]+", "x --word=abc"), "word") << "the whole without groups";
  EXPECT_EQ(last_group("a(b)?c", "xac"), "ac") << "the group took no part";
  EXPECT_EQ(last_group("z", "abc"), "none");
}

TEST(Pattern, IgnoresCaseOnlyIfToldSo) {
  EXPECT_TRUE(compiled("(?i)pass").matches("PassWord"));
  EXPECT_FALSE(compiled("pass").matches("PassWord"));
}

TEST(Pattern, TheBeginIsThatOfTheWholeText) {
  EXPECT_EQ(last_group("^a", "aaa", 1), "none");
  EXPECT_EQ(last_group("^a", "aaa"), "a");
}

TEST(Pattern, TextNeedNotEndInANul) {
  EXPECT_FALSE(compiled("bc").matches(std::string_view("abc").substr(0, 2)));
}

TEST(Pattern, WhatIsNoExpressionIsRefusedInTheLibrarysWords) {
  const auto reason = [](const std::string& text) {
    const auto pattern = Pattern::compile(text);
    EXPECT_FALSE(pattern) << text;
    return pattern ? std::string() : pattern.error().message;
  };
  EXPECT_EQ(reason("a(b"), "Unmatched ( or \\(");
  EXPECT_EQ(reason("a[b"), "Unmatched [, [^, [:, [., or [=");
  EXPECT_EQ(reason("(a)\\1"), "back-references are not possible");
  EXPECT_EQ(reason(""), "it matches everywhere");
  EXPECT_EQ(reason("x*"), "it matches everywhere");
  EXPECT_EQ(reason(std::string("a\0b", 3)), "a NUL byte");
}

}  // namespace
}  // namespace proctape
