// SPDX-License-Identifier: Apache-2.0
//
// docs/COLUMNS.md lists every column of every table that a topic of `proctape show` answers with:
// it is made of the topics themselves and docs/columns_head.md. After a change:
//
//   PROCTAPE_RENEW_COLUMNS=1 ctest --preset debug -R ColumnsDoc     and read the diff
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <set>
#include <sstream>
#include <string>
#include <type_traits>
#include <vector>

#include "query/measure/system_measures.h"
#include "query/topic/topic.h"
#include "tests/support/plausible_sample.h"

namespace proctape {
namespace {

std::string text_of_file(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

// Something in each member, so that every measure has a row.
template <typename S>
void fill_members(S& object) {
  for_each_row<S>([&]<typename Row>(Row) {
    auto& member = object.*Row::row().member;
    using Member = std::remove_cvref_t<decltype(member)>;
    if constexpr (kIsWhole<Member>) {
      if (plain(member) <= 0) plain(member) = 1000;
    } else if constexpr (std::is_same_v<Member, bool>) {
      member = true;
    } else if constexpr (std::is_same_v<Member, float>) {
      member = 0.5F;
    } else if constexpr (HasSchema<Member>) {
      fill_members(member);
    }
  });
}

Sample full_sample(Seconds time) {
  Sample sample = plausible_sample(time);
  System& system = sample.system;
  fill_members(system);
  system.memory.swap_free = Bytes{1};
  system.disks.lvm = system.disks.physical;
  for (Disk& disk : system.disks.physical) fill_members(disk);
  for (Interface& interface : system.interfaces.each) fill_members(interface);
  for (Task& task : sample.tasks) {
    fill_members(task.identity);
    fill_members(task.memory);
    task.identity.exit_code = 0;
  }
  sample.tasks.push_back(plausible_process(301, "zombie"));
  sample.tasks.back().identity.state = 'Z';
  sample.tasks.push_back(plausible_process(302, "ended"));
  sample.tasks.back().identity.state = TaskIdentity::kExited;
  return sample;
}

std::vector<Table> answer_of(const TopicRow& row) {
  Question question;
  if (!row.subject.empty()) question.subject = "1";
  const auto topic = row.make(question);
  for (int i = 0; i < 2; ++i) {
    const Sample sample = full_sample(Seconds{1'700'000'000 + 10 * i});
    topic->begin(plausible_host(), sample);
    for (const Task& task : sample.tasks) topic->take(task, true);
    topic->end();
  }
  return topic->answer();
}

std::string unit_name(ColumnUnit unit) {
  switch (unit) {
    case ColumnUnit::kText:
      return "text";
    case ColumnUnit::kTime:
      return "time";
    case ColumnUnit::kSeconds:
      return "seconds";
    case ColumnUnit::kMilliseconds:
      return "ms";
    case ColumnUnit::kCount:
      return "count";
    case ColumnUnit::kNumber:
      return "number";
    case ColumnUnit::kPerSecond:
      return "per second";
    case ColumnUnit::kBytes:
      return "bytes";
    case ColumnUnit::kBytesPerSecond:
      return "bytes per second";
    case ColumnUnit::kPercent:
      return "percent";
  }
  return {};
}

std::string row_text(const Column& column) {
  EXPECT_FALSE(column.meaning.empty()) << column.name << " has no meaning";
  EXPECT_EQ(column.meaning.find('|'), column.meaning.npos) << column.name << " breaks the table";
  return "| `" + full_name(column) + "` | " + unit_name(column.unit) + " | " +
         std::string(column.meaning) + (column.wide ? " *(wide)*" : "") + " |\n";
}

std::vector<std::string> csv_names(const Table& table) {
  std::vector<std::string> names;
  for (const Column& column : table.columns) names.push_back(full_name(column));
  return names;
}

std::string measures_text(const Table& table) {
  const std::size_t name = table.find("measure");
  const std::size_t meaning = table.find("meaning");
  if (name == Table::npos || meaning == Table::npos || table.rows.empty()) return {};
  std::string text = "\n| measure | meaning |\n|---|---|\n";
  for (const auto& row : table.rows) {
    text += "| `" + std::get<std::string>(row[name]) + "` | " +
            std::get<std::string>(row[meaning]) + " |\n";
  }
  return text;
}

std::string document() {
  std::string text = text_of_file(std::string(SOURCE_DIR) + "/docs/columns_head.md");
  for (const TopicRow& row : topics()) {
    text += "\n## " + std::string(row.name) + (row.subject.empty() ? "" : " ") +
            std::string(row.subject) + "\n\n" + std::string(row.meaning) + "\n";
    for (const Table& table : answer_of(row)) {
      text += "\n### " + std::string(row.name) + ": " + std::string(table.name) +
              "\n\n| column | unit | meaning |\n|---|---|---|\n";
      for (const Column& column : table.columns) text += row_text(column);
      text += measures_text(table);
    }
  }
  return text;
}

TEST(ColumnsDoc, ListsTheColumnsOfEveryTopic) {
  const std::string path = std::string(SOURCE_DIR) + "/docs/COLUMNS.md";
  const std::string text = document();
  if (::getenv("PROCTAPE_RENEW_COLUMNS")) std::ofstream(path, std::ios::binary) << text;
  EXPECT_EQ(text, text_of_file(path));
}

// A name that a script relies on means one thing.
TEST(ColumnsDoc, NamesEachColumnOfATableOnce) {
  for (const TopicRow& row : topics()) {
    std::set<std::string> tables;
    for (const Table& table : answer_of(row)) {
      EXPECT_TRUE(tables.insert(std::string(table.name)).second) << row.name << ' ' << table.name;
      std::set<std::string> columns;
      for (const Column& column : table.columns) {
        EXPECT_TRUE(columns.insert(full_name(column)).second)
            << row.name << ' ' << table.name << ": " << full_name(column);
      }
      for (const auto& values : table.rows) {
        EXPECT_EQ(values.size(), table.columns.size()) << row.name << ' ' << table.name;
      }
    }
  }
}

// A script gets the same columns, whatever was recorded.
TEST(ColumnsDoc, ColumnsDoNotDependOnTheSamples) {
  for (const TopicRow& row : topics()) {
    Question question;
    question.subject = "1";
    const auto full = answer_of(row);
    const auto empty = row.make(question)->answer();
    ASSERT_FALSE(empty.empty()) << row.name;
    EXPECT_EQ(empty.front().name, full.front().name) << row.name << ": it is that of CSV";
    for (const Table& table : empty) {
      const auto same = std::ranges::find(full, table.name, &Table::name);
      ASSERT_NE(same, full.end()) << row.name << ' ' << table.name;
      EXPECT_EQ(csv_names(table), csv_names(*same)) << row.name << ' ' << table.name;
    }
  }
}

TEST(ColumnsDoc, KnowsWhatEachMeasureIs) {
  const std::string text = document();
  for (const MeasureRow& measure : kMeasures) {
    EXPECT_FALSE(measure.meaning.empty()) << measure.name;
    const bool is_listed = text.find('`' + full_name(measure) + '`') != text.npos;
    // Nobody asks for a mean of these, or they are columns of another table.
    constexpr std::string_view kAside[] = {"cpu_guest", "load5", "load15", "interrupts"};
    EXPECT_NE(is_listed, std::ranges::find(kAside, measure.name) != std::end(kAside))
        << full_name(measure) << " is in no table";
  }
}

}  // namespace
}  // namespace proctape
