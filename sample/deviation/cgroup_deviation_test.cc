// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "sample/deviation/cgroup_pruning.h"
#include "sample/deviation/deviation.h"

namespace proctape {
namespace {

struct Group {
  std::string path;  // "/a/b", "/"
  std::uint64_t id = 1;
  Count user = 0;
  std::vector<std::int32_t> pids = {};
};

// A snapshot of the groups, which stand in the order of a walk.
Snapshot snapshot_of(const std::vector<Group>& groups) {
  Snapshot snapshot;
  snapshot.taken_at = WallTime(std::chrono::seconds(1000));
  snapshot.cgroup_v2 = true;
  std::vector<std::string> paths;
  for (const Group& group : groups) {
    Cgroup& cgroup = snapshot.cgroups.emplace_back();
    cgroup.id = group.id;
    cgroup.cpu.user = {group.user};
    cgroup.cpu.system = {0};
    cgroup.identity.sequence = static_cast<Count>(paths.size());
    cgroup.identity.processes = static_cast<Count>(group.pids.size());
    snapshot.cgroup_pids.insert(snapshot.cgroup_pids.end(), group.pids.begin(), group.pids.end());
    const auto slash = group.path.rfind('/');
    if (group.path != "/") {
      cgroup.name = group.path.substr(slash + 1);
      const std::string parent = slash == 0 ? "/" : group.path.substr(0, slash);
      const auto position = std::ranges::find(paths, parent) - paths.begin();
      cgroup.identity.parent = position;
      cgroup.identity.depth =
          snapshot.cgroups[static_cast<std::size_t>(position)].identity.depth + 1;
    }
    cgroup.identity.name_length = static_cast<Count>(cgroup.name.size());
    paths.push_back(group.path);
  }
  return snapshot;
}

std::vector<Cgroup> difference(const std::vector<Group>& before, const std::vector<Group>& now) {
  Sample sample;
  cgroup_deviation(snapshot_of(before), snapshot_of(now), sample);
  return sample.cgroups;
}

std::vector<Count> user_times(const std::vector<Group>& before, const std::vector<Group>& now) {
  std::vector<Count> times;
  for (const Cgroup& cgroup : difference(before, now)) times.push_back(cgroup.cpu.user.value);
  return times;
}

TEST(CgroupDeviation, GroupsAreThoseOfBeforeByTheirPaths) {
  EXPECT_EQ(user_times({{"/", 1, 100}, {"/a", 2, 10}, {"/a/b", 3, 5}, {"/c", 4, 70}},
                       {{"/", 1, 130}, {"/a", 2, 11}, {"/a/b", 3, 7}, {"/c", 4, 90}}),
            (std::vector<Count>{30, 1, 2, 20}));
}

TEST(CgroupDeviation, GroupsThatComeAndGoDoNotDisturbTheOthers) {
  EXPECT_EQ(user_times({{"/", 1, 100}, {"/b", 2, 10}, {"/b/x", 3, 5}, {"/d", 4, 70}, {"/e", 9, 7}},
                       {{"/", 1, 130},
                        {"/a", 5, 3},
                        {"/a/x", 6, 2},
                        {"/b", 2, 11},
                        {"/c", 7, 1},
                        {"/d", 4, 90},
                        {"/d/x", 8, 4},
                        {"/f", 10, 6}}),
            (std::vector<Count>{30, 3, 2, 1, 1, 20, 4, 6}));
}

TEST(CgroupDeviation, AGroupMadeAnewUnderItsOldPathCountsFromZero) {
  EXPECT_EQ(user_times({{"/", 1, 100}, {"/a", 2, 10}, {"/a/b", 3, 5}},
                       {{"/", 1, 130}, {"/a", 12, 60}, {"/a/b", 13, 50}}),
            (std::vector<Count>{30, 60, 50}))
      << "not 50 and 45, and not negative";
}

TEST(CgroupDeviation, PathsOfTheSameHashAreToldApart) {
  // atop's hash of both is 590.
  EXPECT_EQ(
      user_times({{"/", 1}, {"/a", 2, 0}, {"/a/bc", 3, 5}, {"/ab", 4, 0}, {"/ab/c", 5, 1000}},
                 {{"/", 1}, {"/a", 2, 0}, {"/a/bc", 3, 6}, {"/ab", 4, 0}, {"/ab/c", 5, 1002}}),
      (std::vector<Count>{0, 0, 1, 0, 2}));
}

TEST(CgroupDeviation, TheFirstSampleHasWhatWasSinceTheGroupsBegan) {
  Sample sample;
  cgroup_deviation({}, snapshot_of({{"/", 1, 130}, {"/a", 2, 60}}), sample);
  EXPECT_EQ(sample.cgroups[0].cpu.user, Microseconds{130});
  EXPECT_EQ(sample.cgroups[1].cpu.user, Microseconds{60});
}

// A reload to a version that has cgroups: the first interval had all since the groups began.
TEST(CgroupDeviation, GroupsThatWereNotAskedForShowNothingOfTheirHistory) {
  EXPECT_EQ(user_times({}, {{"/", 1, 130}, {"/a", 2, 60}}), (std::vector<Count>{0, 0}));
}

TEST(CgroupDeviation, ACounterThatWasNotThereBeforeCountsFromZeroAndUnknownStaysSo) {
  Snapshot before = snapshot_of({{"/"}, {"/a", 2}});
  Snapshot now = before;
  now.cgroups[1].disk.read = {4096};
  now.cgroups[1].memory.current = {1 << 20};
  Sample sample;
  cgroup_deviation(before, now, sample);
  EXPECT_EQ(sample.cgroups[1].disk.read, Bytes{4096}) << "not one more";
  EXPECT_EQ(sample.cgroups[1].disk.written, Bytes{kUnknown});
  EXPECT_EQ(sample.cgroups[1].memory.current, Bytes{1 << 20}) << "a gauge";
  cgroup_deviation(now, before, sample);
  EXPECT_EQ(sample.cgroups[1].disk.read, Bytes{kUnknown});
}

TEST(CgroupDeviation, TheHashIsThatOfThePathWithoutSlashes) {
  const auto hash_of = [](const std::vector<Group>& groups) {
    return difference({}, groups).back().identity.name_hash;
  };
  EXPECT_EQ(hash_of({{"/"}}), 0);
  EXPECT_EQ(hash_of({{"/"}, {"/unified"}}), 2891);
  EXPECT_EQ(hash_of({{"/"}, {"/unified"}, {"/unified/payload"}}), 11051);
  EXPECT_EQ(hash_of({{"/"}, {"/system.slice"}, {"/system.slice/ssh.service"}}), 28296);
  EXPECT_EQ(hash_of({{"/"}, {"/\u00e9"}}), -235);
  const auto chain = difference({}, {{"/"}, {"/system.slice"}, {"/system.slice/ssh.service"}});
  EXPECT_EQ(chain[2].identity.full_name_length, 23);
  EXPECT_EQ(chain[2].identity.name_length, 11);
}

TEST(CgroupDeviation, NamesAreMadeFitForALogAndStillPaired) {
  const auto chain = difference({{"/", 1}, {"/a\tb\xff", 2, 5}}, {{"/", 1}, {"/a\tb\xff", 2, 7}});
  EXPECT_TRUE(chain[1].name.starts_with("a?b?~")) << chain[1].name;
  EXPECT_EQ(chain[1].cpu.user, Microseconds{2});
}

TEST(CgroupPruning, KeepsTheBusiestWithTheirParentsAndTheirPids) {
  Sample sample;
  cgroup_deviation({},
                   snapshot_of({{"/", 1, 100, {1}},
                                {"/a", 2, 0, {2, 3}},
                                {"/b", 3, 20, {4}},
                                {"/b/c", 4, 20, {5, 6}},
                                {"/d", 5, 0, {7}},
                                {"/e", 6, 60, {8}}}),
                   sample);
  sample.cgroups[4].memory.current = {1 << 20};  // the only one that has memory
  prune_to_busiest(4, sample.cgroups, sample.cgroup_pids);
  ASSERT_EQ(sample.cgroups.size(), 4U);
  EXPECT_EQ(sample.cgroup_pids, (std::vector<std::int32_t>{1, 4, 7, 8}));
  EXPECT_EQ(sample.cgroups[1].name, "b");
  EXPECT_EQ(sample.cgroups[2].name, "d") << "by its memory, before c";
  EXPECT_EQ(sample.cgroups[3].name, "e");
  for (Count i = 0; i < 4; ++i) {
    EXPECT_EQ(sample.cgroups[static_cast<std::size_t>(i)].identity.sequence, i);
    EXPECT_EQ(sample.cgroups[static_cast<std::size_t>(i)].identity.parent, i == 0 ? -1 : 0);
  }
}

TEST(CgroupPruning, AParentThatSeemsLessBusyThanItsChildIsKeptWithIt) {
  Sample sample;
  cgroup_deviation({}, snapshot_of({{"/", 1, 9}, {"/a", 2, 5}, {"/b", 3, 0}, {"/b/c", 4, 7}}),
                   sample);
  prune_to_busiest(3, sample.cgroups, sample.cgroup_pids);
  ASSERT_EQ(sample.cgroups.size(), 3U);
  EXPECT_EQ(sample.cgroups[1].name, "b");
  EXPECT_EQ(sample.cgroups[2].name, "c");
  EXPECT_EQ(sample.cgroups[2].identity.parent, 1);
}

TEST(CgroupDeviation, NoMoreGroupsAreRecordedThanALogCanCount) {
  std::vector<Group> groups = {{"/", 1, 1'000'000}};
  for (int i = 0; i < 70'000; ++i) groups.push_back({"/g" + std::to_string(100'000 + i), 2, i});
  Snapshot now;
  now.taken_at = WallTime(std::chrono::seconds(1000));
  for (const Group& group : groups) {
    Cgroup& cgroup = now.cgroups.emplace_back();
    cgroup.name = group.path.substr(1);
    cgroup.cpu = {.user = {group.user}, .system = {0}};
    cgroup.identity.parent = now.cgroups.size() == 1 ? -1 : 0;
    cgroup.identity.depth = now.cgroups.size() == 1 ? 0 : 1;
  }
  Sample sample;
  cgroup_deviation({}, now, sample);
  ASSERT_EQ(sample.cgroups.size(), kMostCgroups);
  EXPECT_EQ(sample.cgroups[1].name, "g104466") << "the first that did more than 4466 others";
  EXPECT_EQ(sample.cgroups.back().name, "g169999");
}

}  // namespace
}  // namespace proctape
