// SPDX-License-Identifier: Apache-2.0
#include "query/topic/task_columns.h"

#include <algorithm>
#include <utility>

namespace proctape {
namespace {

double share(const TaskRow& row, double seconds) {
  return row.seconds > 0 ? 100 * seconds / row.seconds : kNotKnown;
}
double rate(const TaskRow& row, double amount) {
  return row.seconds > 0 ? amount / row.seconds : kNotKnown;
}
Value known(double value) {
  if (value == 0) return {};
  return value;
}

Value traffic(const TaskRow& row, double bytes) {
  return row.use.has_network ? Value(rate(row, bytes)) : Value{};
}

constexpr TaskColumn kPid{{"pid", "pid", ColumnUnit::kCount, "process id"},
                          [](const TaskRow& row) { return Value(double(row.use.pid)); }};
constexpr TaskColumn kUser{
    {"user", "user", ColumnUnit::kText, "effective user"},
    [](const TaskRow& row) { return Value(user_text(row.use.uid, row.question)); }};
constexpr TaskColumn kName{{"name", "name", ColumnUnit::kText, "name of the program"},
                           [](const TaskRow& row) { return text_value(row.use.name); }};
constexpr TaskColumn kCommand{{"command", "command", ColumnUnit::kText, "command line"},
                              [](const TaskRow& row) { return text_value(row.use.command_line); }};

// What was used; in the tables of all kinds.
constexpr TaskColumn kUses[] = {
    {{"cpu", "CPU %", ColumnUnit::kPercent, "share of one CPU over the whole period"},
     [](const TaskRow& row) { return Value(share(row, row.use.cpu())); }},
    {{"cpu_time", "CPU time", ColumnUnit::kSeconds, "CPU time used in the period"},
     [](const TaskRow& row) { return Value(row.use.cpu()); }},
    {{"cpu_system", "system %", ColumnUnit::kPercent, "of cpu, what the kernel used for it", true},
     [](const TaskRow& row) { return Value(share(row, row.use.system)); }},
    {{"run_delay", "waited", ColumnUnit::kSeconds, "time that its threads waited for a CPU", true},
     [](const TaskRow& row) { return Value(row.use.run_delay); }},
    {{"block_io_delay", "I/O wait", ColumnUnit::kSeconds,
      "time that its threads waited for block I/O, where the kernel counts it", true},
     [](const TaskRow& row) { return Value(row.use.block_io_delay); }},
    {{"uninterruptible", "D state", ColumnUnit::kSeconds,
      "time in uninterruptible sleep, by the ends of intervals, over its threads", true},
     [](const TaskRow& row) { return Value(row.use.uninterruptible); }},
    {{"resident", "resident", ColumnUnit::kBytes,
      "the most resident memory at the end of an interval"},
     [](const TaskRow& row) { return Value(row.use.resident.peak); }},
    {{"resident_last", "resident now", ColumnUnit::kBytes,
      "resident memory at the end of the period", true},
     [](const TaskRow& row) { return Value(row.use.resident.last); }},
    {{"proportional", "PSS", ColumnUnit::kBytes,
      "the most proportional set size: memory shared with others is divided by their number", true},
     [](const TaskRow& row) { return known(row.use.proportional.peak); }},
    {{"swap", "swapped", ColumnUnit::kBytes, "the most memory in swap"},
     [](const TaskRow& row) { return Value(row.use.swap.peak); }},
    {{"read", "read/s", ColumnUnit::kBytesPerSecond,
      "read from disks, without what children did that were waited for"},
     [](const TaskRow& row) { return Value(rate(row, row.use.read)); }},
    {{"written", "written/s", ColumnUnit::kBytesPerSecond,
      "written to disks, without what children did that were waited for"},
     [](const TaskRow& row) { return Value(rate(row, row.use.written)); }},
    {{"read_total", "read", ColumnUnit::kBytes, "read from disks in the period", true},
     [](const TaskRow& row) { return Value(row.use.read); }},
    {{"written_total", "written", ColumnUnit::kBytes, "written to disks in the period", true},
     [](const TaskRow& row) { return Value(row.use.written); }},
    {{"major_faults", "major faults", ColumnUnit::kPerSecond, "page faults that needed a disk",
      true},
     [](const TaskRow& row) { return Value(rate(row, row.use.major_faults)); }},
    {{"involuntary_switches", "preempted/s", ColumnUnit::kPerSecond,
      "times that the CPU was taken from it", true},
     [](const TaskRow& row) { return Value(rate(row, row.use.involuntary_switches)); }},
    {{"received", "net in/s", ColumnUnit::kBytesPerSecond,
      "received from the network, where that was recorded", true},
     [](const TaskRow& row) { return traffic(row, row.use.received); }},
    {{"sent", "net out/s", ColumnUnit::kBytesPerSecond,
      "sent to the network, where that was recorded", true},
     [](const TaskRow& row) { return traffic(row, row.use.sent); }},
    {{"gpu", "GPU %", ColumnUnit::kPercent, "share of one GPU, where that was recorded", true},
     [](const TaskRow& row) { return known(share(row, row.use.gpu_busy)); }},
    {{"gpu_memory", "GPU memory", ColumnUnit::kBytes, "the most memory of GPUs", true},
     [](const TaskRow& row) { return known(row.use.gpu_memory.peak); }},
    {{"threads", "threads", ColumnUnit::kCount, "the most threads", true},
     [](const TaskRow& row) { return Value(row.use.threads.peak); }},
};

// Where one process is from.
constexpr TaskColumn kPlaces[] = {
    {{"container", "container", ColumnUnit::kText, "its container or pod", true},
     [](const TaskRow& row) { return text_value(row.use.container); }},
    {{"cgroup", "cgroup", ColumnUnit::kText, "path of its cgroup", true},
     [](const TaskRow& row) { return text_value(row.use.cgroup); }},
    {{"ppid", "parent", ColumnUnit::kCount, "pid of its parent", true},
     [](const TaskRow& row) { return Value(double(row.use.ppid)); }},
    {{"started", "started", ColumnUnit::kTime, "when it began", true},
     [](const TaskRow& row) { return Value(double(row.use.started.value)); }},
    {{"state", "state", ColumnUnit::kText, "state at the end, as the kernel calls it; E ended",
      true},
     [](const TaskRow& row) {
       return row.use.state == 0 ? Value{} : Value(std::string(1, row.use.state));
     }},
};

std::vector<TaskColumn> columns_of_one(const TaskColumn& id) {
  std::vector<TaskColumn> columns{id, kUser};
  columns.insert(columns.end(), std::begin(kUses), std::end(kUses));
  columns.insert(columns.end(), std::begin(kPlaces), std::end(kPlaces));
  columns.push_back(kName);
  columns.push_back(kCommand);
  return columns;
}

}  // namespace

std::string user_text(Count uid, const Question& question) {
  std::string name = question.user_name ? question.user_name(uid) : std::string{};
  return name.empty() ? std::to_string(uid) : name;
}

std::span<const TaskColumn> process_columns() {
  static const auto columns = columns_of_one(kPid);
  return columns;
}

std::span<const TaskColumn> thread_columns() {
  static const auto columns = [] {
    auto made = columns_of_one({{"tid", "tid", ColumnUnit::kCount, "thread id"},
                                [](const TaskRow& row) { return Value(double(row.use.pid)); }});
    made.insert(made.begin() + 1, {{"pid", "pid", ColumnUnit::kCount, "process id"},
                                   [](const TaskRow& row) { return Value(double(row.use.tgid)); }});
    return made;
  }();
  return columns;
}

std::vector<TaskColumn> group_columns(const Column& name, Value (*value)(const TaskRow&)) {
  std::vector<TaskColumn> columns(std::begin(kUses), std::end(kUses));
  const TaskColumn counts[] = {
      {{"processes", "procs", ColumnUnit::kCount, "the most processes at the end of an interval"},
       [](const TaskRow& row) { return Value(row.use.processes.peak); }},
      {{"begun", "begun", ColumnUnit::kCount, "processes that began in the period"},
       [](const TaskRow& row) { return Value(row.use.begun); }},
      {{"ended", "ended", ColumnUnit::kCount, "processes that ended in the period"},
       [](const TaskRow& row) { return Value(row.use.ended); }},
  };
  columns.insert(columns.end(), std::begin(counts), std::end(counts));
  TaskColumn named;
  static_cast<Column&>(named) = name;
  named.value = value;
  columns.push_back(named);
  return columns;
}

Table table_of_tasks(std::string_view name, std::string title, std::span<const TaskColumn> columns,
                     std::span<const TaskUse* const> uses, double seconds,
                     const Question& question) {
  Table table = table_of(name, std::move(title), columns);
  std::vector<const TaskUse*> sorted(uses.begin(), uses.end());
  // Who used the same is in an order that does not change from run to run.
  std::ranges::sort(sorted, [](const TaskUse* a, const TaskUse* b) {
    if (a->cpu() != b->cpu()) return a->cpu() > b->cpu();
    if (a->name != b->name) return a->name < b->name;
    return std::pair(a->started, a->pid) < std::pair(b->started, b->pid);
  });
  for (const TaskUse* use : sorted) {
    table.rows.push_back(values_of(TaskRow{*use, seconds, question}, columns));
  }
  table.most_of = "cpu";
  return table;
}

}  // namespace proctape
