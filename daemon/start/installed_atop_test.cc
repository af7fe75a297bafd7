// SPDX-License-Identifier: Apache-2.0
#include "daemon/start/installed_atop.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

namespace proctape {
namespace {

using namespace std::chrono_literals;

// A PATH with one directory, where each test puts an atop of its own.
class InstalledAtop : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = testing::TempDir() + "installed_atopXXXXXX";
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    directory_ = pattern;
    path_before_ = std::getenv("PATH");
    ::setenv("PATH", directory_.c_str(), 1);
  }
  void TearDown() override {
    ::setenv("PATH", path_before_.c_str(), 1);
    std::filesystem::remove_all(directory_);
  }

  void put_atop(const std::string& script) {
    const std::string file = directory_ + "/atop";
    std::ofstream(file) << "#!/bin/sh\n" << script << "\n";
    ::chmod(file.c_str(), 0755);
  }

  std::string directory_;
  std::string path_before_;
};

TEST_F(InstalledAtop, IsAskedForItsVersion) {
  put_atop(R"([ "$*" = -V ] && echo "Version: 2.11.1 - 2024/12/10 09:14:55   <someone>")");
  const auto version = installed_atop_version();
  ASSERT_TRUE(version) << version.error().message;
  EXPECT_EQ(*version, v2_11);
}

TEST_F(InstalledAtop, IsMissing) {
  const auto version = installed_atop_version();
  ASSERT_FALSE(version);
  EXPECT_EQ(version.error().kind, Error::Kind::kMissing);
  EXPECT_EQ(version.error().message, "atop -V: No such file or directory");
}

TEST_F(InstalledAtop, IsSilent) {
  put_atop("echo 'cannot start' >&2; exit 1");
  const auto version = installed_atop_version();
  ASSERT_FALSE(version);
  EXPECT_EQ(version.error().message, "atop -V: expected 'Version: <number>.<number>', found ''");
}

TEST_F(InstalledAtop, IsKilledWithItsChildrenWhenItHangs) {
  const std::string pid_file = directory_ + "/pid";
  put_atop("/bin/sleep 60 & echo $! > " + pid_file + "; wait");
  const auto start = std::chrono::steady_clock::now();
  // Time enough for a shell to get as far as its child, also on a busy machine.
  const auto version = installed_atop_version(3s);
  EXPECT_LT(std::chrono::steady_clock::now() - start, 30s);
  ASSERT_FALSE(version);
  EXPECT_EQ(version.error().kind, Error::Kind::kMalformed);
  EXPECT_EQ(version.error().message, "atop -V: no answer");

  EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1) << "it was not waited for";
  pid_t sleeper = 0;
  ASSERT_TRUE(std::ifstream(pid_file) >> sleeper);
  // Its new parent, the init of this place, may leave it a zombie: that is dead, too.
  std::string name, state;
  for (int i = 0; i < 100 && state != "Z"; ++i) {
    if (!(std::ifstream("/proc/" + std::to_string(sleeper) + "/stat") >> name >> name >> state)) {
      return;
    }
    ::usleep(50'000);
  }
  EXPECT_EQ(state, "Z");
}

TEST_F(InstalledAtop, NeedNotEndAfterItsAnswer) {
  put_atop("echo 'Version: 2.8.1 - 2023'; /bin/sleep 60");
  const auto start = std::chrono::steady_clock::now();
  const auto version = installed_atop_version(30s);
  EXPECT_LT(std::chrono::steady_clock::now() - start, 20s);
  ASSERT_TRUE(version) << version.error().message;
  EXPECT_EQ(*version, v2_8);
}

TEST_F(InstalledAtop, MayTalkWithoutEnd) {
  put_atop("while :; do printf xxxxxxxxxxxxxxxx; done");
  EXPECT_FALSE(installed_atop_version(30s));
}

TEST_F(InstalledAtop, RunsWithAllSignalsUnblocked) {
  sigset_t all, before;
  sigfillset(&all);
  ASSERT_EQ(::pthread_sigmask(SIG_BLOCK, &all, &before), 0);
  put_atop("kill -TERM $$; echo 'Version: 2.8.1'");
  const auto version = installed_atop_version();
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  EXPECT_FALSE(version);
}

TEST(InstalledAtopReal, IsKnown) {
  if (std::system("command -v atop >/dev/null") != 0) GTEST_SKIP() << "no atop on this host";
  const auto version = installed_atop_version(30s);
  EXPECT_TRUE(version) << version.error().message;
}

TEST(AtopVersionText, PatchLevelAndDateDoNotMatter) {
  EXPECT_EQ(*parse_atop_version("Version: 2.8.1 - 2023/01/07 14:27:57     <gerlof>\n"), v2_8);
  EXPECT_EQ(*parse_atop_version("Version: 2.3.0 - 2017/03/25 09:59:59  <gerlof>\nmore\n"), v2_3);
  EXPECT_EQ(*parse_atop_version("Version: 2.13.0"), v2_13);
  EXPECT_EQ(*parse_atop_version("Version: 2.10"), v2_10);
}

TEST(AtopVersionText, ReleaseWithoutAKnownLayoutIsInvalid) {
  for (const char* text : {"Version: 2.14.0 - 2026", "Version: 2.2.6 - 2015", "Version: 3.0.0"}) {
    const auto version = parse_atop_version(text);
    ASSERT_FALSE(version) << text;
    EXPECT_EQ(version.error().kind, Error::Kind::kInvalid) << text;
  }
  EXPECT_EQ(parse_atop_version("Version: 2.14.0 - 2026").error().message,
            "atop -V: the log format of atop 2.14 is not known");
}

TEST(AtopVersionText, AnythingElseIsMalformed) {
  for (const char* text : {"", "\nVersion: 2.8.1", "atop 2.8.1", "Version: ", "Version: 2",
                           "Version: two.eight", "Version: 2.x.1"}) {
    const auto version = parse_atop_version(text);
    ASSERT_FALSE(version) << text;
    EXPECT_EQ(version.error().kind, Error::Kind::kMalformed) << text;
  }
}

}  // namespace
}  // namespace proctape
