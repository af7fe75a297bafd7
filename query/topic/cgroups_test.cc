// SPDX-License-Identifier: Apache-2.0
#include "query/topic/cgroups.h"

#include "tests/support/answers.h"

namespace proctape {
namespace {

constexpr Seconds kMidnight{1'700'000'000};

Cgroup cgroup_of(std::string name, Count parent, double cpu_seconds, Count memory) {
  Cgroup cgroup;
  cgroup.name = std::move(name);
  cgroup.identity.parent = parent;
  cgroup.cpu.user = Microseconds{static_cast<Count>(cpu_seconds * 1e6)};
  cgroup.cpu.system = Microseconds{0};
  cgroup.memory.current = Bytes{memory};
  return cgroup;
}

std::vector<std::string> paths_in(const Table& table) {
  std::vector<std::string> paths;
  for (const auto& row : table.rows) paths.push_back(std::get<std::string>(row.back()));
  return paths;
}

// Of ten seconds.
Sample tree(Seconds time, Count memory) {
  Sample sample;
  sample.time = time;
  sample.interval = Seconds{10};
  sample.cgroups = {cgroup_of("", -1, 9, -1), cgroup_of("a", 0, 1, 1000),
                    cgroup_of("b", 0, 8, 2000), cgroup_of("x", 2, 2, memory),
                    cgroup_of("y.service", 2, 6, 7)};
  Cgroup& limited = sample.cgroups[3];
  limited.limits.cpu_max = 50;
  limited.limits.memory_max = Bytes{5000};
  limited.cpu.pressure_some = Microseconds{2'500'000};
  limited.disk.read = Bytes{1000};
  limited.identity.processes = 3;
  return sample;
}

TEST(CgroupsTopic, TellsTheTreeWithTheBusiestFirst) {
  const Table table =
      answer_to("cgroups", {tree(kMidnight, 4000), tree(kMidnight + Seconds{10}, 3000)}).at(0);
  EXPECT_EQ(paths_in(table), (std::vector<std::string>{"/", "/b", "/b/y.service", "/b/x", "/a"}));
  EXPECT_DOUBLE_EQ(number_in(table, "cgroup", "/b", "cpu"), 80);
  EXPECT_DOUBLE_EQ(number_in(table, "cgroup", "/b", "cpu_time"), 16);
  EXPECT_DOUBLE_EQ(number_in(table, "cgroup", "/b/x", "memory"), 3000);
  EXPECT_DOUBLE_EQ(number_in(table, "cgroup", "/b/x", "memory_peak"), 4000);
  EXPECT_DOUBLE_EQ(number_in(table, "cgroup", "/b/x", "cpu_max"), 50);
  EXPECT_DOUBLE_EQ(number_in(table, "cgroup", "/b/x", "memory_max"), 5000);
  EXPECT_DOUBLE_EQ(number_in(table, "cgroup", "/b/x", "pressure_cpu_some"), 25);
  EXPECT_DOUBLE_EQ(number_in(table, "cgroup", "/b/x", "read"), 100);
  EXPECT_DOUBLE_EQ(number_in(table, "cgroup", "/b/x", "processes"), 3);
  const auto* other = row_of(table, "cgroup", "/a");
  for (const char* unknown : {"cpu_max", "memory_max", "pressure_io_some", "read"}) {
    EXPECT_TRUE(is_nothing(table, other, unknown)) << unknown;
  }
  EXPECT_TRUE(is_nothing(table, row_of(table, "cgroup", "/"), "memory"));
}

TEST(CgroupsTopic, SpreadsWhatAGroupDidOverThePeriod) {
  Sample without = tree(kMidnight + Seconds{10}, 1);
  without.cgroups.pop_back();
  const Table table = answer_to("cgroups", {tree(kMidnight, 1), without}).at(0);
  EXPECT_DOUBLE_EQ(number_in(table, "cgroup", "/b/y.service", "cpu"), 30);
  EXPECT_DOUBLE_EQ(number_in(table, "cgroup", "/b/y.service", "cpu_peak"), 60);
}

TEST(CgroupsTopic, TellsOnlyThoseOfTheTasksThatAreMeant) {
  Sample sample = tree(kMidnight, 1);
  sample.tasks = {plausible_process(10, "nginx"), plausible_process(11, "other")};
  sample.tasks[0].identity.cgroup_index = 4;
  sample.tasks[1].identity.cgroup_index = 3;
  const Table table = answer_to("cgroups", {sample}, "other").at(0);
  EXPECT_EQ(paths_in(table), std::vector<std::string>{"/b/y.service"});
  EXPECT_EQ(table.notes.size(), 1U);
}

TEST(CgroupsTopic, AddsUpTasksWhereThereIsNoTree) {
  Sample sample;
  sample.time = kMidnight;
  sample.interval = Seconds{10};
  for (const char* path : {"/system.slice/a.service", "/system.slice/b.service", "/system.slice"}) {
    sample.tasks.push_back(plausible_process(10 + Count(sample.tasks.size()), "task"));
    sample.tasks.back().identity.cgroup_path.assign(path);
  }
  sample.tasks.reserve(4);
  Task& limited = sample.tasks[0];
  limited.cpu.user = Ticks{300};
  limited.cpu.system = Ticks{0};
  limited.cpu.cgroup_max = 40;
  limited.memory.cgroup_max = Bytes{123'456};
  sample.tasks.push_back(limited);  // of which the limits are not known
  Task& other = sample.tasks.back();
  other.identity.state = 'Z';
  other.cpu = {};
  other.memory = {};
  const Table table = answer_to("cgroups", {sample}).at(0);
  EXPECT_EQ(paths_in(table),
            (std::vector<std::string>{"/", "/system.slice", "/system.slice/a.service",
                                      "/system.slice/b.service"}));
  EXPECT_NEAR(number_in(table, "cgroup", "/system.slice", "cpu_time"), 3.30, 1e-9);
  EXPECT_NEAR(number_in(table, "cgroup", "/system.slice/a.service", "cpu"), 30, 1e-9);
  EXPECT_DOUBLE_EQ(number_in(table, "cgroup", "/system.slice/a.service", "cpu_max"), 40);
  EXPECT_DOUBLE_EQ(number_in(table, "cgroup", "/system.slice/a.service", "memory_max"), 123'456);
  EXPECT_DOUBLE_EQ(number_in(table, "cgroup", "/", "memory"), 3 * 4000 * 1024);
  EXPECT_DOUBLE_EQ(number_in(table, "cgroup", "/system.slice", "processes"), 1);
  EXPECT_DOUBLE_EQ(number_in(table, "cgroup", "/system.slice", "processes_below"), 3);
  EXPECT_TRUE(is_nothing(table, row_of(table, "cgroup", "/"), "pressure_cpu_some"));
  EXPECT_EQ(table.notes.size(), 1U) << "that they are sums";
}

TEST(CgroupsTopic, SaysWhereThereAreNone) {
  const Table table = answer_to("cgroups", {plausible_sample(kMidnight)}).at(0);
  EXPECT_TRUE(table.rows.empty());
  EXPECT_NE(table.if_empty.find("2.8"), table.if_empty.npos);
}

// A crafted log has other groups in each sample, and nests them deep.
TEST(CgroupsTopic, KeepsABoundedNumber) {
  const auto topic = topic_named("cgroups");
  for (int i = 0; i < 12; ++i) {
    Sample sample = tree(kMidnight + Seconds{10 * i}, 1);
    for (int k = 0; k < 4000; ++k) {
      sample.cgroups.push_back(cgroup_of(std::to_string(i) + "-" + std::to_string(k),
                                         k < 1000 ? Count(sample.cgroups.size()) - 1 : 0, 0, 0));
    }
    topic->begin(plausible_host(), sample);
    topic->end();
  }
  const Table table = topic->answer().at(0);
  EXPECT_LE(table.rows.size(), 20'000U);
  EXPECT_FALSE(table.notes.empty());
  EXPECT_DOUBLE_EQ(number_in(table, "cgroup", "/b", "cpu_time"), 12 * 8)
      << "the busy ones are kept";
}

TEST(PressureTopic, TellsWhichGroupsWaited) {
  Sample sample = tree(kMidnight, 1);
  sample.system.pressure.present = true;
  sample.system.pressure.io_some.total = Microseconds{4'000'000};
  const auto tables = answer_to("pressure", {sample});
  EXPECT_DOUBLE_EQ(number_in(tables.at(0), &tables[0].rows.at(0), "pressure_io_some_percent"), 40);
  EXPECT_DOUBLE_EQ(number_in(tables.at(1), "measure", "pressure_io_some_percent", "mean"), 40);
  const Table& cgroups = tables.at(2);
  EXPECT_EQ(paths_in(cgroups), std::vector<std::string>{"/b/x"});
  EXPECT_DOUBLE_EQ(number_in(cgroups, "cgroup", "/b/x", "cpu_some"), 25);
  EXPECT_DOUBLE_EQ(number_in(cgroups, "cgroup", "/b/x", "peak"), 25);
}

TEST(PressureTopic, SaysWhereThereIsNone) {
  const auto tables = answer_to("pressure", {plausible_sample(kMidnight)});
  EXPECT_TRUE(tables.at(0).rows.empty());
  EXPECT_NE(tables[0].if_empty.find("2.4"), std::string::npos);
  EXPECT_NE(tables.at(2).if_empty.find("2.11"), std::string::npos);
}

}  // namespace
}  // namespace proctape
