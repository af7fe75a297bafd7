// SPDX-License-Identifier: Apache-2.0
#include "cli/procfs/task_table.h"

#include <gtest/gtest.h>

namespace proctape {
namespace {

TaskTable::Contents contents_of(std::initializer_list<TaskFile> files) {
  TaskTable::Contents contents;
  for (const TaskFile file : files) contents.files[index_of(file)] = true;
  return contents;
}

std::string titles_of(const TaskTable& table) {
  std::string titles;
  table.append_titles(titles);
  return titles;
}

TEST(TaskTable, TellsWhoseRowItIsWhereTheFilesDoNot) {
  auto io = contents_of({TaskFile::kIo});
  EXPECT_TRUE(titles_of(TaskTable(io)).starts_with("pid,rchar,wchar,"));
  io.time = io.threads = true;
  EXPECT_TRUE(titles_of(TaskTable(io)).starts_with("time,tgid,pid,rchar,"));

  auto stat = contents_of({TaskFile::kStat});
  EXPECT_TRUE(titles_of(TaskTable(stat)).starts_with("pid,comm,state,"));
  stat.threads = true;
  EXPECT_TRUE(titles_of(TaskTable(stat)).starts_with("tgid,pid,comm,state,"));

  auto status = contents_of({TaskFile::kStatus});
  status.threads = true;
  EXPECT_TRUE(titles_of(TaskTable(status)).starts_with("Name,Umask,State,Tgid,"));
}

TEST(TaskTable, RowsHaveAllColumnsWhateverIsKnown) {
  TaskTable table(contents_of({TaskFile::kIo}));
  table.add_column(TaskFile::kIo, "new");
  table.add_column(TaskFile::kIo, "rchar");  // is there
  EXPECT_EQ(titles_of(table),
            "pid,rchar,wchar,syscr,syscw,read_bytes,write_bytes,cancelled_write_bytes,new\n");
  std::string rows;
  table.begin_row("", 1, 7);
  EXPECT_TRUE(table.set(TaskFile::kIo, "syscr", "5"));
  EXPECT_TRUE(table.set(TaskFile::kIo, "new", "6"));
  EXPECT_FALSE(table.set(TaskFile::kIo, "newer", "7"));
  EXPECT_FALSE(table.set(TaskFile::kStat, "comm", "x"));
  table.end_row(rows);
  table.begin_row("", 1, 8);
  table.end_row(rows);
  EXPECT_EQ(rows, "7,,,5,,,,,6\n8,,,,,,,,\n");
}

TEST(TaskTable, NamesAreQuotedAndOtherwiseAsTheyAre) {
  TaskTable table(contents_of({TaskFile::kStat}));
  std::string row;
  table.begin_row("", 1, 1);
  table.set(TaskFile::kStat, "comm", "=a,\"b\"\n\x1b\xff");
  table.end_row(row);
  EXPECT_TRUE(row.starts_with("1,\"=a,\"\"b\"\"\n\x1b\xff\",,")) << row;
}

TEST(TaskTable, NumbersOfATaskAreKnownEvenIfItsFilesAreNot) {
  auto contents = contents_of({TaskFile::kStat, TaskFile::kStatus});
  contents.time = contents.threads = true;
  TaskTable table(contents);
  std::string row;
  table.begin_row("now", 3, 4);
  table.end_row(row);
  EXPECT_TRUE(row.starts_with("now,4,,,")) << row;     // pid of stat
  EXPECT_NE(row.find(",,,,3,,4,,"), row.npos) << row;  // Tgid, Ngid, Pid of status
}

}  // namespace
}  // namespace proctape
