// SPDX-License-Identifier: Apache-2.0
//
// What proctaped writes of cgroups and containers into the log of each version, of hosts with
// cgroup v2 and without.
#include <gtest/gtest.h>

#include "rawlog/file/cgroup_chain.h"
#include "rawlog/file/reader.h"
#include "tests/support/cgroup_host.h"
#include "tests/support/container_id.h"
#include "tests/support/run.h"
#include "tests/support/settings.h"

namespace proctape {
namespace {

class CgroupLog : public testing::TestWithParam<Version> {
 protected:
  CgroupLog() {
    host_.write("proc/meminfo", "MemTotal: 1000 kB\n");
    host_.write("proc/stat", "cpu 1 2 3 4\ncpu0 1 2 3 4\n");
    host_.write("proc/diskstats", "8 0 sda 1 0 8 0 1 0 8 0 0 1 1 0 0 0 0\n");
    host_.process(1, {.name = "init"});
    host_.process(7, {.name = "nginx"});
    host_.write("proc/1/cgroup", "0::/init.scope\n");
    host_.write("proc/7/cgroup", "0::" + container_ + "\n");
    host_.write("var/lib/docker/containers/" + kContainerId + "/config.v2.json",
                R"({"Name":"/the-web"})");
    host_.group("", {.user = 500});
    host_.group("/init.scope", {.processes = "1\n"});
    host_.group("/system.slice", {});
    host_.group(container_, {.processes = "7\n", .user = 40, .memory = 1 << 20, .written = 4096});
    host_.settings("/system.slice", {.cpu_max = "150000 100000", .memory_max = "4194304"});
  }

  // The sample and what the file's header says.
  void record() {
    const TestDirectory logs;
    const SettingsFile config;
    const auto done = run({PROCTAPED, "--config", config.path().string(), "--root",
                           host_.path().string(), "--log-dir", logs.path().string(), "--interval",
                           "100ms", "--samples", "1", "--format", to_string(GetParam())});
    ASSERT_EQ(done.exit_code, 0) << done.err;
    for (const auto& file : std::filesystem::directory_iterator(logs.path())) {
      auto reader = Reader::open(file.path().string(), [](const Damage& damage) {
        ADD_FAILURE() << "damaged at " << damage.offset << ": " << damage.found;
      });
      ASSERT_TRUE(reader);
      const auto read = reader->next(sample_);
      ASSERT_TRUE(read && *read);
      header_flags_ = reader->header().support_flags;
    }
  }
  const Task& nginx() const { return sample_.tasks.at(1); }

  const std::string container_ = "/system.slice/docker-" + kContainerId + ".scope";
  CgroupHost host_;
  Sample sample_;
  std::int32_t header_flags_ = 0;
};

TEST_P(CgroupLog, HasTheContainerAsItsVersionDoes) {
  record();
  EXPECT_TRUE(sample_.containers);
  EXPECT_NE(header_flags_ & support::kContainers, 0);
  EXPECT_EQ(nginx().identity.container.view(), GetParam() <= v2_9 ? "4f5b5a7c9d0e" : "");
  EXPECT_EQ(nginx().identity.host_name.view(), GetParam() <= v2_9 ? "" : "the-web");
}

TEST_P(CgroupLog, HasTheLimitsOfTasksFrom2_8To2_10) {
  record();
  const bool wanted = GetParam() >= v2_8 && GetParam() <= v2_10;
  EXPECT_EQ(nginx().identity.cgroup_path.view(), wanted ? container_.substr(0, 63) : "");
  EXPECT_EQ(nginx().cpu.cgroup_max, wanted ? -1 : 0);
  EXPECT_EQ(nginx().cpu.cgroup_max_effective, wanted ? 150 : 0);
  EXPECT_EQ(nginx().memory.cgroup_max_effective, Bytes{wanted ? 4194304 : 0});
}

TEST_P(CgroupLog, HasTheChainFrom2_11On) {
  record();
  EXPECT_EQ(sample_.cgroup_v2, GetParam() >= v2_8);
  EXPECT_EQ((header_flags_ & support::kCgroupV2) != 0, GetParam() >= v2_8);
  if (GetParam() < v2_11) {
    EXPECT_TRUE(sample_.cgroups.empty());
    return;
  }
  ASSERT_EQ(sample_.cgroups.size(), 4U);
  EXPECT_EQ(cgroup_path(sample_.cgroups, 3), container_);
  const Cgroup& group = sample_.cgroups[3];
  EXPECT_EQ(group.cpu.user, Microseconds{40});
  EXPECT_EQ(group.memory.current, Bytes{1 << 20});
  EXPECT_EQ(group.disk.written, Bytes{4096});
  EXPECT_EQ(group.limits.memory_max, Bytes{-1});
  EXPECT_EQ(sample_.cgroups[2].limits.memory_max, Bytes{4194304});
  EXPECT_EQ(sample_.cgroup_pids, (std::vector<std::int32_t>{1, 7}));
  EXPECT_EQ(nginx().identity.cgroup_index, 3);
}

TEST_P(CgroupLog, OfAHostWithoutCgroup2HasARootFrom2_11On) {
  host_.remove("sys");
  record();
  const bool chain = GetParam() >= v2_11;
  EXPECT_EQ(sample_.cgroup_v2, chain);
  EXPECT_EQ((header_flags_ & support::kCgroupV2) != 0, chain);
  EXPECT_EQ(sample_.cgroups.size(), chain ? 1U : 0U);
  EXPECT_EQ(nginx().identity.cgroup_path.view(), "");
  if (!chain) return;
  EXPECT_EQ(sample_.cgroups[0].identity.processes, 2);
  EXPECT_EQ(sample_.cgroups[0].limits, CgroupLimits{});
  EXPECT_EQ(sample_.cgroups[0].cpu, CgroupCpu{});
  EXPECT_EQ(nginx().identity.cgroup_index, 0);
}

INSTANTIATE_TEST_SUITE_P(, CgroupLog,
                         testing::Values(v2_3, v2_7, v2_8, v2_9, v2_10, v2_11, v2_12, v2_13),
                         [](const auto& version) {
                           std::string name = "Version" + to_string(version.param);
                           std::ranges::replace(name, '.', '_');
                           return name;
                         });

}  // namespace
}  // namespace proctape
