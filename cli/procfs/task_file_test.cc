// SPDX-License-Identifier: Apache-2.0
#include "cli/procfs/task_file.h"

#include <gtest/gtest.h>

#include <map>
#include <string>

namespace proctape {
namespace {

using Fields = std::map<std::string, std::string>;

Fields fields_of(TaskFile file, std::string_view text) {
  Fields fields;
  const auto done = visit_fields(file, text, [&](std::string_view name, std::string_view value) {
    EXPECT_TRUE(fields.emplace(name, value).second) << name << " comes twice";
  });
  EXPECT_TRUE(done) << done.error().message;
  return fields;
}

TEST(TaskFile, NamesOfTasksEndAtTheLastParenthesis) {
  const auto fields = fields_of(TaskFile::kStat, "12 ( a) R 1 (\n\") S 3 -5\n");
  EXPECT_EQ(fields, (Fields{{"pid", "12"},
                            {"comm", " a) R 1 (\n\""},
                            {"state", "S"},
                            {"ppid", "3"},
                            {"pgrp", "-5"}}));
  EXPECT_EQ(fields_of(TaskFile::kStat, "12 () S 3\n").at("comm"), "");
}

TEST(TaskFile, AllFieldsOfStatHaveTheirPlaces) {
  std::string text = "1 (x) S";
  for (int field = 4; field <= 54; ++field) text += ' ' + std::to_string(field);
  const auto fields = fields_of(TaskFile::kStat, text + '\n');
  EXPECT_EQ(fields.size(), 54U);
  EXPECT_EQ(fields.at("utime"), "14");
  EXPECT_EQ(fields.at("starttime"), "22");
  EXPECT_EQ(fields.at("rss"), "24");
  EXPECT_EQ(fields.at("policy"), "41");
  EXPECT_EQ(fields.at("exit_code"), "52");
  // Of kernels to come.
  EXPECT_EQ(fields.at("field53"), "53");
  EXPECT_EQ(fields.at("field54"), "54");
}

TEST(TaskFile, StatusHasItsOwnKeysAndNoPadding) {
  const auto fields = fields_of(TaskFile::kStatus,
                                "Name:\t: a\\n \nUid:\t0\t1\t2\t3\nVmRSS:\t     12 kB\n"
                                "Groups:\t \nNewKey:\tx: y\n");
  EXPECT_EQ(fields, (Fields{{"Name", ": a\\n "},
                            {"Uid", "0\t1\t2\t3"},
                            {"VmRSS", "12 kB"},
                            {"Groups", ""},
                            {"NewKey", "x: y"}}));
}

TEST(TaskFile, WhatIsNoSuchFileIsAnError) {
  const auto ignore = [](std::string_view, std::string_view) {};
  EXPECT_FALSE(visit_fields(TaskFile::kStat, "12 x S 3\n", ignore));
  EXPECT_FALSE(visit_fields(TaskFile::kStat, "12 )x( S 3\n", ignore));
  EXPECT_FALSE(visit_fields(TaskFile::kStatus, "Name\n", ignore));
  EXPECT_FALSE(visit_fields(TaskFile::kIo, "rchar 5\n", ignore));
}

}  // namespace
}  // namespace proctape
