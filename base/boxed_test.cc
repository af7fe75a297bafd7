// SPDX-License-Identifier: Apache-2.0
#include "base/boxed.h"

#include <gtest/gtest.h>

namespace proctape {
namespace {

struct Part {
  int number = 7;
  friend bool operator==(const Part&, const Part&) = default;
};

TEST(Boxed, HasTheDefaultsAtFirst) {
  const Boxed<Part> box;
  EXPECT_TRUE(box.is_default());
  EXPECT_EQ(box->number, 7);
}

TEST(Boxed, HoldsWhatIsAssigned) {
  Boxed<Part> box;
  box = Part{8};
  EXPECT_FALSE(box.is_default());
  EXPECT_EQ(box->number, 8);
}

TEST(Boxed, TakesNoMemoryForDefaultsThatAreAssigned) {
  Boxed<Part> box = Part{8};
  box = Part{};
  EXPECT_TRUE(box.is_default());
}

TEST(Boxed, CopiesAreIndependent) {
  Boxed<Part> box = Part{8};
  const Boxed<Part> copy = box;
  Boxed<Part> other;
  other = box;
  EXPECT_EQ(copy, box);
  box = Part{9};
  EXPECT_EQ(copy->number, 8);
  EXPECT_EQ(other->number, 8);
  EXPECT_NE(copy, box);
}

TEST(Boxed, CanBeAssignedToItself) {
  Boxed<Part> box = Part{8};
  box = *&box;
  EXPECT_EQ(box->number, 8);
}

}  // namespace
}  // namespace proctape
