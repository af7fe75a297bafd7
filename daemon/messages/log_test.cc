// SPDX-License-Identifier: Apache-2.0
#include "daemon/messages/log.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <regex>
#include <string>

#include "base/file/fd.h"

namespace proctape {
namespace {

std::string device_and_inode(int fd) {
  struct stat status {};
  fstat(fd, &status);
  return std::to_string(status.st_dev) + ":" + std::to_string(status.st_ino);
}

TEST(Log, JournalIsToldByDeviceAndInode) {
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
  const Fd reader(ends[0]);
  const Fd writer(ends[1]);
  const std::string ours = device_and_inode(writer.get());
  EXPECT_TRUE(is_journal_stream(ours.c_str(), writer.get()));
  EXPECT_FALSE(is_journal_stream((ours + "0").c_str(), writer.get()));
  EXPECT_FALSE(is_journal_stream("", writer.get()));
  EXPECT_FALSE(is_journal_stream(nullptr, writer.get()));
  EXPECT_FALSE(is_journal_stream(ours.c_str(), -1));
}

TEST(Log, GoesToStderrWithTimeAndLevelFromTheLevelOn) {
  ::unsetenv("JOURNAL_STREAM");
  testing::internal::CaptureStderr();
  set_up_logging(Config::LogLevel::kWarning);
  log_info("not shown");
  log_warning("no space left in {}", "/var/log/atop");
  set_up_logging(Config::LogLevel::kDebug);
  log_debug("shown");
  const std::string text = testing::internal::GetCapturedStderr();

  const std::string time = "[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{3} ";
  EXPECT_TRUE(std::regex_match(text, std::regex(time + "warning: no space left in /var/log/atop\n" +
                                                time + "debug: shown\n")))
      << text;
}

TEST(Log, WhatOthersNamedIsEscapedInEveryMessageAndMakesNoLineOfItsOwn) {
  ::unsetenv("JOURNAL_STREAM");
  testing::internal::CaptureStderr();
  set_up_logging(Config::LogLevel::kInfo);
  log_info("cgroup {}", "a\x1b[2J\u202e\nproctaped: all is well");
  log_info("{}", std::string(1 << 20, '\x1b'));
  log_lines(MessageLevel::kError, "not changed: ", "t.toml:1:1: x\nt.toml:2:1: y");
  const std::string text = testing::internal::GetCapturedStderr();
  EXPECT_NE(text.find("info: cgroup a\\u001b[2J\\u202e\\nproctaped: all is well\n"),
            std::string::npos);
  EXPECT_NE(text.find("error: not changed: t.toml:1:1: x\n"), std::string::npos);
  EXPECT_NE(text.find("error: t.toml:2:1: y\n"), std::string::npos);
  EXPECT_LT(text.size(), 10'000U);
}

}  // namespace
}  // namespace proctape
