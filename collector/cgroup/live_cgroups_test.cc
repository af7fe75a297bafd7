// SPDX-License-Identifier: Apache-2.0
//
// Groups made in the unified hierarchy of this machine, walked with the kernel's own files.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>

#include "collector/cgroup/cgroup_source.h"
#include "collector/cgroup/hierarchy.h"
#include "sample/deviation/deviation.h"

namespace proctape {
namespace {

namespace fs = std::filesystem;

class LiveCgroups : public testing::Test {
 protected:
  void SetUp() override {
    auto kernel = KernelFs::open("/");
    ASSERT_TRUE(kernel);
    kernel_.emplace(std::move(*kernel));
    const auto hierarchy = find_cgroup2(*kernel_);
    if (!hierarchy) GTEST_SKIP() << "no cgroup v2 is mounted here";
    top_ = fs::path("/" + *hierarchy) / ("proctape-test-" + std::to_string(::getpid()));
    std::error_code error;
    if (!fs::create_directories(top_ / "a/b", error) || !fs::create_directory(top_ / "c", error)) {
      top_.clear();
      GTEST_SKIP() << "no groups may be made here: " << error.message();
    }
    source_.emplace(hierarchy);
  }
  void TearDown() override {
    if (child_ > 0) {
      ::kill(child_, SIGKILL);
      ::waitpid(child_, nullptr, 0);
    }
    if (top_.empty()) return;
    for (const char* group : {"a/b/new", "a/b", "a", "c", "."}) ::rmdir((top_ / group).c_str());
    ::rmdir(top_.c_str());
  }

  void put(const fs::path& file, const std::string& text) const { std::ofstream(file) << text; }

  // A process in this group that burns CPU time if told to.
  void start(const fs::path& group, bool burn) {
    child_ = ::fork();
    if (child_ == 0) {
      std::ofstream(group / "cgroup.procs") << ::getpid() << std::flush;
      for (;;) {
        if (!burn) ::pause();
      }
    }
    // Until it is where it belongs.
    for (int i = 0; i < 500; ++i) {
      std::ifstream in(group / "cgroup.procs");
      if (pid_t pid = 0; in >> pid) return;
      ::usleep(10'000);
    }
    FAIL() << "the process did not get into its group";
  }

  void walk() {
    std::swap(previous_, current_);
    current_.since_boot = clock_.since_boot();
    current_.taken_at = clock_.wall();
    const auto read = source_->read(*kernel_, {}, previous_, current_);
    EXPECT_TRUE(read) << read.error().message;
    cgroup_deviation(previous_, current_, sample_);
  }
  // The group below the test's own, null if it is not there.
  const Cgroup* find(const std::string& name) const {
    bool inside = false;
    Count depth = 0;
    for (const Cgroup& cgroup : sample_.cgroups) {
      if (inside && cgroup.identity.depth <= depth) return nullptr;
      if (inside && cgroup.name == name) return &cgroup;
      if (cgroup.name == top_.filename()) {
        inside = true;
        depth = cgroup.identity.depth;
      }
    }
    return nullptr;
  }

  SystemClock clock_;
  std::optional<KernelFs> kernel_;
  fs::path top_;
  std::optional<CgroupSource> source_;
  Snapshot previous_;
  Snapshot current_;
  Sample sample_;
  pid_t child_ = 0;
};

TEST_F(LiveCgroups, CpuTimeIsThatOfTheProcessInAllGroupsAboveIt) {
  start(top_ / "a/b", true);
  walk();
  ::usleep(300'000);
  // It stands still while its groups are read one after the other, the ones above it first.
  ::kill(child_, SIGSTOP);
  ASSERT_EQ(::waitpid(child_, nullptr, WUNTRACED), child_);
  walk();
  ASSERT_TRUE(find("a") && find("b") && find("c"));
  EXPECT_EQ(find("b")->identity.processes, 1);
  EXPECT_EQ(find("a")->identity.processes, 0);
  EXPECT_EQ(find("a")->identity.processes_below, 1);
  const Count burnt = (find("b")->cpu.user + find("b")->cpu.system).value;
  EXPECT_GT(burnt, 30'000) << "it ran all the time, beside whatever else runs here";
  EXPECT_LT(burnt, 3'000'000);
  // User and system time are cut separately; and that it stops is told just before it does.
  constexpr Count kSlack = 100;
  EXPECT_GE((find("a")->cpu.user + find("a")->cpu.system).value, burnt - kSlack);
  EXPECT_EQ(find("c")->cpu.user, Microseconds{0});
  EXPECT_EQ(std::ranges::count(sample_.cgroup_pids, child_), 1);
  Count pids = 0;
  for (const Cgroup& cgroup : sample_.cgroups) pids += cgroup.identity.processes;
  EXPECT_EQ(pids, static_cast<Count>(sample_.cgroup_pids.size()));
}

TEST_F(LiveCgroups, GroupsMadeAnewCountFromZeroAndVanishedOnesAreGone) {
  start(top_ / "c", true);
  ::usleep(50'000);
  walk();
  ::kill(child_, SIGKILL);
  ::waitpid(child_, nullptr, 0);
  child_ = 0;
  ASSERT_EQ(::rmdir((top_ / "c").c_str()), 0);
  ASSERT_EQ(::mkdir((top_ / "c").c_str(), 0755), 0);
  ASSERT_EQ(::mkdir((top_ / "a/b/new").c_str(), 0755), 0);
  walk();
  ASSERT_TRUE(find("c") && find("new"));
  EXPECT_EQ(find("c")->cpu.user, Microseconds{0}) << "atop: negative";
  EXPECT_EQ(find("new")->identity.depth, find("b")->identity.depth + 1);
  ASSERT_EQ(::rmdir((top_ / "a/b/new").c_str()), 0);
  walk();
  EXPECT_FALSE(find("new"));
}

TEST_F(LiveCgroups, AThreadedGroupHasNoProcessesAndIsNoProblem) {
  put(top_ / "a/b/cgroup.type", "threaded");
  std::string type;
  std::ifstream(top_ / "a/b/cgroup.type") >> type;
  if (type != "threaded") GTEST_SKIP() << "this kernel makes no threaded groups here: " << type;
  walk();
  ASSERT_TRUE(find("b"));
  EXPECT_EQ(find("b")->identity.processes, 0);
  EXPECT_NE(find("b")->cpu.user, Microseconds{kUnknown}) << "its other files are read";
}

}  // namespace
}  // namespace proctape
