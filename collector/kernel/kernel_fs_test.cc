// SPDX-License-Identifier: Apache-2.0
#include "collector/kernel/kernel_fs.h"

#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <functional>
#include <string>

#include "tests/support/test_host.h"

namespace proctape {
namespace {

enum Answer { kOwn = 10, kOthers, kNoSuchRoot, kMayNotMount };

int ask(const std::string& root) {
  const auto fs = KernelFs::open(root);
  if (!fs) return kNoSuchRoot;
  return fs->has_own_pids() ? kOwn : kOthers;
}

int in_child(const std::function<int()>& run) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(run());
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

// The host's /proc, bound below `root` as into a container.
bool bind_proc(const std::string& root) {
  return ::unshare(CLONE_NEWNS) == 0 &&
         ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
         ::mount("/proc", (root + "/proc").c_str(), nullptr, MS_BIND | MS_REC, nullptr) == 0;
}

TEST(KernelFs, TheHostsOwnProcShowsOwnPids) {
  EXPECT_EQ(ask("/"), kOwn);
  EXPECT_TRUE(KernelFs::open("/")->live());
}

TEST(KernelFs, AProcOfPlainFilesDoesNot) {
  const TestHost host;
  host.write("proc/self/status", "Name:\tx\nNSpid:\t1\n");
  EXPECT_EQ(ask(host.path().string()), kOthers);
}

TEST(KernelFs, TheHostsProcBelowAnotherRootDoesUnlessWeAreInAPidNamespace) {
  const TestHost container;
  const std::string root = container.path().string();
  const int shared = in_child([&] { return bind_proc(root) ? ask(root) : kMayNotMount; });
  if (shared == kMayNotMount) GTEST_SKIP() << "mounts are not possible here (not root?)";
  EXPECT_EQ(shared, kOwn);
  EXPECT_EQ(in_child([&] {
              if (!bind_proc(root) || ::unshare(CLONE_NEWPID) != 0) return int{kMayNotMount};
              return in_child([&] { return ask(root); });
            }),
            kOthers);
}

}  // namespace
}  // namespace proctape
