// SPDX-License-Identifier: Apache-2.0
#include "cli/output/json_text.h"

#include <gtest/gtest.h>

namespace proctape {
namespace {

std::string json(std::string_view text) {
  std::string out;
  append_json_string(out, text);
  return out;
}

TEST(JsonText, QuotesWhatJsonReserves) {
  EXPECT_EQ(json(""), "\"\"");
  EXPECT_EQ(json("a b/c"), "\"a b/c\"");
  EXPECT_EQ(json("say \"hi\" \\ bye"), R"("say \"hi\" \\ bye")");
  EXPECT_EQ(json(std::string("\t\n\x1f\0", 4)), R"("\u0009\u000a\u001f\u0000")");
}

TEST(JsonText, KeepsUtf8AndReplacesWhatIsNot) {
  EXPECT_EQ(json("größe €  \U0001F600"), "\"größe €  \U0001F600\"");
  EXPECT_EQ(json("\x7f"), "\"\\u007f\"");
  EXPECT_EQ(json("caf\xe9!"), "\"caf\uFFFD!\"");                // Latin-1
  EXPECT_EQ(json("\xe2\x82"), "\"\uFFFD\uFFFD\"");              // cut inside a character
  EXPECT_EQ(json("\xed\xa0\x80"), "\"\uFFFD\uFFFD\uFFFD\"");    // a surrogate
  EXPECT_EQ(json("\xc0\x80 \xff"), "\"\uFFFD\uFFFD \uFFFD\"");  // overlong; never
}

}  // namespace
}  // namespace proctape
