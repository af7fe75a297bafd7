// SPDX-License-Identifier: Apache-2.0
#include "query/topic/exits.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "query/topic/events.h"

namespace proctape {
namespace {

Task an_exit(Count pid, std::string_view name, Count status, Count elapsed = 100) {
  Task task;
  task.identity.pid = task.identity.tgid = pid;
  task.identity.ppid = 1;
  task.identity.name = name;
  task.identity.state = TaskIdentity::kExited;
  task.identity.started = {1000};
  task.identity.elapsed = {elapsed};
  task.identity.exit_code = TaskIdentity::kNewBit | status;
  return task;
}

Sample a_sample(Count time, bool accounting = true) {
  Sample sample;
  sample.time = {time};
  sample.interval = {10};
  sample.accounting = accounting;
  return sample;
}

std::vector<Table> answer_of(std::unique_ptr<Topic> topic, const std::vector<Task>& tasks,
                             const Sample& sample = a_sample(1010)) {
  topic->begin(Host{}, sample);
  for (const Task& task : tasks) topic->take(task, task.identity.pid != 666);
  topic->end();
  return topic->answer();
}

std::string word(const Table& table, std::size_t row, std::string_view column) {
  const Value& value = table.rows.at(row).at(table.find(column));
  if (const auto* number = std::get_if<double>(&value)) return std::to_string(std::lround(*number));
  const auto* text = std::get_if<std::string>(&value);
  return text ? *text : "-";
}

TEST(ExitsTopic, ListsAllOneByOneForPrograms) {
  std::vector<Task> tasks;
  for (Count i = 0; i < 30; ++i) tasks.push_back(an_exit(100 - i, "cc1", i == 3 ? 0x0100 : 0, i));
  tasks.push_back(an_exit(666, "not_meant", 0));
  const auto tables = answer_of(exits_topic({}), tasks);
  ASSERT_EQ(tables.size(), 2);
  const Table& exits = tables[0];
  EXPECT_EQ(exits.name, "exits");
  ASSERT_EQ(exits.rows.size(), 30);
  EXPECT_EQ(word(exits, 0, "pid"), "100") << "in the order of time";
  EXPECT_EQ(word(exits, 3, "status"), "exit 1");
  EXPECT_EQ(word(exits, 3, "exit_code"), "1");
  EXPECT_EQ(word(exits, 3, "signal"), "-");
  const Table& programs = tables[1];
  ASSERT_EQ(programs.rows.size(), 1);
  EXPECT_EQ(word(programs, 0, "ends"), "30");
  EXPECT_EQ(word(programs, 0, "failed"), "1");
}

TEST(ExitsTopic, PeopleSeeThoseThatEndedOftenTogetherAndTheWorstFirst) {
  Question question;
  question.for_people = true;
  std::vector<Task> tasks;
  for (Count i = 0; i < 30; ++i) tasks.push_back(an_exit(100 + i, "cc1", 0));
  tasks.push_back(an_exit(200, "well", 0));
  tasks.push_back(an_exit(201, "failed", 0x0100));
  tasks.push_back(an_exit(202, "asked", 15));
  tasks.push_back(an_exit(203, "cc1", 9));
  tasks.push_back(an_exit(204, "crashed", 0x8B));
  for (Count i = 0; i < 40; ++i) tasks.push_back(an_exit(300 + i, "alike", 9));
  const auto tables = answer_of(exits_topic(question), tasks);
  ASSERT_EQ(tables.size(), 2);
  ASSERT_EQ(tables[0].rows.size(), 2);
  EXPECT_EQ(word(tables[0], 0, "name"), "alike");
  EXPECT_EQ(word(tables[0], 1, "ends"), "31");
  EXPECT_EQ(word(tables[0], 1, "killed"), "1");
  std::vector<std::string> names;
  for (std::size_t i = 0; i < tables[1].rows.size(); ++i) {
    names.push_back(word(tables[1], i, "name"));
  }
  EXPECT_EQ(names, (std::vector<std::string>{"crashed", "alike", "alike", "alike", "alike", "alike",
                                             "cc1", "asked", "failed", "well"}));
  ASSERT_FALSE(tables[1].notes.empty());
  EXPECT_NE(tables[1].notes[0].find("35 are not"), std::string::npos) << tables[1].notes[0];
}

TEST(ExitsTopic, SaysWhatTheLogDoesNotKnow) {
  auto tables = answer_of(exits_topic({}), {}, a_sample(1010, false));
  ASSERT_EQ(tables[0].notes.size(), 1);
  EXPECT_NE(tables[0].notes[0].find("no accounting"), std::string::npos);
  Sample sample = a_sample(1010);
  sample.exits_lost = 7;
  tables = answer_of(exits_topic({}), {an_exit(7, "x", 0)}, sample);
  ASSERT_EQ(tables[0].notes.size(), 1);
  EXPECT_TRUE(tables[0].notes[0].starts_with("7 more processes ended"));
}

TEST(EventsTopic, AFewAreTheMostImportantInTheOrderOfTime) {
  EventFinder finder;
  Sample sample = a_sample(1000);
  sample.since_boot = true;
  finder.begin(Host{}, sample);
  finder.end();
  sample = a_sample(1010);
  sample.exits_lost = 1;
  finder.begin(Host{}, sample);
  for (Count i = 0; i < 3; ++i) {
    finder.take(an_exit(10 + i, "crash" + std::to_string(i), 0x8B), true);
  }
  finder.end();
  sample = a_sample(1020);
  sample.system.memory.oom_kills = 1;
  finder.begin(Host{}, sample);
  finder.take(an_exit(20, "hog", 9), true);
  finder.end();
  const Table all = table_of_events(finder, 0);
  EXPECT_EQ(all.rows.size(), 6);
  EXPECT_TRUE(all.notes.empty());
  const Table few = table_of_events(finder, 3);
  ASSERT_EQ(few.rows.size(), 3);
  EXPECT_EQ(word(few, 0, "object"), "crash0");
  EXPECT_EQ(word(few, 1, "object"), "crash1");
  EXPECT_EQ(word(few, 2, "kind"), "oom");
  ASSERT_EQ(few.notes.size(), 1);
  EXPECT_TRUE(few.notes[0].starts_with("The most important of 6;"));
}

}  // namespace
}  // namespace proctape
