// SPDX-License-Identifier: Apache-2.0
#include "daemon/start/command_line.h"

#include <gtest/gtest.h>

#include <vector>

namespace proctape {
namespace {

class CommandLineTest : public testing::Test {
 protected:
  // The message of what is wrong; empty if all is well.
  std::string read(std::vector<const char*> words) {
    taken.clear();
    const auto take = [&](std::string_view value) {
      taken.push_back("name=" + std::string(value));
      return value == "bad" ? "it is bad" : "";
    };
    const auto flag = [&](std::string_view value) {
      taken.push_back("flag" + std::string(value));
      return "";
    };
    options = {{"--name", "VALUE", "What it is called", take},
               {"--flag", "", "Raises it", flag, "-f"},
               {"--name-that-is-longer-than-most", "VALUE", "The same", take}};
    const auto done = read_command_line(options, words);
    return done ? "" : done.error().message;
  }

  std::vector<CommandLineOption> options;
  std::vector<std::string> taken;
};

TEST_F(CommandLineTest, TakesValuesBehindAnOptionOrInTheSameWord) {
  EXPECT_EQ(read({"--name", "a", "--name-that-is-longer-than-most=b=c", "--flag", "-f"}), "");
  EXPECT_EQ(taken, (std::vector<std::string>{"name=a", "name=b=c", "flag", "flag"}));
  EXPECT_EQ(read({}), "");
}

TEST_F(CommandLineTest, WhatLooksLikeAnOptionIsAValueInTheSameWordOnly) {
  EXPECT_EQ(read({"--name", "--flag"}), "--name: VALUE is missing");
  EXPECT_EQ(read({"--name=--flag", "--flag"}), "");
  EXPECT_EQ(taken, (std::vector<std::string>{"name=--flag", "flag"}));
}

TEST_F(CommandLineTest, SaysWhatIsWrong) {
  EXPECT_EQ(read({"--nam", "a"}), "The following argument was not expected: --nam");
  EXPECT_EQ(read({"name"}), "The following argument was not expected: name");
  EXPECT_EQ(read({""}), "The following argument was not expected: ");
  EXPECT_EQ(read({"--"}), "The following argument was not expected: --");
  EXPECT_EQ(read({"--name"}), "--name: VALUE is missing");
  EXPECT_EQ(read({"--name="}), "--name: VALUE is missing");
  EXPECT_EQ(read({"--name", ""}), "--name: VALUE is missing");
  EXPECT_EQ(read({"--name", "a", "--name", "b"}), "--name: given twice");
  EXPECT_EQ(read({"--flag=no"}), "--flag: takes no value");
  EXPECT_EQ(read({"--name", "bad"}), "--name: it is bad");
}

TEST_F(CommandLineTest, TheHelpStandsInColumns) {
  read({});
  EXPECT_EQ(help_of(options),
            "  --name VALUE                What it is called\n"
            "  -f,--flag                   Raises it\n"
            "  --name-that-is-longer-than-most VALUE\n"
            "                              The same\n");
}

}  // namespace
}  // namespace proctape
