// SPDX-License-Identifier: Apache-2.0
#include "collector/cgroup/hierarchy.h"

#include <gtest/gtest.h>

#include "tests/support/test_host.h"

namespace proctape {
namespace {

std::optional<std::string> found_on(const TestHost& host) {
  const auto fs = KernelFs::open(host.path().string());
  return fs ? find_cgroup2(*fs) : "no host";
}

TEST(CgroupHierarchy, IsFoundOnHostsOfVersion2AndHybridOnes) {
  TestHost host;
  host.write("sys/fs/cgroup/memory/cgroup.procs", "1\n");
  EXPECT_EQ(found_on(host), std::nullopt) << "version 1 alone";
  host.write("sys/fs/cgroup/unified/cgroup.controllers", "");
  EXPECT_EQ(found_on(host), "sys/fs/cgroup/unified");
  host.write("sys/fs/cgroup/cgroup.controllers", "cpu io memory\n");
  EXPECT_EQ(found_on(host), "sys/fs/cgroup");
}

TEST(CgroupHierarchy, MountPointsAreToldByTheTypeBehindTheDash) {
  EXPECT_EQ(cgroup2_mount_point(
                "32 31 0:29 / /sys/fs/cgroup/cpu rw,relatime - cgroup cgroup rw,cpu\n"
                "41 31 0:38 / /mnt/cgroup2 rw,relatime shared:9 master:1 - cgroup2 cgroup2 rw\n"),
            "/mnt/cgroup2");
  EXPECT_EQ(cgroup2_mount_point("41 31 0:38 / /my\\040groups rw - cgroup2 none rw\n"), "");
  EXPECT_EQ(cgroup2_mount_point("41 31 0:38 / /cgroup2 rw - tmpfs cgroup2 rw\nnonsense\n"), "");
}

}  // namespace
}  // namespace proctape
