// SPDX-License-Identifier: Apache-2.0
#include "collector/cgroup/cgroup_tree.h"

#include <gtest/gtest.h>

#include <set>

#include "sample/deviation/deviation.h"
#include "tests/support/cgroup_host.h"

namespace proctape {
namespace {

using namespace std::chrono_literals;

class CgroupTreeTest : public testing::Test {
 protected:
  // The next snapshot, ten seconds later; what was the last one is in previous_.
  Result<> walk() {
    auto fs = KernelFs::open(host_.path().string());
    if (!fs) return std::move(fs.error());
    std::swap(previous_, current_);
    now_ += 10s;
    current_.since_boot = now_;
    current_.taken_at = WallTime(1000s + now_);
    current_.system.pressure = pressure_;
    return tree_.read(*fs, "sys/fs/cgroup", disks_, previous_, current_);
  }
  const Cgroup& at(std::size_t position) const { return current_.cgroups.at(position); }
  std::vector<std::string> names() const {
    std::vector<std::string> names;
    for (const Cgroup& cgroup : current_.cgroups) names.push_back(cgroup.name);
    return names;
  }

  CgroupHost host_;
  CgroupTree tree_;
  const std::vector<DeviceNumber> disks_ = {{8, 0}};
  SinceBoot now_ = 100s;
  Pressure pressure_{.present = true};
  Snapshot previous_;
  Snapshot current_;
};

TEST_F(CgroupTreeTest, ParentsStandBeforeChildrenAndChildrenByName) {
  host_.group("", {.processes = "2\n3\n"});
  host_.group("/system.slice", {});
  host_.group("/system.slice/ssh.service", {.processes = "30\n7\n"});
  host_.group("/system.slice/cron.service", {.processes = "12\n"});
  host_.group("/init.scope", {.processes = "1\n"});
  ASSERT_TRUE(walk());
  EXPECT_EQ(names(), (std::vector<std::string>{"", "init.scope", "system.slice", "cron.service",
                                               "ssh.service"}));
  const auto who = [&](std::size_t i) { return at(i).identity; };
  EXPECT_EQ(who(0).parent, -1);
  EXPECT_EQ(who(0).depth, 0);
  EXPECT_EQ(who(0).processes, 2);
  EXPECT_EQ(who(0).processes_below, 4);
  EXPECT_EQ(who(2).processes, 0);
  EXPECT_EQ(who(2).processes_below, 3);
  EXPECT_EQ(who(4).parent, 2);
  EXPECT_EQ(who(4).depth, 2);
  EXPECT_EQ(who(4).sequence, 4);
  EXPECT_EQ(who(4).name_length, 11);
  EXPECT_EQ(current_.cgroup_pids, (std::vector<std::int32_t>{2, 3, 1, 12, 7, 30}));
}

TEST_F(CgroupTreeTest, AllValuesAreRead) {
  host_.group("", {.user = 500, .system = 60});
  host_.group("/a", {.user = 50, .system = 6, .memory = 8192, .written = 4096, .stalled = 77});
  host_.settings("/a", {"250", "150000 100000", "1048576", "0"});
  host_.group_file("/a", "io.bfq.weight", "default 300\n");
  ASSERT_TRUE(walk());
  const Cgroup& root = at(0);
  EXPECT_EQ(root.limits, CgroupLimits{}) << "not defined";
  EXPECT_EQ(root.cpu.user, Microseconds{500});
  EXPECT_EQ(root.memory.current, Bytes{kUnknown});
  const Cgroup& a = at(1);
  EXPECT_EQ(a.limits, (CgroupLimits{250, 150, {1048576}, {0}, 300}));
  EXPECT_EQ(a.cpu, (CgroupCpu{{50}, {6}, {77}, {0}}));
  EXPECT_EQ(a.memory, (CgroupMemory{{8192}, {8192}, {0}, {4096}, {0}, {77}, {0}}));
  EXPECT_EQ(a.disk, (CgroupDisk{{0}, {4096}, 0, 1, {77}, {0}}));
}

TEST_F(CgroupTreeTest, AKernelWithFewFilesLeavesTheRestUndefined) {
  host_.group_file("", "cgroup.procs", "1\n");
  host_.group_file("/a", "cgroup.procs", "");  // 4.18: no pressure, and no controller is on
  host_.group_file("/a", "cpu.stat", "usage_usec 3\nuser_usec 2\nsystem_usec 1\n");
  ASSERT_TRUE(walk());
  EXPECT_EQ(at(1).limits, CgroupLimits{});
  EXPECT_EQ(at(1).cpu, (CgroupCpu{.user = {2}, .system = {1}}));
  EXPECT_EQ(at(1).memory, CgroupMemory{});
  EXPECT_EQ(at(1).disk, CgroupDisk{});
}

TEST_F(CgroupTreeTest, OfAnIdleGroupOnlyWhatChangesAllTheSameIsReadAnew) {
  host_.group("", {});
  host_.group("/idle",
              {.processes = "5\n", .user = 50, .memory = 8192, .written = 1, .stalled = 7});
  ASSERT_TRUE(walk());
  // Nobody ran: a limit that is set meanwhile may be seen later, what the kernel does not.
  host_.group_file("/idle", "io.stat", "8:0 rbytes=0 wbytes=900 rios=0 wios=2\n");
  host_.group_file("/idle", "memory.current", "4096\n");
  host_.group_file("/idle", "memory.stat", "anon 4096\nfile 0\n");
  std::set<Count> limits;
  std::set<Count> stalls;
  for (Count i = 1; i <= 2 * CgroupReader::kRefreshEvery; ++i) {
    host_.settings("/idle", {.memory_max = std::to_string(4096 * i)});
    host_.group_file("/idle", "io.pressure", "some total=" + std::to_string(7 + i) + "\n");
    ASSERT_TRUE(walk());
    EXPECT_EQ(at(1).disk.written, Bytes{900}) << "written back by the kernel";
    EXPECT_EQ(at(1).memory.anon, Bytes{4096}) << "reclaimed";
    limits.insert(at(1).limits.memory_max.value);
    stalls.insert(at(1).disk.pressure_some.value);
  }
  limits.erase(-1);
  stalls.erase(7);
  EXPECT_EQ(limits.size(), 2U) << "once every sixteenth time";
  EXPECT_EQ(stalls.size(), 2U);
}

TEST_F(CgroupTreeTest, AGroupThatRanIsReadInFull) {
  host_.group("", {});
  host_.group("/a", {.processes = "5\n", .user = 50, .stalled = 7});
  for (int i = 1; i < 20; ++i) {
    ASSERT_TRUE(walk());
    host_.group("/a", {.processes = "5\n", .user = 50 + i, .stalled = 7 + i});
    host_.settings("/a", {.cpu_weight = std::to_string(i)});
    ASSERT_TRUE(walk());
    EXPECT_EQ(at(1).limits.cpu_weight, i);
    EXPECT_EQ(at(1).cpu.pressure_some, Microseconds{7 + i});
  }
}

TEST_F(CgroupTreeTest, AnIdleGroupWhoseTasksMayStandStillIsAskedForItsPressure) {
  host_.group("", {});
  host_.group("/hung", {.processes = "5\n", .user = 50, .stalled = 7});
  for (int i = 1; i < 20; ++i) {
    ASSERT_TRUE(walk());
    // The disk is gone: the task hangs, and the whole host shows a task that waits for I/O.
    pressure_.io_some.total += Microseconds{9'990'000};
    host_.group_file("/hung", "io.pressure",
                     "some avg10=99.00 total=" + std::to_string(i * 10'000'000) + "\n");
    ASSERT_TRUE(walk());
    EXPECT_EQ(at(1).disk.pressure_some, Microseconds{i * 10'000'000});
  }
}

TEST_F(CgroupTreeTest, GroupsComeAndGoAndTheOthersAreWhoTheyWere) {
  host_.group("", {.user = 100});
  for (const char* path : {"/b", "/d", "/d/x", "/e"}) host_.group(path, {.user = 10});
  ASSERT_TRUE(walk());
  host_.remove_group("/d");
  for (const char* path : {"/a", "/c", "/c/y"}) host_.group(path, {.user = 1});
  host_.group("/e", {.user = 14});
  ASSERT_TRUE(walk());
  EXPECT_EQ(names(), (std::vector<std::string>{"", "a", "b", "c", "y", "e"}));
  Sample sample;
  cgroup_deviation(previous_, current_, sample);
  std::vector<Count> times;
  for (const Cgroup& cgroup : sample.cgroups) times.push_back(cgroup.cpu.user.value);
  EXPECT_EQ(times, (std::vector<Count>{0, 1, 0, 1, 1, 4}));
  host_.remove_group("/a");
  host_.remove_group("/c");
  ASSERT_TRUE(walk());
  EXPECT_EQ(names(), (std::vector<std::string>{"", "b", "e"}));
}

TEST_F(CgroupTreeTest, WhatIsNoGroupIsLeftOut) {
  host_.group("", {});
  host_.group("/.hidden", {});
  host_.group("/a", {});
  host_.write("sys/fs/cgroup/no-group/file", "");  // as one that vanishes while it is read
  std::filesystem::create_directory_symlink("a", host_.path() / "sys/fs/cgroup/link");
  ASSERT_TRUE(walk());
  EXPECT_EQ(names(), (std::vector<std::string>{"", "a"}));
}

TEST_F(CgroupTreeTest, OddNamesAreKept) {
  host_.group("", {});
  const std::string names[] = {"a b", "dev-disk-by\\x2dlabel.swap", "t\tab", "\xff\xfe", "\u00e9"};
  for (const std::string& name : names) host_.group("/" + name, {.processes = "1\n"});
  ASSERT_TRUE(walk());
  ASSERT_TRUE(walk());
  ASSERT_EQ(current_.cgroups.size(), 6U);
  for (const Cgroup& cgroup : std::span(current_.cgroups).subspan(1)) {
    EXPECT_EQ(std::ranges::count(names, cgroup.name), 1) << cgroup.name;
  }
}

TEST_F(CgroupTreeTest, SecretsInNamesAreHiddenAndGroupsAreStillWhoTheyWere) {
  auto redaction = Redaction::compile(std::vector<std::string>{"default"});
  ASSERT_TRUE(redaction);
  tree_.set_redaction(std::make_shared<const Redaction>(std::move(*redaction)));
  for (const char* name : {"", "/a", "/run-token=HUNTER2zq", "/run-token=abc123xyz", "/z"}) {
    host_.group(name, {});
  }
  ASSERT_TRUE(walk());
  ASSERT_TRUE(walk());
  ASSERT_EQ(current_.cgroups.size(), 5U);
  EXPECT_EQ(current_.cgroups[1].name, "a");
  EXPECT_EQ(current_.cgroups[2].name, "run-token=***");
  EXPECT_EQ(current_.cgroups[3].name, "run-token=***");
  EXPECT_EQ(current_.cgroups[3].identity.name_length, 13);
  EXPECT_EQ(current_.cgroups[4].name, "z");
  CgroupChildren children(previous_.cgroups, 0);
  EXPECT_EQ(children.find("z", current_.cgroups[4].id), 4U);
}

TEST_F(CgroupTreeTest, AMalformedFileIsToldAndTheRestIsRead) {
  host_.group("", {});
  host_.group("/a", {.user = 40});
  host_.group("/b", {.user = 50});
  ASSERT_TRUE(walk());
  host_.group_file("/a", "cpu.stat", "user_usec many\n");
  const auto read = walk();
  ASSERT_FALSE(read);
  EXPECT_NE(read.error().message.find("cpu.stat:1"), std::string::npos) << read.error().message;
  EXPECT_EQ(at(1).cpu.user, Microseconds{40}) << "else the next difference would be all of it";
  EXPECT_EQ(at(2).cpu.user, Microseconds{50});
}

TEST_F(CgroupTreeTest, PressureWithoutItsLineIsToldAndStaysAsItWas) {
  host_.group("", {});
  host_.group("/a", {.user = 40, .stalled = 7});
  ASSERT_TRUE(walk());
  host_.group("/a", {.user = 41, .stalled = 7});
  host_.group_file("/a", "io.pressure", "sxme avg10=0.00 total=7\n");
  const auto read = walk();
  ASSERT_FALSE(read);
  EXPECT_NE(read.error().message.find("io.pressure"), std::string::npos) << read.error().message;
  EXPECT_EQ(at(1).disk.pressure_some, Microseconds{7});
}

TEST_F(CgroupTreeTest, TooDeepGroupsAreLeftOutAndTold) {
  host_.group("", {});
  std::string path;
  for (int level = 0; level < CgroupTree::kDeepest + 5; ++level) {
    path += "/x";
    host_.group(path, {});
  }
  const auto read = walk();
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().kind, Error::Kind::kNoSpace);
  EXPECT_EQ(current_.cgroups.size(), static_cast<std::size_t>(CgroupTree::kDeepest) + 1);
}

TEST_F(CgroupTreeTest, FiveThousandGroupsAreWalkedAndAllocateNothingOnceKnown) {
  host_.group("", {});
  for (int i = 0; i < 50; ++i) {
    const std::string slice = "/slice-" + std::to_string(i);
    host_.group(slice, {});
    for (int j = 0; j < 99; ++j) {
      host_.group_file(slice + "/a-service-of-a-long-name-" + std::to_string(j), "cgroup.procs",
                       std::to_string(i * 100 + j + 1) + "\n");
    }
  }
  ASSERT_TRUE(walk());
  ASSERT_TRUE(walk());
  const void* const groups = previous_.cgroups.data();
  const std::vector<std::int32_t> pids = current_.cgroup_pids;
  ASSERT_TRUE(walk());
  EXPECT_EQ(current_.cgroups.size(), 5001U);
  EXPECT_EQ(current_.cgroups.data(), groups) << "the memory of the one before the last";
  EXPECT_EQ(current_.cgroup_pids, pids);
  EXPECT_EQ(std::set(pids.begin(), pids.end()).size(), 4950U);
  EXPECT_EQ(at(0).identity.processes_below, 4950);
}

}  // namespace
}  // namespace proctape
