// SPDX-License-Identifier: Apache-2.0
#include "base/function_ref.h"

#include <gtest/gtest.h>

namespace proctape {
namespace {

int twice(FunctionRef<int(int)> function, int value) { return function(function(value)); }

TEST(FunctionRef, CallsWhatItRefersTo) {
  int calls = 0;
  const auto add = [&](int value) {
    ++calls;
    return value + 3;
  };
  EXPECT_EQ(twice(add, 1), 7);
  EXPECT_EQ(calls, 2);
}

TEST(FunctionRef, SeesChangesOfTheFunctionItself) {
  const auto count = [n = 0](int) mutable { return ++n; };
  auto counting = count;
  EXPECT_EQ(twice(counting, 0), 2);
  EXPECT_EQ(twice(counting, 0), 4);
}

TEST(FunctionRef, PassesReferencesOn) {
  int value = 1;
  const auto set = [](int& into) { into = 5; };
  const FunctionRef<void(int&)> function = set;
  function(value);
  EXPECT_EQ(value, 5);
}

}  // namespace
}  // namespace proctape
