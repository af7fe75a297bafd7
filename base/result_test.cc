// SPDX-License-Identifier: Apache-2.0
#include "base/result.h"

#include <gtest/gtest.h>

#include <cerrno>

namespace proctape {
namespace {

TEST(Result, HoldsAValueOrAnError) {
  const Result<int> value = 7;
  ASSERT_TRUE(value);
  EXPECT_EQ(*value, 7);
  const Result<int> error = Error{Error::Kind::kIo, "no"};
  ASSERT_FALSE(error);
  EXPECT_EQ(error.error().message, "no");
}

TEST(Error, ErrnoDecidesTheKind) {
  EXPECT_EQ(error_from_errno(ENOENT, "x").kind, Error::Kind::kMissing);
  EXPECT_EQ(error_from_errno(ESRCH, "x").kind, Error::Kind::kGone);
  EXPECT_EQ(error_from_errno(EACCES, "x").kind, Error::Kind::kDenied);
  EXPECT_EQ(error_from_errno(EROFS, "x").kind, Error::Kind::kDenied);
  EXPECT_EQ(error_from_errno(ENOSPC, "x").kind, Error::Kind::kNoSpace);
  EXPECT_EQ(error_from_errno(EFBIG, "x").kind, Error::Kind::kNoSpace);
  EXPECT_EQ(error_from_errno(EIO, "x").kind, Error::Kind::kIo);
  EXPECT_EQ(error_from_errno(ENOENT, "open a").message, "open a: No such file or directory");
}

TEST(Error, WhatWasFoundIsShownReadably) {
  EXPECT_EQ(malformed("a:1", "a number", "x\ny").message, "a:1: expected a number, found 'x y'");
  EXPECT_EQ(malformed("a:1", "b", "\x1b[2J\u202e").message,
            "a:1: expected b, found '\\u001b[2J\\u202e'");
  EXPECT_EQ(malformed("a", "b", std::string(100, 'x')).message,
            "a: expected b, found '" + std::string(60, 'x') + "...'");
}

}  // namespace
}  // namespace proctape
