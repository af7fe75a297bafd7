// SPDX-License-Identifier: Apache-2.0
#include "query/topic/process.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "query/measure/process_series.h"

namespace proctape {
namespace {

Task a_process(Count pid, std::string_view name, Count started, Count cpu, Count resident) {
  Task task;
  task.identity.pid = task.identity.tgid = pid;
  task.identity.ppid = 1;
  task.identity.name = name;
  task.identity.command_line.assign("/bin/" + std::string(name));
  task.identity.state = 'S';
  task.identity.started = {started};
  task.identity.threads = 2;
  task.cpu.user = {cpu};
  task.cpu.run_delay = {wrapping_product(cpu, 10'000'000)};
  task.disk.read = {wrapping_product(cpu, 2)};
  task.memory.resident = {resident};
  return task;
}

class ProcessTopicTest : public testing::Test {
 protected:
  void ask(std::string subject, bool for_people = false, std::size_t points = 0) {
    Question question;
    question.subject = std::move(subject);
    question.for_people = for_people;
    question.points = points;
    topic_ = process_topic(question);
    time_ = 1000;
  }
  void next(const std::vector<Task>& tasks, bool since_boot = false) {
    Sample sample;
    sample.time = {time_ += 10};
    sample.interval = {10};
    sample.accounting = true;
    sample.since_boot = since_boot;
    topic_->begin(Host{}, sample);
    for (const Task& task : tasks) topic_->take(task, true);
    topic_->end();
  }
  static std::string cell(const Table& table, std::size_t row, std::string_view column) {
    const Value& value = table.rows.at(row).at(table.find(column));
    if (const auto* number = std::get_if<double>(&value)) {
      std::string text = std::to_string(*number);
      text.erase(text.find_last_not_of('0') + 1);
      if (text.ends_with('.')) text.pop_back();
      return text;
    }
    const auto* text = std::get_if<std::string>(&value);
    return text ? *text : "-";
  }

  std::unique_ptr<Topic> topic_;
  Count time_ = 1000;
};

TEST_F(ProcessTopicTest, ShowsOneFromItsStartToItsEnd) {
  ask("7");
  next({a_process(8, "other", 5, 1, 1)});
  Task first = a_process(7, "job", 1012, 500, 4096);
  first.identity.exit_code = TaskIdentity::kNewBit;
  next({first, a_process(8, "other", 5, 1, 1)});
  next({a_process(7, "job", 1012, 1000, 9000)});
  Task last = a_process(7, "job", 1012, 100, 9500);
  last.identity.state = TaskIdentity::kExited;
  last.identity.exit_code = 9;
  last.identity.elapsed = {2500};
  next({last});
  const auto tables = topic_->answer();
  ASSERT_EQ(tables.size(), 2);
  const Table& line = tables[0];
  EXPECT_EQ(line.name, "process");
  ASSERT_EQ(line.rows.size(), 3);
  EXPECT_EQ(cell(line, 0, "time"), "1020");
  EXPECT_EQ(cell(line, 0, "cpu"), "50");
  EXPECT_EQ(cell(line, 0, "run_delay"), "50");
  EXPECT_EQ(cell(line, 0, "read"), "51200");
  EXPECT_EQ(cell(line, 0, "remark"), "began");
  EXPECT_EQ(cell(line, 1, "cpu"), "100");
  EXPECT_EQ(cell(line, 1, "resident"), "9000");
  EXPECT_EQ(cell(line, 1, "threads"), "2");
  EXPECT_EQ(cell(line, 2, "resident"), "-");
  EXPECT_EQ(cell(line, 2, "state"), "E");
  EXPECT_EQ(cell(line, 2, "remark"), "ended: SIGKILL");
  const Table& who = tables[1];
  ASSERT_EQ(who.rows.size(), 1);
  EXPECT_EQ(cell(who, 0, "started"), "1012");
  EXPECT_EQ(cell(who, 0, "ended"), "1037");
  EXPECT_EQ(cell(who, 0, "status"), "SIGKILL");
  EXPECT_EQ(cell(who, 0, "cpu_time"), "16");
  EXPECT_EQ(cell(who, 0, "resident"), "9500");
}

TEST_F(ProcessTopicTest, ANameMayBeOfSeveralAndAPidToo) {
  ask("job");
  next({a_process(9, "job", 5, 1, 1), a_process(7, "job", 5, 1, 1), a_process(8, "jobs", 5, 1, 1)});
  next({a_process(9, "job", 5, 1, 1), a_process(7, "job", 1011, 1, 1)});
  const auto tables = topic_->answer();
  ASSERT_EQ(tables[0].rows.size(), 4);
  EXPECT_EQ(cell(tables[0], 0, "pid"), "7");
  EXPECT_EQ(cell(tables[0], 1, "pid"), "7");
  EXPECT_EQ(cell(tables[0], 2, "pid"), "9");
  EXPECT_EQ(tables[1].rows.size(), 3);

  ask("jo*");
  next({a_process(9, "job", 5, 1, 1), a_process(8, "jobs", 5, 1, 1)});
  EXPECT_EQ(topic_->answer()[0].rows.size(), 2);

  // The kernel cuts names.
  ask("systemd-journald");
  next({a_process(9, "systemd-journal", 5, 1, 1)});
  EXPECT_EQ(topic_->answer()[0].rows.size(), 1);
}

TEST_F(ProcessTopicTest, PeopleSeeAFewRowsAndWhoItIs) {
  ask("7", true, 10);
  for (Count i = 0; i < 100; ++i) next({a_process(7, "job", 5, i == 42 ? 1000 : 0, i)});
  const auto tables = topic_->answer();
  ASSERT_EQ(tables.size(), 2);
  EXPECT_EQ(tables[0].columns[0].name, "property");
  const Table& line = tables[1];
  EXPECT_EQ(line.rows.size(), 10);
  EXPECT_TRUE(line.is_whole);
  EXPECT_EQ(cell(line, 4, "cpu"), "10") << "the mean";
  EXPECT_EQ(cell(line, 4, "resident"), "49") << "the most";
}

TEST_F(ProcessTopicTest, SinceBootOnlyLevelsAreKnown) {
  ask("7");
  next({a_process(7, "job", 5, 77, 4096)}, true);
  const auto tables = topic_->answer();
  EXPECT_EQ(cell(tables[0], 0, "cpu"), "-");
  EXPECT_EQ(cell(tables[0], 0, "resident"), "4096");
}

TEST_F(ProcessTopicTest, SaysWhatIsNearIfThereIsNone) {
  ask("mysql", true);
  next({a_process(7, "mysqld", 5, 1, 1), a_process(8, "sshd", 5, 1, 1)});
  auto tables = topic_->answer();
  ASSERT_EQ(tables.size(), 1);
  EXPECT_EQ(tables[0].if_empty, "no process of the period is called mysql; near it are mysqld");
  ask("55");
  Task thread = a_process(55, "worker", 5, 1, 1);
  thread.identity.is_process = false;
  thread.identity.tgid = 50;
  next({thread});
  EXPECT_EQ(topic_->answer()[0].if_empty, "55 is a thread of process 50 (worker)");
  ask("56");
  next({thread});
  EXPECT_EQ(topic_->answer()[0].if_empty, "no process of the period had pid 56");
}

TEST(ProcessSeriesTest, HasALimit) {
  ProcessSeries series(100, 10);
  for (Count i = 0; i < 1000; ++i) {
    Sample sample;
    sample.time = {1000 + i};
    series.begin(Host{}, sample);
    for (Count pid = 0; pid < 12; ++pid) series.take(a_process(pid, "x", 5, 1, i));
  }
  ASSERT_EQ(series.all().size(), 10);
  std::size_t points = 0;
  for (const ProcessStory& story : series.all()) {
    double cpu = 0;
    for (const ProcessPoint& point : story.points) cpu += point.user;
    EXPECT_NEAR(cpu, 10, 1e-9) << "nothing is lost by joining";
    points += story.points.size();
  }
  EXPECT_LE(points, 100);
  EXPECT_EQ(series.left_out(), 2000);
  EXPECT_GE(series.joined(), 10) << "evenly";
  EXPECT_LE(series.joined(), 256);
}

// A log may hold any numbers.
TEST_F(ProcessTopicTest, StandsAnything) {
  ask("*", true, 10);
  for (const std::int64_t value : {INT64_MIN, std::int64_t{-1}, INT64_MAX}) {
    Task task = a_process(value, "x", value, value, value);
    next({task});
    task.identity.state = TaskIdentity::kExited;
    task.identity.elapsed = {value};
    next({task}, true);
  }
  EXPECT_EQ(topic_->answer().size(), 2);
}

}  // namespace
}  // namespace proctape
