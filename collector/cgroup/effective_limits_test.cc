// SPDX-License-Identifier: Apache-2.0
#include "collector/cgroup/effective_limits.h"

#include <fcntl.h>
#include <gtest/gtest.h>

#include "tests/support/cgroup_host.h"

namespace proctape {
namespace {

class EffectiveLimitsTest : public testing::Test {
 protected:
  EffectiveLimitsTest() : cache_(open_hierarchy()) {
    cache_.begin_snapshot();
    host_.group("", {});
    for (const char* path : {"/a", "/a/b", "/a/b/c"}) host_.group(path, {});
  }
  Fd open_hierarchy() const {
    return Fd(::open((host_.path() / "sys/fs/cgroup").c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  }

  CgroupHost host_;
  EffectiveLimitsCache cache_;
};

TEST_F(EffectiveLimitsTest, TheSmallestOnTheWayUpCounts) {
  host_.settings("/a", {"100", "80000 100000", "1000000", "max"});
  host_.settings("/a/b", {"200", "max 100000", "max", "5000"});
  host_.settings("/a/b/c", {"300", "90000 100000", "2000000", "4000"});
  const EffectiveLimits limits = cache_.of("/a/b/c");
  EXPECT_EQ(limits.own, (CgroupLimits{300, 90, {2000000}, {4000}, -2}));
  EXPECT_EQ(limits.cpu_max, 80);
  EXPECT_EQ(limits.memory_max, Bytes{1000000});
  EXPECT_EQ(limits.swap_max, Bytes{4000});
  EXPECT_EQ(cache_.of("/a/b").memory_max, Bytes{1000000});
  EXPECT_EQ(cache_.of("/a").swap_max, Bytes{-1});
}

TEST_F(EffectiveLimitsTest, TheRootIsNotAsked) {
  host_.settings("", {"100", "10000 100000", "1", "1"});  // no kernel has that
  EXPECT_EQ(cache_.of("/a").memory_max, Bytes{-1});
}

TEST_F(EffectiveLimitsTest, WithoutAControllerNothingIsDefined) {
  host_.group_file("/plain", "cgroup.procs", "");
  EXPECT_EQ(cache_.of("/plain"), EffectiveLimits{});
  EXPECT_EQ(cache_.of("/"), EffectiveLimits{});
  EXPECT_EQ(cache_.of("/vanished"), EffectiveLimits{});
  EXPECT_EQ(cache_.of("/../a"), EffectiveLimits{}) << "beyond the cgroup namespace";
}

TEST_F(EffectiveLimitsTest, AGroupWithoutAControllerHasTheLimitsAboveIt) {
  host_.settings("/a", {.memory_max = "4096"});
  host_.group_file("/a/plain", "cgroup.procs", "");
  EXPECT_EQ(cache_.of("/a/plain").own.memory_max, Bytes{-2});
  EXPECT_EQ(cache_.of("/a/plain").memory_max, Bytes{4096});
}

TEST_F(EffectiveLimitsTest, GroupsAreReadOnceASnapshot) {
  EXPECT_EQ(cache_.of("/a").own.memory_max, Bytes{-1});
  host_.settings("/a", {.memory_max = "4096"});
  EXPECT_EQ(cache_.of("/a").own.memory_max, Bytes{-1});
  cache_.begin_snapshot();
  EXPECT_EQ(cache_.of("/a").own.memory_max, Bytes{4096});
  for (int i = 0; i < 200; ++i) cache_.begin_snapshot();  // forgets it
  EXPECT_EQ(cache_.of("/a").own.memory_max, Bytes{4096});
}

}  // namespace
}  // namespace proctape
