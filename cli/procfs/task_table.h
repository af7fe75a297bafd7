// SPDX-License-Identifier: Apache-2.0
//
// The table that `proctape procfs` prints: a row of CSV for each task, the same columns in each.
//
// The columns are those of all kernels that are known (task_file.h), file after file, whatever this
// kernel has, so that a column keeps its place. Fields that are not known yet come behind them.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/units.h"
#include "cli/procfs/task_file.h"

namespace proctape {

class TaskTable {
 public:
  struct Contents {
    std::array<bool, kTaskFiles.size()> files{};  // by index_of(): whose fields it has
    bool time = false;                            // a column "time" in front
    bool threads = false;                         // a row is a thread

    bool has(TaskFile file) const { return files[index_of(file)]; }
  };

  // Besides the fields of its files it has "pid", and of threads "tgid", unless a file tells them
  // in a column of its own (stat "pid", status "Pid" and "Tgid").
  explicit TaskTable(const Contents& contents);

  // Adds a column behind the others, unless it is there.
  void add_column(TaskFile file, std::string_view name);

  // A row has all columns; those that are not set are empty.
  void begin_row(std::string_view time, Count tgid, Count pid);
  // False: it has no such column.
  bool set(TaskFile file, std::string_view name, std::string_view value);
  void end_row(std::string& out) const;

  void append_titles(std::string& out) const;

 private:
  // What the kernel's files do not tell is of none.
  enum class Origin : unsigned char { kStat, kStatus, kIo, kNone };
  struct Column {
    Origin origin;
    std::string name;
    std::string value;  // in the row
  };

  void append_line(std::string& out, std::string Column::*member) const;
  Column* find(Origin origin, std::string_view name);
  static Origin origin_of(TaskFile file) { return static_cast<Origin>(file); }

  Contents contents_;
  std::vector<Column> columns_;
  std::size_t next_ = 0;  // where the next field is most likely
};

}  // namespace proctape
