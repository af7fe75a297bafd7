// SPDX-License-Identifier: Apache-2.0
#include "base/text/shared_text.h"

#include <gtest/gtest.h>

#include <string>

#include "base/text/inline_text.h"

namespace proctape {
namespace {

using Text = SharedText<8>;

TEST(SharedText, IsEmptyAtFirstAndTakesAPointer) {
  const Text text;
  EXPECT_TRUE(text.empty());
  EXPECT_EQ(text.view(), "");
  EXPECT_EQ(sizeof text, sizeof(void*));
}

TEST(SharedText, HoldsAnyBytesUpToItsCapacity) {
  EXPECT_EQ(Text("12345678").view(), "12345678");
  EXPECT_EQ(Text("123456789").view(), "12345678");
  EXPECT_EQ(Text(std::string_view("a\0b", 3)).view(), std::string_view("a\0b", 3));
}

TEST(SharedText, IsMadeOfOtherKindsOfText) {
  EXPECT_EQ(Text(std::string("one")), "one");
  EXPECT_EQ(Text(InlineText<15>("two")), "two");
  Text text;
  text = InlineText<3>("three");
  EXPECT_EQ(text, "thr");
}

TEST(SharedText, CopiesShareTheirBytes) {
  const Text text = "shared";
  Text copy;
  copy = text;
  EXPECT_EQ(copy.view().data(), text.view().data());
}

TEST(SharedText, ACopyIsNotChangedWithTheOther) {
  Text text = "before";
  const Text copy = text;
  text.assign("after");
  EXPECT_EQ(copy, "before");
  EXPECT_EQ(text, "after");
}

TEST(SharedText, ACopyOutlivesTheOther) {
  Text copy;
  {
    const Text text = "gone";
    copy = text;
  }
  EXPECT_EQ(copy, "gone");
}

TEST(SharedText, AssigningWhatIsThereLeavesItShared) {
  const Text text = "same";
  Text copy = text;
  copy.assign("same");
  EXPECT_EQ(copy.view().data(), text.view().data());
}

TEST(SharedText, WhatIsNotSharedIsOverwrittenInPlace) {
  Text text = "12345678";
  const char* const bytes = text.view().data();
  text.assign("123");
  EXPECT_EQ(text, "123");
  EXPECT_EQ(text.view().data(), bytes);
}

TEST(SharedText, TakesAPartOfItself) {
  Text text = "12345678";
  text.assign(text.view().substr(2));
  EXPECT_EQ(text, "345678");
  Text shared = text;
  shared.assign(shared.view().substr(3));
  EXPECT_EQ(shared, "678");
}

TEST(SharedText, CanBeAssignedToItselfMovedAndEmptied) {
  Text text = "text";
  text = *&text;
  EXPECT_EQ(text, "text");
  const Text moved = std::move(text);
  EXPECT_EQ(moved, "text");
  text = "again";
  text = {};
  EXPECT_TRUE(text.empty());
}

}  // namespace
}  // namespace proctape
