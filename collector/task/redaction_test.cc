// SPDX-License-Identifier: Apache-2.0
#include "collector/task/redaction.h"

#include <gtest/gtest.h>

#include <initializer_list>

namespace proctape {
namespace {

using namespace std::literals;

Redaction redaction(std::vector<std::string> patterns) {
  auto compiled = Redaction::compile(patterns);
  EXPECT_TRUE(compiled) << compiled.error().message;
  return std::move(*compiled);
}

// As /proc has them.
std::string arguments(std::initializer_list<std::string_view> each) {
  std::string bytes;
  for (const std::string_view argument : each) (bytes += argument) += '\0';
  return bytes;
}

TEST(Redaction, WhatTheLastGroupMatchesIsHiddenWhereverItIs) {
  const auto keys = redaction({"-(k|key)=([^ ]+)"});
  EXPECT_EQ(keys.command_line(arguments({"a", "-k=one", "b", "-key=two"})),
            "a -k=*** b -key=***"sv);
  EXPECT_EQ(keys.command_line(arguments({"a", "b"})), "a b"sv);
  EXPECT_EQ(keys.command_line(""), ""sv);
}

TEST(Redaction, WithoutGroupsTheWholeMatchIsHidden) {
  EXPECT_EQ(redaction({"k[0-9]+"}).command_line(arguments({"k12", "ak3"})), "*** a***"sv);
}

TEST(Redaction, EveryPatternIsApplied) {
  const auto both = redaction({"a=([^ ]+)", "(?i)b=([^ ]+)"});
  EXPECT_EQ(both.command_line(arguments({"B=1", "a=2", "A=3"})), "B=*** a=*** A=3"sv);
}

TEST(Redaction, AnArgumentWithSpacesIsHiddenWhole) {
  const auto word = redaction({"--word ([^ ]+)"});
  EXPECT_EQ(word.command_line(arguments({"x", "--word", "two words", "y z"})),
            "x --word *** y z"sv);
}

TEST(Redaction, SpacesWithinAnArgumentAreFoundAsSpace) {
  const auto word = redaction({"--word[[:space:]]([^ ]+)"});
  EXPECT_EQ(word.command_line(arguments({"sh", "-c", "tool --word a b", "c"})),
            "sh -c tool --word *** c"sv)
      << "to the end of the argument";
}

TEST(Redaction, ASecretAcrossTheEndOfWhatIsKeptDoesNotShow) {
  const auto url = redaction({"://[^ :]*:([^ ]+)@"});
  const std::string path(230, 'p');
  const std::string secret(100, 's');
  const auto line = url.command_line(arguments({path, "ftp://u:" + secret + "@host", "end"}));
  EXPECT_EQ(line, path + " ftp://u:***@host end");
}

TEST(Redaction, ASecretThatIsCutOffIsHiddenToItsEnd) {
  const auto url = redaction({"://[^ :]*:([^ ]+)@"});
  const std::string secret(5000, 's');
  EXPECT_EQ(url.command_line(arguments({"a", "ftp://u:" + secret})), "a ftp://u:***"sv);
  EXPECT_EQ(url.command_line("a\0ftp://u:ss"sv, true), "a ftp://u:***"sv);
  EXPECT_EQ(url.command_line("a\0ftp://u:80"sv, false), "a ftp://u:80"sv) << "not cut: no secret";
}

TEST(Redaction, ALineThatIsCutHasNothingAdded) {
  const auto url = redaction({"://[^ :]*:([^ ]+)@"});
  EXPECT_EQ(url.command_line("abc def"sv, true), "abc def"sv);
  EXPECT_EQ(url.command_line(std::string(5000, 'x')).size(), 255U);
  // The NUL behind an argument that ends just there separates it from nothing that is kept.
  EXPECT_EQ(url.command_line(arguments({std::string(254, 'x'), "y"})), std::string(254, 'x'));
}

TEST(Redaction, ShortAndEmptySecretsDoNotEndInALoop) {
  EXPECT_EQ(redaction({"p([a-z]*)"}).command_line(arguments({"p", "pp", "pa"})),
            "p*** p*** p***"sv);
}

TEST(Redaction, WhatIsStoredIsPrintableUtf8) {
  const auto none = redaction({"secret"});
  EXPECT_EQ(none.command_line("a\nb\0\xc3\xa9\0\xff\0"sv), "a b \xc3\xa9 ?"sv);
  EXPECT_EQ(Redaction().command_line("a\nb\0\xff\0"sv), "a b ?"sv) << "nothing is hidden";
}

TEST(Redaction, ABadPatternIsNamed) {
  const auto bad = Redaction::compile(std::vector<std::string>{"fine", "a(b"});
  ASSERT_FALSE(bad);
  EXPECT_EQ(bad.error().message, "pattern 'a(b': Unmatched ( or \\(");
}

}  // namespace
}  // namespace proctape
