// SPDX-License-Identifier: Apache-2.0
#include "cli/procfs/task_table.h"

#include "cli/output/csv_field.h"

namespace proctape {
namespace {

constexpr std::string_view kTimeTitle = "time";
constexpr std::string_view kProcessTitle = "tgid";
constexpr std::string_view kTaskTitle = "pid";

}  // namespace

TaskTable::TaskTable(const Contents& contents) : contents_(contents) {
  const bool has_pid = contents.has(TaskFile::kStat) || contents.has(TaskFile::kStatus);
  if (contents.time) columns_.push_back({Origin::kNone, std::string(kTimeTitle), {}});
  if (contents.threads && !contents.has(TaskFile::kStatus)) {
    columns_.push_back({Origin::kNone, std::string(kProcessTitle), {}});
  }
  if (!has_pid) columns_.push_back({Origin::kNone, std::string(kTaskTitle), {}});
  for (const TaskFile file : kTaskFiles) {
    if (!contents.has(file)) continue;
    for (const std::string_view name : known_fields(file)) {
      columns_.push_back({origin_of(file), std::string(name), {}});
    }
  }
}

TaskTable::Column* TaskTable::find(Origin origin, std::string_view name) {
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    const std::size_t at = (next_ + i) % columns_.size();
    Column& column = columns_[at];
    if (column.origin != origin || column.name != name) continue;
    next_ = at + 1;
    return &column;
  }
  return nullptr;
}

void TaskTable::add_column(TaskFile file, std::string_view name) {
  if (!find(origin_of(file), name)) columns_.push_back({origin_of(file), std::string(name), {}});
}

void TaskTable::begin_row(std::string_view time, Count tgid, Count pid) {
  next_ = 0;
  for (Column& column : columns_) column.value.clear();
  const auto put = [&](Origin origin, std::string_view name, std::string_view value) {
    if (Column* column = find(origin, name)) column->value = value;
  };
  const std::string process = std::to_string(tgid);
  const std::string task = std::to_string(pid);
  put(Origin::kNone, kTimeTitle, time);
  put(Origin::kNone, kProcessTitle, process);
  put(Origin::kNone, kTaskTitle, task);
  // Also where the file itself may not be read.
  put(Origin::kStat, "pid", task);
  put(Origin::kStatus, "Tgid", process);
  put(Origin::kStatus, "Pid", task);
}

bool TaskTable::set(TaskFile file, std::string_view name, std::string_view value) {
  Column* const column = find(origin_of(file), name);
  if (!column) return false;
  column->value = value;
  return true;
}

void TaskTable::append_line(std::string& out, std::string Column::*member) const {
  for (const Column& column : columns_) {
    append_csv_field(out, column.*member);
    out += ',';
  }
  out.back() = '\n';
}

void TaskTable::end_row(std::string& out) const { append_line(out, &Column::value); }

void TaskTable::append_titles(std::string& out) const { append_line(out, &Column::name); }

}  // namespace proctape
