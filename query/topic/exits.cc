// SPDX-License-Identifier: Apache-2.0
#include "query/topic/exits.h"

#include <algorithm>
#include <functional>
#include <string>
#include <tuple>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "query/measure/elapsed.h"
#include "query/measure/exit_list.h"
#include "query/topic/task_columns.h"

namespace proctape {
namespace {

struct ExitRow {
  const ExitRecord& exit;
  const Question& question;
};
using ExitColumn = ColumnOf<ExitRow>;

constexpr ExitColumn kExitColumns[] = {
    {{"ended", "ended", ColumnUnit::kTime,
      "when it ended; where the log has no ends, the end of the interval"},
     [](const ExitRow& row) { return Value(row.exit.ended); }},
    {{"pid", "pid", ColumnUnit::kCount, "process id"},
     [](const ExitRow& row) { return Value(double(row.exit.pid)); }},
    {{"ppid", "parent", ColumnUnit::kCount, "pid of its parent when it ended"},
     [](const ExitRow& row) { return Value(double(row.exit.ppid)); }},
    {{"user", "user", ColumnUnit::kText, "effective user"},
     [](const ExitRow& row) { return Value(user_text(row.exit.uid, row.question)); }},
    {{"status", "status", ColumnUnit::kText,
      "how it ended: exit status, or the signal that killed it; unknown: the log has no ends"},
     [](const ExitRow& row) { return Value(to_text(row.exit.status)); }},
    {{"exit_code", "code", ColumnUnit::kCount, "exit status, if it ended by itself", true},
     [](const ExitRow& row) {
       const ExitStatus& status = row.exit.status;
       return status.is_known && !status.was_killed() ? Value(double(status.code)) : Value{};
     }},
    {{"signal", "signal", ColumnUnit::kCount, "number of the signal, if one killed it", true},
     [](const ExitRow& row) {
       const ExitStatus& status = row.exit.status;
       return status.was_killed() ? Value(double(status.signal)) : Value{};
     }},
    {{"started", "started", ColumnUnit::kTime, "when it began", true},
     [](const ExitRow& row) { return Value(double(row.exit.started.value)); }},
    {{"life", "life", ColumnUnit::kSeconds, "from its start to the end of its last thread"},
     [](const ExitRow& row) { return Value(row.exit.life); }},
    {{"cpu_time", "CPU time", ColumnUnit::kSeconds, "CPU time of its life, as far as recorded"},
     [](const ExitRow& row) { return Value(row.exit.cpu); }},
    {{"read", "read", ColumnUnit::kBytes,
      "read from disks in its life, without what children did that it waited for"},
     [](const ExitRow& row) { return Value(row.exit.read); }},
    {{"written", "written", ColumnUnit::kBytes,
      "written to disks in its life, without what children did that it waited for"},
     [](const ExitRow& row) { return Value(row.exit.written); }},
    {{"resident", "resident", ColumnUnit::kBytes, "the most resident memory it had"},
     [](const ExitRow& row) { return row.exit.resident > 0 ? Value(row.exit.resident) : Value{}; }},
    {{"container", "container", ColumnUnit::kText, "its container or pod", true},
     [](const ExitRow& row) { return text_value(row.exit.container); }},
    {{"cgroup", "cgroup", ColumnUnit::kText,
      "path of its cgroup, of one that no sample saw alive that of its parent", true},
     [](const ExitRow& row) { return text_value(row.exit.cgroup); }},
    {{"name", "name", ColumnUnit::kText, "name of the program"},
     [](const ExitRow& row) { return text_value(row.exit.name); }},
    {{"command", "command", ColumnUnit::kText, "command line"},
     [](const ExitRow& row) { return text_value(row.exit.command_line); }},
};

using ProgramColumn = ColumnOf<ProgramExits>;
constexpr ProgramColumn kProgramColumns[] = {
    {{"ends", "ends", ColumnUnit::kCount, "processes that ended"},
     [](const ProgramExits& row) { return Value(double(row.number)); }},
    {{"failed", "failed", ColumnUnit::kCount, "of these, with an exit status other than 0"},
     [](const ProgramExits& row) { return Value(double(row.failed)); }},
    {{"killed", "killed", ColumnUnit::kCount, "of these, killed by a signal"},
     [](const ProgramExits& row) { return Value(double(row.killed)); }},
    {{"cpu_time", "CPU time", ColumnUnit::kSeconds, "of all lives together, as far as recorded"},
     [](const ProgramExits& row) { return Value(row.cpu); }},
    {{"read", "read", ColumnUnit::kBytes, "read from disks by all of them"},
     [](const ProgramExits& row) { return Value(row.read); }},
    {{"written", "written", ColumnUnit::kBytes, "written to disks by all of them"},
     [](const ProgramExits& row) { return Value(row.written); }},
    {{"resident", "resident", ColumnUnit::kBytes, "the most resident memory that one had"},
     [](const ProgramExits& row) { return row.resident > 0 ? Value(row.resident) : Value{}; }},
    {{"shortest", "shortest", ColumnUnit::kSeconds, "the shortest life"},
     [](const ProgramExits& row) { return Value(row.shortest); }},
    {{"longest", "longest", ColumnUnit::kSeconds, "the longest life"},
     [](const ProgramExits& row) { return Value(row.longest); }},
    {{"first", "first", ColumnUnit::kTime, "when the first one ended", true},
     [](const ProgramExits& row) { return Value(row.first); }},
    {{"last", "last", ColumnUnit::kTime, "when the last one ended"},
     [](const ProgramExits& row) { return Value(row.last); }},
    {{"name", "name", ColumnUnit::kText, "name of the program; none: all further ones"},
     [](const ProgramExits& row) { return text_value(row.name); }},
};

// Of which people see no single ones, but for those that were killed.
constexpr Count kOften = 5;

// The worse, the smaller.
int rank_of(const ExitStatus& status) {
  if (status.is_violent()) return status.signal == kSigKill ? 1 : 0;
  if (status.was_killed()) return 2;
  return status.failed() ? 3 : 4;
}

class Exits : public Topic {
 public:
  explicit Exits(const Question& question) : question_(question) {}

  void begin(const Host& host, const Sample& sample) override { list_.begin(host, sample); }
  void take(const Task& task, bool is_meant) override {
    if (is_meant) list_.take(task);
  }
  void end() override { list_.end(); }

  std::vector<Table> answer() const override {
    std::vector<Table> tables;
    if (question_.for_people) {
      Table often = programs(kOften);
      if (!often.rows.empty()) tables.push_back(std::move(often));
      tables.push_back(single());
    } else {
      tables.push_back(all());
      tables.push_back(programs(0));
    }
    for (std::string& note : notes()) tables.front().notes.push_back(std::move(note));
    return tables;
  }

 private:
  Table of(std::string title, const std::vector<const ExitRecord*>& exits) const;
  Table all() const;
  Table single() const;
  Table programs(Count at_least) const;
  std::vector<std::string> notes() const;

  Question question_;
  ExitList list_;
};

Table Exits::of(std::string title, const std::vector<const ExitRecord*>& exits) const {
  Table table = table_of<ExitRow>("exits", std::move(title), kExitColumns);
  table.rows.reserve(exits.size());
  for (const ExitRecord* exit : exits) {
    table.rows.push_back(values_of<ExitRow>(ExitRow{*exit, question_}, kExitColumns));
  }
  return table;
}

// In the order of time.
Table Exits::all() const {
  std::vector<const ExitRecord*> exits;
  for (const ExitRecord& exit : list_.all()) exits.push_back(&exit);
  std::ranges::sort(exits, {}, [](const ExitRecord* exit) {
    return std::tuple(exit->ended, exit->started, exit->pid);
  });
  return of("Exits", exits);
}

// For people: the worst first, of these the latest.
Table Exits::single() const {
  std::unordered_set<std::string_view> often;
  for (const ProgramExits* program : list_.programs()) {
    if (program->number >= kOften) often.insert(program->name);
  }
  std::vector<const ExitRecord*> exits;
  for (const ExitRecord& exit : list_.all()) {
    if (exit.status.was_killed() || !often.contains(exit.name)) exits.push_back(&exit);
  }
  std::ranges::sort(exits, {}, [](const ExitRecord* exit) {
    return std::tuple(rank_of(exit->status), -exit->ended, -used(exit->started), -used(exit->pid));
  });
  // A thousand that were killed alike would hide the others.
  std::unordered_map<std::string, Count> alike;
  const auto killed_alike = std::erase_if(exits, [&](const ExitRecord* exit) {
    if (!exit->status.was_killed()) return false;
    return ++alike[to_text(exit->status) + ' ' + std::string(exit->name.view())] > kOften;
  });
  Table table = of(often.empty() ? "Exits (killed first, then failed; the latest first)"
                                 : "Exits of others, and all that a signal killed (killed first, "
                                   "then failed; the latest first)",
                   exits);
  if (killed_alike > 0) {
    table.notes.push_back("Of a program that was killed by the same signal again and again, " +
                          std::to_string(kOften) + " are here, and " +
                          std::to_string(killed_alike) + " are not; --csv has all.");
  }
  const bool none_recorded = list_.samples() == list_.not_recorded();
  table.if_empty = none_recorded ? "none was seen" : "none";
  return table;
}

// Those that ended most often first.
Table Exits::programs(Count at_least) const {
  Table table =
      table_of<ProgramExits>("programs_that_ended", "Programs that ended often", kProgramColumns);
  std::vector<const ProgramExits*> programs = list_.programs();
  std::erase_if(programs, [&](const ProgramExits* program) { return program->number < at_least; });
  std::ranges::sort(programs, [](const ProgramExits* a, const ProgramExits* b) {
    return a->number != b->number ? a->number > b->number : a->name < b->name;
  });
  for (const ProgramExits* program : programs) {
    table.rows.push_back(values_of<ProgramExits>(*program, kProgramColumns));
  }
  table.most_of = "ends";
  return table;
}

std::vector<std::string> Exits::notes() const {
  std::vector<std::string> notes;
  if (list_.not_recorded() > 0) {
    const std::string of = list_.not_recorded() == list_.samples()
                               ? "The log"
                               : std::to_string(list_.not_recorded()) + " of the " +
                                     std::to_string(list_.samples()) + " samples";
    notes.push_back(of +
                    " did not record ends of processes (no accounting): those that one sample "
                    "still saw and the next did not are listed, with status unknown; shorter "
                    "lives are not known.");
  }
  if (list_.lost() > 0) {
    notes.push_back(std::to_string(list_.lost()) +
                    " more processes ended that the log could not record.");
  }
  if (list_.left_out() > 0) {
    notes.push_back(
        std::to_string(list_.left_out()) +
        " more ends are counted by program, but not listed one by one; --step 10m lists all.");
  }
  const auto is_partial = [](const ExitRecord& exit) { return !exit.is_whole; };
  const auto partial = std::ranges::count_if(list_.all(), is_partial);
  if (partial > 0) {
    notes.push_back(std::to_string(partial) +
                    " of them began before the first sample: their CPU time and I/O are since "
                    "then.");
  }
  return notes;
}

}  // namespace

std::unique_ptr<Topic> exits_topic(const Question& question) {
  return std::make_unique<Exits>(question);
}

}  // namespace proctape
