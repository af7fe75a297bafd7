// SPDX-License-Identifier: Apache-2.0
#include "query/topic/task_topics.h"

#include <string>
#include <utility>
#include <vector>

#include "query/measure/cgroup_paths.h"
#include "query/measure/elapsed.h"
#include "query/measure/task_groups.h"
#include "query/topic/task_columns.h"

namespace proctape {
namespace {

struct GroupKind {
  GroupBy by;
  std::string_view name;
  std::string_view title;
  std::string_view if_empty;
};

class TaskTopic : public Topic {
 public:
  TaskTopic(const GroupKind& kind, std::vector<TaskColumn> columns, const Question& question)
      : kind_(kind), columns_(std::move(columns)), question_(question), groups_(kind.by) {}

  void begin(const Host& host, const Sample& sample) override {
    cgroups_.next(sample);
    groups_.begin(host, sample, cgroups_);
    if (!sample.since_boot) seconds_ += seconds_of(sample);
    has_io_ = has_io_ || sample.task_io;
    has_exits_ = has_exits_ || sample.accounting;
  }
  void take(const Task& task, bool is_meant) override {
    if (is_meant) groups_.take(task);
  }
  void end() override { groups_.end(); }

  std::vector<Table> answer() const override {
    Table table = table_of_tasks(kind_.name, std::string(kind_.title), columns_, groups_.all(),
                                 seconds_, question_);
    table.if_empty = kind_.if_empty;
    if (!has_io_) table.notes.emplace_back("The disk I/O of tasks was not recorded.");
    if (has_io_ && !has_exits_) {
      table.notes.emplace_back(
          "Exits were not recorded: what a process read and wrote may count once more in the one "
          "that "
          "waited for it.");
    }
    if (groups_.has_forgotten()) {
      table.notes.push_back("There were more than " + std::to_string(TaskGroups::kMost) +
                            "; those that used least are left out.");
    }
    return {std::move(table)};
  }

 private:
  GroupKind kind_;
  std::vector<TaskColumn> columns_;
  Question question_;
  CgroupPaths cgroups_;
  TaskGroups groups_;
  double seconds_ = 0;
  bool has_io_ = false;
  bool has_exits_ = false;
};

std::unique_ptr<Topic> made(const GroupKind& kind, std::span<const TaskColumn> columns,
                            const Question& question) {
  return std::make_unique<TaskTopic>(kind, std::vector<TaskColumn>(columns.begin(), columns.end()),
                                     question);
}

}  // namespace

std::unique_ptr<Topic> processes_topic(const Question& question) {
  return made({GroupBy::kProcess, "processes", "Processes (100 % is one CPU)", "none"},
              process_columns(), question);
}

std::unique_ptr<Topic> threads_topic(const Question& question) {
  return made({GroupBy::kThread, "threads", "Threads of processes with several (100 % is one CPU)",
               "none was recorded (`threads` of the configuration)"},
              thread_columns(), question);
}

std::unique_ptr<Topic> programs_topic(const Question& question) {
  return made({GroupBy::kProgram, "programs", "Programs, by name (100 % is one CPU)", "none"},
              group_columns({"name", "name", ColumnUnit::kText, "name of the program"},
                            [](const TaskRow& row) { return Value(row.use.name); }),
              question);
}

std::unique_ptr<Topic> users_topic(const Question& question) {
  return made(
      {GroupBy::kUser, "users", "Users (100 % is one CPU)", "none"},
      group_columns({"user", "user", ColumnUnit::kText, "effective user"},
                    [](const TaskRow& row) { return Value(user_text(row.use.uid, row.question)); }),
      question);
}

std::unique_ptr<Topic> containers_topic(const Question& question) {
  return made({GroupBy::kContainer, "containers",
               "Containers and pods (100 % is one CPU); - is the host itself", "none"},
              group_columns({"container", "container", ColumnUnit::kText,
                             "name or short id of the container or pod; none: the host itself"},
                            [](const TaskRow& row) { return text_value(row.use.container); }),
              question);
}

}  // namespace proctape
