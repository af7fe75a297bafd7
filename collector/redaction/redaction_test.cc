// SPDX-License-Identifier: Apache-2.0
#include "collector/redaction/redaction.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <ctime>
#include <initializer_list>

#include "collector/redaction/secrets.h"

namespace proctape {
namespace {

using namespace std::literals;

Redaction redaction(std::vector<std::string> patterns) {
  auto compiled = Redaction::compile(patterns);
  EXPECT_TRUE(compiled) << compiled.error().message;
  return std::move(*compiled);
}

std::string line(const Redaction& redaction, std::string_view arguments, bool cut = false) {
  const auto line = redaction.command_line(arguments, cut);
  return line ? std::string(line->view()) : "none";
}

// As /proc has them.
std::string arguments(std::initializer_list<std::string_view> each) {
  std::string bytes;
  for (const std::string_view argument : each) (bytes += argument) += '\0';
  return bytes;
}

TEST(Redaction, WhatTheLastGroupMatchesIsHiddenWhereverItIs) {
  const auto keys = redaction({"-(k|key)=([^ ]+)"});
  EXPECT_EQ(line(keys, arguments({"a", "-k=one", "b", "-key=two"})), "a -k=*** b -key=***"sv);
  EXPECT_EQ(line(keys, arguments({"a", "b"})), "a b"sv);
  EXPECT_EQ(line(keys, ""), ""sv);
}

TEST(Redaction, WithoutGroupsTheWholeMatchIsHidden) {
  EXPECT_EQ(line(redaction({"k[0-9]+"}), arguments({"k12", "ak3"})), "*** a***"sv);
}

TEST(Redaction, EveryPatternIsApplied) {
  const auto both = redaction({"a=([^ ]+)", "(?i)b=([^ ]+)"});
  EXPECT_EQ(line(both, arguments({"B=1", "a=2", "A=3"})), "B=*** a=*** A=3"sv);
}

TEST(Redaction, AnArgumentWithSpacesIsHiddenWhole) {
  const auto word = redaction({"--word ([^ ]+)"});
  EXPECT_EQ(line(word, arguments({"x", "--word", "two words", "y z"})), "x --word *** y z"sv);
}

TEST(Redaction, SpacesWithinAnArgumentAreFoundAsSpace) {
  const auto word = redaction({"--word[[:space:]]([^ ]+)"});
  EXPECT_EQ(line(word, arguments({"sh", "-c", "tool --word a b", "c"})),
            "sh -c tool --word *** c"sv)
      << "to the end of the argument";
}

TEST(Redaction, ASecretAcrossTheEndOfWhatIsKeptDoesNotShow) {
  const auto url = redaction({"://[^ :]*:([^ ]+)@"});
  const std::string path(230, 'p');
  const std::string secret(100, 's');
  EXPECT_EQ(line(url, arguments({path, "ftp://u:" + secret + "@host", "end"})),
            path + " ftp://u:***@host end");
}

TEST(Redaction, ASecretThatIsCutOffIsHiddenToItsEnd) {
  const auto url = redaction({"://[^ :]*:([^ ]+)@"});
  const std::string secret(5000, 's');
  EXPECT_EQ(line(url, arguments({"a", "ftp://u:" + secret})), "a ftp://u:***"sv);
  EXPECT_EQ(line(url, "a\0ftp://u:ss"sv, true), "a ftp://u:***"sv);
  EXPECT_EQ(line(url, "a\0ftp://u:80"sv, false), "a ftp://u:80"sv) << "not cut: no secret";
}

TEST(Redaction, ALineThatIsCutHasNothingAdded) {
  const auto url = redaction({"://[^ :]*:([^ ]+)@"});
  EXPECT_EQ(line(url, "abc def"sv, true), "abc def"sv);
  EXPECT_EQ(line(url, std::string(5000, 'x')).size(), 255U);
  // The NUL behind an argument that ends just there separates it from nothing that is kept.
  EXPECT_EQ(line(url, arguments({std::string(254, 'x'), "y"})), std::string(254, 'x'));
}

TEST(Redaction, ShortAndEmptySecretsDoNotEndInALoop) {
  EXPECT_EQ(line(redaction({"p([a-z]*)"}), arguments({"p", "pp", "pa"})), "p p*** p***"sv);
}

TEST(Redaction, WhatIsStoredIsPrintableUtf8) {
  const auto none = redaction({"secret"});
  EXPECT_EQ(line(none, "a\nb\0\xc3\xa9\0\xff\0"sv), "a b \xc3\xa9 ?"sv);
  EXPECT_EQ(line(Redaction(), "a\nb\0\xff\0"sv), "a b ?"sv) << "nothing is hidden";
}

TEST(Redaction, WhatIsAllowedIsNotHidden) {
  auto compiled = Redaction::compile(std::vector<std::string>{"default", "k=([^ ]+)"},
                                     std::vector<std::string>{"--token (dev|test)( |$)", "k=1"});
  ASSERT_TRUE(compiled);
  EXPECT_EQ(line(*compiled, arguments({"x", "--token", "dev", "--token", "prod", "k=1", "k=2"})),
            "x --token dev --token *** k=1 k=***");
}

TEST(Redaction, SecretsAndPatternsAddUp) {
  EXPECT_EQ(line(redaction({"default", "k=([^ ]+)"}), arguments({"x", "--token", "abc", "k=12"})),
            "x --token *** k=***");
  EXPECT_EQ(line(redaction({"k=([^ ]+)"}), arguments({"x", "--token", "abc", "k=12"})),
            "x --token abc k=***");
}

TEST(Redaction, HidesInNames) {
  const auto all = redaction({"default"});
  EXPECT_EQ(all.task_name("token=HUNTER2zq").view(), "token=***");
  EXPECT_EQ(all.task_name("ghp_16C7e42F292").view(), "***") << "cut by the kernel";
  for (const char* name : {"kworker/0:1-eve", "systemd-journal", "(sd-pam)", "postgres: app a"}) {
    EXPECT_EQ(all.task_name(name).view(), name);
  }
  std::string hidden;
  EXPECT_TRUE(all.hides("/user.slice/run-mysql\\x20--password=HUNTER2zq.scope", false, hidden));
  EXPECT_EQ(hidden.find("HUNTER"), std::string::npos) << hidden;
  EXPECT_FALSE(all.hides("/system.slice/docker-0123456789abcdef.scope", false, hidden));
}

// 400 processes of nobody stalled a sample of 5 s to 15 s, by 4 KiB of chosen words each.
TEST(Redaction, LinesThatTakeTooLongAreHiddenWhole) {
  const auto slow = redaction({"(a{1,99})*x", "(.*[[:space:]])?-p(.*[[:space:]])?x"});
  EXPECT_EQ(line(slow, std::string(4000, 'a')), "***");
  EXPECT_EQ(line(slow, "ordinary -p"), "ordinary -p");
}

// About 1, on a quiet machine. Sanitizers make it many times as slow.
#ifdef PROCTAPE_SANITIZED
constexpr double kMostMilliseconds = 200;
#else
constexpr double kMostMilliseconds = 15;
#endif

TEST(Redaction, NoTextTakesLongerThanItsLengthAllows) {
  const auto all = redaction({"default"});
  const auto repeated = [](std::string_view text) {
    std::string words;
    while (words.size() < Redaction::kWantedBytes) words += text;
    return words.substr(0, Redaction::kWantedBytes);
  };
  std::vector<std::string> hostile;
  for (const std::string_view text : {"pass=",
                                      "pass=$",
                                      "password:",
                                      "://",
                                      "://a:b",
                                      "a:b@",
                                      "@",
                                      "\"",
                                      "'",
                                      "\\\"",
                                      "sk-",
                                      "sk-.",
                                      "ghp_",
                                      "eyJ",
                                      "1",
                                      "--token\0",
                                      "--token ",
                                      "mysql -p",
                                      "mysql\0",
                                      "'a b' ",
                                      "\"a b\" ",
                                      "=;",
                                      "a=b,c=",
                                      "pass=a,",
                                      "echo | ",
                                      "sh -c ",
                                      "-----BEGIN PRIVATE KEY-----",
                                      "x y",
                                      "user:pass@h,",
                                      "password = ",
                                      "identified by '",
                                      "{\"password\":\"",
                                      "send ",
                                      "-x ",
                                      "send \""}) {
    hostile.push_back(repeated(text));
    hostile.push_back("x y " + repeated(text));
  }
  for (const std::string& each : hostile) {
    all.begin_snapshot();
    const auto begin = std::clock();
    for (int i = 0; i < 10; ++i) line(all, each);
    const double ms = static_cast<double>(std::clock() - begin) * 1000 / CLOCKS_PER_SEC / 10;
    EXPECT_LT(ms, kMostMilliseconds) << each.substr(0, 20);
  }
}

TEST(Redaction, ASnapshotTakesNoMoreThanItMayAndTheNextGoesOn) {
  const auto all = redaction({"default"});
  std::string words;
  while (words.size() < Redaction::kWantedBytes) words += "--a=b\0-c d"sv;
  std::size_t lines = 0;
  while (all.command_line(words)) ASSERT_LT(++lines, 1'000'000U);
  EXPECT_GT(lines, 200U) << "long lines of ordinary hosts";
  EXPECT_FALSE(all.command_line("short"));
  all.begin_snapshot();
  EXPECT_EQ(line(all, "short"), "short");
}

// What looked through all that came before, or through a program's rules, cost no steps: lines of
// such words took 1.6 s of a sample instead of 0.1.
TEST(Redaction, WhatTakesTimeTakesSteps) {
  const auto steps_of = [](std::string words, std::string_view text) {
    while (words.size() < Redaction::kWantedBytes) words += text;
    SecretSpans spans;
    std::int64_t left = Redaction::kStepsOfLine;
    find_secrets(words, false, spans, left);
    return Redaction::kStepsOfLine - left;
  };
  EXPECT_GE(steps_of("x ", "send "), Redaction::kStepsOfLine);
  EXPECT_GE(steps_of("x ", "echo a | "), Redaction::kStepsOfLine);
  EXPECT_GE(steps_of("curl\0"s, "-x\0"sv), 80'000);
  EXPECT_GE(steps_of("mysql\0"s, "-x\0"sv), 30'000);
}

TEST(Redaction, ABadPatternIsNamed) {
  const auto bad = Redaction::compile(std::vector<std::string>{"fine", "a(b"});
  ASSERT_FALSE(bad);
  EXPECT_EQ(bad.error().message, "pattern 'a(b': Unmatched ( or \\(");
}

}  // namespace
}  // namespace proctape
