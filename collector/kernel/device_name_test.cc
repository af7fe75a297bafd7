// SPDX-License-Identifier: Apache-2.0
#include "collector/kernel/device_name.h"

#include <gtest/gtest.h>

namespace proctape {
namespace {

InlineText<5> named(std::string_view name) {
  InlineText<5> into;
  set_device_name(into, name);
  return into;
}

TEST(DeviceName, CutBetweenCharacters) {
  EXPECT_EQ(named("abcdefg").view(), "abcde");
  EXPECT_EQ(named("abcd\xc3\xa9").view(), "abcd");
  EXPECT_EQ(named("abc\xc3\xa9").view(), "abc\xc3\xa9");
}

TEST(DeviceName, ControlCharactersAndBytesThatAreNoUtf8BecomeQuestionMarks) {
  EXPECT_EQ(named("a\n\xff\x7f").view(), "a???");
}

TEST(DeviceName, Empty) { EXPECT_TRUE(named("").empty()); }

}  // namespace
}  // namespace proctape
