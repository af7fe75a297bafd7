// SPDX-License-Identifier: Apache-2.0
//
// The columns of tables of processes, and of what they have in common.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "query/measure/task_use.h"
#include "query/table/table.h"
#include "query/topic/topic.h"

namespace proctape {

// What a row of such a table is made of.
struct TaskRow {
  const TaskUse& use;
  double seconds;  // of all intervals of the period
  const Question& question;
};
using TaskColumn = ColumnOf<TaskRow>;

std::span<const TaskColumn> process_columns();
std::span<const TaskColumn> thread_columns();
// Of what is named by `name`; how many processes stand behind it.
std::vector<TaskColumn> group_columns(const Column& name, Value (*value)(const TaskRow&));

// A row for each of `uses`, the one with most CPU time first.
Table table_of_tasks(std::string_view name, std::string title, std::span<const TaskColumn> columns,
                     std::span<const TaskUse* const> uses, double seconds,
                     const Question& question);

// "root", or the number.
std::string user_text(Count uid, const Question& question);

}  // namespace proctape
