// SPDX-License-Identifier: Apache-2.0
#include "base/text/visible_text.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "base/text/text.h"

namespace proctape {
namespace {

TEST(VisibleText, WhatATerminalObeysIsEscaped) {
  EXPECT_EQ(visible("\x1b[31mred\a\x7f"), "\\u001b[31mred\\u0007\\u007f");
  EXPECT_EQ(visible("\u009b31m"), "\\u009b31m") << "CSI as one character";
  EXPECT_EQ(visible("\x9b"
                    "31m"),
            "\\x9b31m")
      << "and as one byte";
  EXPECT_EQ(visible(std::string_view("a\0b", 3)), "a\\u0000b");
  EXPECT_EQ(visible("a\\b"), "a\\b");
}

TEST(VisibleText, WhatChangesTheOrderOrIsNotSeenIsEscaped) {
  EXPECT_EQ(visible("\u202egnp.sh\u2066\u061c\u200f"), "\\u202egnp.sh\\u2066\\u061c\\u200f");
  EXPECT_EQ(visible("a\u200bb\u2028\u2029\ufeff\u00ad"), "a\\u200bb\\u2028\\u2029\\ufeff\\u00ad");
  EXPECT_EQ(visible("\U000e0041"), "\\udb40\\udc41") << "a tag, as JSON writes it";
}

TEST(VisibleText, WhatPeopleWriteStays) {
  for (const char* text :
       {"", "größe €", "日本語", "привет", "שלום", "مرحبا", "\U0001F600", "a\u0301"}) {
    EXPECT_EQ(visible(text), text);
  }
}

TEST(VisibleText, BytesThatAreNoUtf8AreEscapedOneByOne) {
  EXPECT_EQ(visible("caf\xe9!"), "caf\\xe9!");
  EXPECT_EQ(visible("\xe2\x82"), "\\xe2\\x82");
  EXPECT_EQ(visible("\xed\xa0\x80"), "\\xed\\xa0\\x80");
}

TEST(VisibleText, ANewlineIsOursOrForged) {
  EXPECT_EQ(visible("a\tb\r\nc"), "a\\tb\\r\\nc");
  EXPECT_EQ(visible("a\tb\r\nc", Lines::kMany), "a\tb\\r\nc");
}

TEST(VisibleText, ALimitCutsBetweenCharacters) {
  EXPECT_EQ(visible("abcdef", Lines::kOne, 3), "abc");
  EXPECT_EQ(visible("ab\u00e9", Lines::kOne, 3), "ab");
  EXPECT_EQ(visible("ab\x1b", Lines::kOne, 7), "ab") << "an escape is a character";
  EXPECT_EQ(visible("ab\x1b", Lines::kOne, 8), "ab\\u001b");
}

TEST(VisibleText, AMessageThatNobodyReadsToItsEndIsCut) {
  EXPECT_EQ(visible_message("short"), "short");
  const std::string message = visible_message(std::string(100'000, '\x1b'));
  EXPECT_LE(message.size(), 4099U);
  EXPECT_TRUE(message.ends_with("..."));
}

// Whatever it is given: nothing is left that it would escape, and nothing is lost that it would
// not.
TEST(VisibleText, OnceIsEnough) {
  std::mt19937 random(17);
  const std::string_view parts[] = {"a",        "bcdefghij", "\n",     "\t",   "\x1b[2J",
                                    "\x9b",     "\u0085",    "\u202e", "é",    "\U0001F600",
                                    "\xf0\x9f", "\\",        "\u2028", "\x7f", "\xff"};
  for (int i = 0; i < 2000; ++i) {
    std::string text;
    for (auto n = random() % 12; n > 0; --n) text += parts[random() % std::size(parts)];
    for (const Lines lines : {Lines::kOne, Lines::kMany}) {
      const std::string once = visible(text, lines);
      ASSERT_EQ(visible(once, lines), once);
      ASSERT_EQ(visible_length(once, lines), once.size());
      ASSERT_EQ(valid_utf8(once), once);
      const std::size_t clean = visible_length(text, lines);
      ASSERT_EQ(once.substr(0, clean), text.substr(0, clean));
      const std::size_t limit = random() % 40;
      ASSERT_EQ(once.substr(0, visible(text, lines, limit).size()), visible(text, lines, limit));
      ASSERT_LE(visible(text, lines, limit).size(), limit);
    }
  }
}

}  // namespace
}  // namespace proctape
