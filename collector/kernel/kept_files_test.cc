// SPDX-License-Identifier: Apache-2.0
#include "collector/kernel/kept_files.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <string>
#include <utility>

#include "tests/support/test_host.h"

namespace proctape {
namespace {

class Kept : public testing::Test {
 protected:
  std::string read(const KernelFs& fs, const std::string& path) {
    const auto text = kept_.read(fs, path.c_str(), buffer_);
    return text ? std::string(*text) : "error: " + text.error().message;
  }

  KeptFiles kept_;
  FileBuffer buffer_;
  const KernelFs live_ = std::move(*KernelFs::open("/"));
};

TEST_F(Kept, AnOpenFileShowsWhatTheKernelHasNow) {
  for (const char* name : {"first", "another", "x"}) {
    ::prctl(PR_SET_NAME, name);
    EXPECT_EQ(read(live_, "proc/self/comm"), std::string(name) + '\n');
  }
  EXPECT_EQ(kept_.size(), 1U);
}

TEST_F(Kept, FilesOfSysfsAreKeptToo) {
  const std::string path = "sys/kernel/mm/transparent_hugepage/enabled";
  if (!live_.exists(path)) GTEST_SKIP() << "no /" << path;
  EXPECT_TRUE(read(live_, path).ends_with("\n"));
  EXPECT_EQ(read(live_, path), read(live_, path));
  EXPECT_EQ(kept_.size(), 1U);
}

TEST_F(Kept, OneThatWasRemovedIsLookedForAnew) {
  const pid_t child = ::fork();
  if (child == 0) {
    for (;;) ::pause();
  }
  const std::string path = "proc/" + std::to_string(child) + "/comm";
  EXPECT_FALSE(read(live_, path).starts_with("error"));
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  EXPECT_EQ(read(live_, path), "error: /" + path + ": No such file or directory")
      << "and not the error of the file that is open";
  EXPECT_EQ(kept_.size(), 0U);
}

TEST_F(Kept, OrdinaryFilesMayBeReplaced) {
  const TestHost host;
  host.write("proc/loadavg", "1.00");
  const KernelFs fs = std::move(*KernelFs::open(host.path()));
  EXPECT_EQ(read(fs, "proc/loadavg"), "1.00");
  host.remove("proc/loadavg");
  host.write("proc/loadavg", "2.00");
  EXPECT_EQ(read(fs, "proc/loadavg"), "2.00");
  EXPECT_EQ(kept_.size(), 0U);
}

TEST_F(Kept, NoMoreThanSomeAreKept) {
  // One file under many names.
  for (std::size_t slashes = 1; slashes <= 2 * KeptFiles::kMost; ++slashes) {
    EXPECT_FALSE(read(live_, "proc" + std::string(slashes, '/') + "uptime").starts_with("error"));
  }
  EXPECT_EQ(kept_.size(), KeptFiles::kMost);
}

}  // namespace
}  // namespace proctape
