// SPDX-License-Identifier: Apache-2.0
#include "base/pattern.h"

#include <gtest/gtest.h>
#include <regex.h>

#include <algorithm>
#include <array>
#include <functional>
#include <optional>
#include <random>
#include <string>

namespace proctape {
namespace {

Pattern compiled(const std::string& text) {
  auto pattern = Pattern::compile(text);
  if (!pattern) {
    ADD_FAILURE() << text << ": " << pattern.error().message;
    return std::move(*Pattern::compile("x"));
  }
  return std::move(*pattern);
}

std::optional<Pattern::Match> find(const std::string& pattern, std::string_view text,
                                   std::size_t from = 0) {
  std::int64_t steps = 1'000'000;
  return compiled(pattern).find(text, from, steps);
}

std::string part(std::string_view text, Pattern::Span span) {
  return std::string(text.substr(span.begin, span.end - span.begin));
}

std::string last_group(const std::string& pattern, std::string_view text, std::size_t from = 0) {
  const auto match = find(pattern, text, from);
  return match ? part(text, match->last_group) : "none";
}

std::string whole(const std::string& pattern, std::string_view text) {
  const auto match = find(pattern, text);
  return match ? part(text, match->whole) : "none";
}

TEST(Pattern, TellsWhatTheLastGroupMatched) {
  EXPECT_EQ(last_group("--(key|word)=([a-z]+)", "x --word=abc --key=def"), "abc");
  EXPECT_EQ(last_group("--(key|word)=([a-z]+)", "x --word=abc --key=def", 5), "def");
  EXPECT_EQ(last_group("w[a-z]+", "x --word=abc"), "word") << "the whole without groups";
  EXPECT_EQ(last_group("a(b)?c", "xac"), "ac") << "the group took no part";
  EXPECT_EQ(last_group("(?:k|key)=(?:[a-z]+)", "key=x"), "key=x") << "none that counts";
  EXPECT_EQ(last_group("(a)(b|(c))", "ac"), "c") << "the last one that opens";
  EXPECT_EQ(last_group("(x[0-9];)+", "x1;x2;x3;"), "x3;") << "its last turn";
  EXPECT_EQ(last_group("[)(](a)[^)(]", "(ab"), "a") << "brackets hold no groups";
  EXPECT_EQ(last_group("z", "abc"), "none");
}

TEST(Pattern, IgnoresCaseOnlyIfToldSo) {
  EXPECT_TRUE(find("(?i)pass", "PassWord"));
  EXPECT_TRUE(find("(?i)[p-q]ass[^x]", "PassWord"));
  EXPECT_FALSE(find("(?i)pass[^w]", "PassWord"));
  EXPECT_FALSE(find("pass", "PassWord"));
}

TEST(Pattern, TheBeginIsThatOfTheWholeText) {
  EXPECT_EQ(last_group("^a", "aaa", 1), "none");
  EXPECT_EQ(last_group("^a", "aaa"), "a");
  EXPECT_EQ(whole("a$", "aba"), "a");
  EXPECT_EQ(last_group("(^|x)a", "bxa"), "x");
}

TEST(Pattern, WhatStandsForBytes) {
  EXPECT_EQ(whole("[[:digit:]]+", "ab12c"), "12");
  EXPECT_EQ(whole("[]a]+", "x]a]x"), "]a]");
  EXPECT_EQ(whole("[^]a]+", "]abc]"), "bc");
  EXPECT_EQ(whole("[a-]+", "x-a-x"), "-a-");
  EXPECT_EQ(whole("[\\d.]+", "v1.2"), "1.2");
  EXPECT_EQ(whole("\\S+\\s\\w+", "a-b\tc_d-"), "a-b\tc_d");
  EXPECT_EQ(whole("\\.\\*", "a.*b"), ".*");
  EXPECT_EQ(whole("a.c", "a\nc"), "a\nc");
  EXPECT_EQ(whole("\xc3\xa9+", "caf\xc3\xa9"), "\xc3\xa9");
  EXPECT_EQ(whole("\\bpass\\b", "bypass pass"), "pass");
  EXPECT_EQ(find("\\bpass\\b", "bypass pass")->whole.begin, 7U);
}

TEST(Pattern, RepetitionsAreAsLongAsPossibleUnlessLazy) {
  EXPECT_EQ(whole("a{2,3}", "aaaa"), "aaa");
  EXPECT_EQ(whole("a{2}", "aaaa"), "aa");
  EXPECT_EQ(whole("a{2,}", "aaaa"), "aaaa");
  EXPECT_EQ(whole("a{x}", "a{x}"), "a{x}") << "no count";
  EXPECT_EQ(last_group("<(.+)>", "<a><b>"), "a><b");
  EXPECT_EQ(last_group("<(.+?)>", "<a><b>"), "a");
  EXPECT_EQ(whole("(a*)*b", "aaab"), "aaab");
  EXPECT_EQ(whole("(a|b)*c|x", "zabac"), "abac");
}

TEST(Pattern, WhatIsNoExpressionIsRefused) {
  const auto reason = [](const std::string& text) {
    const auto pattern = Pattern::compile(text);
    EXPECT_FALSE(pattern) << text;
    return pattern ? std::string() : pattern.error().message;
  };
  EXPECT_EQ(reason("a(b"), "Unmatched ( or \\(");
  EXPECT_EQ(reason("a)b"), "Unmatched ) or \\)");
  EXPECT_EQ(reason("a[b"), "Unmatched [, [^, [:, [., or [=");
  EXPECT_EQ(reason("a[[:b:]]"), "Invalid character class name");
  EXPECT_EQ(reason("[b-a]"), "Invalid range end");
  EXPECT_EQ(reason("a{2,1}"), "Invalid content of \\{\\}");
  EXPECT_EQ(reason("*a"), "Invalid preceding regular expression");
  EXPECT_EQ(reason("a\\"), "Trailing backslash");
  EXPECT_EQ(reason("(a)\\1"), "back-references are not possible");
  EXPECT_EQ(reason("a(?=b)"), "\"(?\" is followed by what is not known here");
  EXPECT_EQ(reason(""), "it matches everywhere");
  EXPECT_EQ(reason("x*"), "it matches everywhere");
  EXPECT_EQ(reason("^"), "it matches everywhere");
  EXPECT_EQ(reason(std::string("a\0b", 3)), "a NUL byte");
}

// With the C library's these used up the stack, or all memory.
TEST(Pattern, WhatIsTooLargeIsRefusedAtOnce) {
  const auto reason = [](const std::string& text) {
    const auto pattern = Pattern::compile(text);
    return pattern ? "none" : pattern.error().message;
  };
  EXPECT_EQ(reason(std::string(1'000'000, '(')), "it has more than 1000 bytes");
  EXPECT_EQ(reason(std::string(400, '(') + "a" + std::string(400, ')')),
            "parentheses more than 50 deep");
  EXPECT_EQ(reason("((((a{99}){99}){99}){99}){99}"), "it is too large: more than 1000 states");
  EXPECT_EQ(reason("a{1001}"), "Invalid content of \\{\\}");
  EXPECT_EQ(reason("a" + std::string(900, '*')), "it is too large: more than 1000 states");
  EXPECT_EQ(reason("xa{990}"), "none");
}

TEST(Pattern, TakesStepsInProportionToTheTextAndNoMoreThanThereAre) {
  const Pattern pattern = compiled("(a|aa|a*)*(a|b|ab)*[^a]*(a+)+x");
  const auto steps_for = [&](std::size_t size) {
    std::int64_t steps = 1'000'000'000;
    EXPECT_FALSE(pattern.find(std::string(size, 'a'), 0, steps));
    return 1'000'000'000 - steps;
  };
  EXPECT_LT(steps_for(40'000), 11 * steps_for(4'000));
  std::int64_t few = 1000;
  EXPECT_FALSE(pattern.find(std::string(4000, 'a') + "x", 0, few));
  EXPECT_LE(few, 0);
  EXPECT_GT(few, -100);
}

// What the C library finds is the longest match at the first place, which is the first one as well
// where all alternatives are of one length.
TEST(Pattern, FindsWhatTheCLibraryFinds) {
  std::mt19937 random(20261130);
  const auto pick = [&](int below) {
    return static_cast<int>(random() % static_cast<unsigned>(below));
  };
  const std::function<std::string(int)> expression = [&](int depth) -> std::string {
    constexpr std::array<const char*, 8> kAtoms = {"a",    "b", "c",     "[ab]",
                                                   "[^a]", ".", "[b-c]", "a"};
    std::string text;
    for (int i = 1 + pick(3); i > 0; --i) {
      std::string part = kAtoms[static_cast<std::size_t>(pick(8))];
      if (depth > 0 && pick(3) == 0) part = '(' + expression(depth - 1) + ')';
      constexpr std::array<const char*, 6> kTimes = {"", "", "*", "+", "?", "{1,2}"};
      text += part + kTimes[static_cast<std::size_t>(pick(6))];
    }
    if (pick(4) == 0) text += "|" + std::string(kAtoms[static_cast<std::size_t>(pick(3))]);
    return text;
  };
  int compared = 0;
  for (int round = 0; round < 20'000; ++round) {
    const std::string text = expression(2);
    const auto pattern = Pattern::compile(text);
    if (!pattern) continue;
    regex_t theirs;
    ASSERT_EQ(::regcomp(&theirs, text.c_str(), REG_EXTENDED), 0) << text;
    std::string line;
    for (int i = pick(12); i > 0; --i) line += "abcd"[pick(4)];
    regmatch_t match{};
    const bool found = ::regexec(&theirs, line.c_str(), 1, &match, 0) == 0;
    ::regfree(&theirs);
    std::int64_t steps = 1'000'000;
    const auto ours = pattern->find(line, 0, steps);
    ASSERT_EQ(ours.has_value(), found) << text << " in " << line;
    if (!found) continue;
    ASSERT_EQ(ours->whole.begin, static_cast<std::size_t>(match.rm_so)) << text << " in " << line;
    ASSERT_LE(ours->whole.end, static_cast<std::size_t>(match.rm_eo)) << text << " in " << line;
    ++compared;
  }
  EXPECT_GT(compared, 5000);
}

}  // namespace
}  // namespace proctape
