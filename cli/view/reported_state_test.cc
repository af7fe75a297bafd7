// SPDX-License-Identifier: Apache-2.0
#include "cli/view/reported_state.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <string>

#include "tests/support/test_host.h"

namespace proctape {
namespace {

class ReportedStateTest : public testing::Test {
 protected:
  std::string path() const { return (directory_.path() / "status.json").string(); }
  void write(const std::string& text) const { directory_.write("status.json", text); }
  std::string refused() const {
    const auto state = read_reported_state(path());
    return state ? "it is taken" : state.error().message;
  }
  TestDirectory directory_;
};

TEST_F(ReportedStateTest, OfNobodyIsRead) {
  write(R"({"program":"proctaped","a":[[[{}]]]})");
  const auto state = read_reported_state(path());
  ASSERT_TRUE(state) << state.error().message;
  EXPECT_FALSE(state->running);
}

// The parser took each level from the stack, and 900,000 of them crashed it.
TEST_F(ReportedStateTest, NestedDeepIsNone) {
  for (const char* const level : {"[", "{\"a\":", "[{\"a\":["}) {
    std::string text = R"({"program":)";
    while (text.size() < 900'000) text += level;
    write(text);
    EXPECT_EQ(refused(), path() + " is no state of a daemon");
  }
  write(R"({"program":"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\"[[[["})");
  EXPECT_TRUE(read_reported_state(path())) << "in a text";
}

TEST_F(ReportedStateTest, WithBytesThatAreNoUtf8IsNone) {
  write("{\"program\":\"\xff\"}");
  EXPECT_EQ(refused(), path() + " is no state of a daemon");
}

TEST_F(ReportedStateTest, WhatIsNoSmallFileIsNotRead) {
  write(std::string((1 << 20) + 1, ' '));
  EXPECT_NE(refused().find("at most 1048576 bytes"), std::string::npos) << refused();
  directory_.remove("status.json");
  ASSERT_EQ(::mkfifo(path().c_str(), 0600), 0);
  EXPECT_NE(refused().find("found a pipe"), std::string::npos) << refused();
  EXPECT_FALSE(read_reported_state("/dev/zero"));
  EXPECT_FALSE(read_reported_state("/tmp"));
}

// In /tmp everybody could tell how the daemon is.
TEST_F(ReportedStateTest, OfSomebodyElseIsNotBelieved) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root may give files away";
  write(R"({"program":"proctaped"})");
  ASSERT_EQ(::chown(path().c_str(), 1234, 1234), 0);
  EXPECT_NE(refused().find("found one of user 1234"), std::string::npos) << refused();
  ASSERT_EQ(::chown(directory_.path().c_str(), 1234, 1234), 0);
  EXPECT_TRUE(read_reported_state(path())) << "the directory's owner's";
}

}  // namespace
}  // namespace proctape
