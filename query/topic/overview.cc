// SPDX-License-Identifier: Apache-2.0
#include "query/topic/overview.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "query/events/event_finder.h"
#include "query/measure/cgroup_paths.h"
#include "query/measure/device_use.h"
#include "query/measure/elapsed.h"
#include "query/measure/system_series.h"
#include "query/measure/task_groups.h"
#include "query/topic/device_tables.h"
#include "query/topic/events.h"
#include "query/topic/system_tables.h"
#include "query/topic/task_columns.h"

namespace proctape {
namespace {

constexpr Measure kTimeLine[] = {
    Measure::kCpuBusy,         Measure::kLoad1,    Measure::kMemoryUsed,
    Measure::kMemoryAvailable, Measure::kDiskRead, Measure::kDiskWritten,
    Measure::kNetReceived,     Measure::kNetSent,  Measure::kProcesses,
};

constexpr Measure kBreakdown[] = {
    Measure::kCpuBusy,
    Measure::kCpuUser,
    Measure::kCpuNice,
    Measure::kCpuSystem,
    Measure::kCpuIrq,
    Measure::kCpuIowait,
    Measure::kCpuSteal,
    Measure::kCpuBusiest,
    Measure::kRunning,
    Measure::kBlocked,
    Measure::kLoad1,
    Measure::kMemoryAvailable,
    Measure::kSwapUsed,
    Measure::kSwapIn,
    Measure::kSwapOut,
    Measure::kAllocationStalls,
    Measure::kOomKills,
    Measure::kPressureCpuSome,
    Measure::kPressureMemorySome,
    Measure::kPressureMemoryFull,
    Measure::kPressureIoSome,
    Measure::kPressureIoFull,
    Measure::kDiskBusiest,
    Measure::kDiskLatency,
    Measure::kDiskQueue,
    Measure::kDiskRead,
    Measure::kDiskWritten,
    Measure::kNetReceived,
    Measure::kNetSent,
    Measure::kNetErrors,
    Measure::kNetDrops,
    Measure::kTcpRetransmits,
    Measure::kUdpErrors,
    Measure::kForks,
    Measure::kExits,
    Measure::kContextSwitches,
    Measure::kZombies,
};

class Overview : public Topic {
 public:
  explicit Overview(const Question& question)
      : question_(question),
        series_(series_for(question)),
        processes_(GroupBy::kProcess),
        programs_(GroupBy::kProgram) {}

  void begin(const Host& host, const Sample& sample) override {
    series_.begin(host, sample);
    events_.begin(host, sample);
    cgroups_.next(sample);
    processes_.begin(host, sample, cgroups_);
    programs_.begin(host, sample, cgroups_);
    if (!sample.since_boot) {
      devices_.add(sample.system, seconds_of(sample), bounded(sample.time));
    }
    has_io_ = has_io_ || sample.task_io;
  }
  void take(const Task& task, bool is_meant) override {
    series_.take(task);
    events_.take(task, is_meant);
    if (!is_meant) return;
    processes_.take(task);
    programs_.take(task);
  }
  void end() override {
    series_.end();
    events_.end();
    processes_.end();
    programs_.end();
  }

  std::vector<Table> answer() const override;

 private:
  Question question_;
  SystemSeries series_;
  EventFinder events_;
  DeviceUses devices_;
  CgroupPaths cgroups_;
  TaskGroups processes_;
  TaskGroups programs_;
  bool has_io_ = false;
};

using Use = double (*)(const TaskUse&);

// Those that used most of something, and any of it.
std::vector<const TaskUse*> most(const TaskGroups& groups, Use use, std::size_t top) {
  std::vector<const TaskUse*> all = groups.all();
  std::erase_if(all, [&](const TaskUse* each) { return !(use(*each) > 0); });
  std::ranges::sort(all, [&](const TaskUse* a, const TaskUse* b) {
    if (use(*a) != use(*b)) return use(*a) > use(*b);
    if (a->started != b->started) return a->started < b->started;
    return a->pid < b->pid;
  });
  if (top > 0 && all.size() > top) all.resize(top);
  return all;
}

std::vector<TaskColumn> chosen(std::span<const TaskColumn> from,
                               std::initializer_list<std::string_view> names) {
  std::vector<TaskColumn> columns;
  for (const std::string_view name : names) {
    const auto found = std::ranges::find(from, name, &TaskColumn::name);
    columns.push_back(*found);
    columns.back().wide = false;
  }
  return columns;
}

// In their order.
Table list_of(std::string_view name, std::string title, const std::vector<TaskColumn>& columns,
              const std::vector<const TaskUse*>& uses, double seconds, const Question& question) {
  Table table = table_of<TaskRow>(name, std::move(title), columns);
  for (const TaskUse* use : uses) {
    table.rows.push_back(
        values_of<TaskRow>(TaskRow{*use, seconds, question}, std::span<const TaskColumn>(columns)));
  }
  return table;
}

void keep(std::size_t top, Table& table) {
  if (top > 0 && table.rows.size() > top) table.rows.resize(top);
}

std::vector<Table> Overview::answer() const {
  const std::size_t top = question_.top;
  const double seconds = series_.seconds();
  std::vector<Table> tables;
  tables.push_back(time_line("timeline", "", series_.points(), kTimeLine, question_.points));
  for (auto notes : {notes_on_disks(series_, devices_), notes_on_network(series_, devices_)}) {
    std::ranges::move(notes, std::back_inserter(tables.back().notes));
  }
  if (seconds == 0) return tables;
  tables.push_back(breakdown("measures", "Mean and worst", series_, kBreakdown));
  Table events = table_of_events(events_, question_.for_people ? 2 * top : 0);
  if (!events.rows.empty()) tables.push_back(std::move(events));
  const auto by_cpu = chosen(process_columns(), {"pid", "cpu_time", "cpu", "name", "command"});
  const auto by_disk =
      chosen(process_columns(), {"pid", "read_total", "written_total", "name", "command"});
  const auto by_memory = chosen(process_columns(), {"pid", "resident", "swap", "name", "command"});
  tables.push_back(list_of("by_cpu", "Processes by CPU (100 % is one CPU)", by_cpu,
                           most(
                               processes_, [](const TaskUse& use) { return use.cpu(); }, top),
                           seconds, question_));
  const auto programs = group_columns({"name", "name", ColumnUnit::kText, "name of the program"},
                                      [](const TaskRow& row) { return Value(row.use.name); });
  tables.push_back(
      list_of("programs_by_cpu", "Programs by CPU, short lives included",
              chosen(programs, {"cpu_time", "cpu", "processes", "begun", "ended", "name"}),
              most(
                  programs_, [](const TaskUse& use) { return use.cpu(); }, top),
              seconds, question_));
  tables.push_back(list_of("by_disk", "Processes by disk I/O", by_disk,
                           most(
                               processes_, [](const TaskUse& use) { return use.io(); }, top),
                           seconds, question_));
  tables.back().if_empty = has_io_ ? "none did any" : "not recorded";
  tables.push_back(
      list_of("by_memory", "Processes by memory, the most each had", by_memory,
              most(
                  processes_, [](const TaskUse& use) { return use.resident.peak; }, top),
              seconds, question_));
  tables.push_back(table_of_disks("disks", "Disks", devices_.disks()));
  keep(top, tables.back());
  if (!devices_.volumes().empty()) {
    tables.push_back(
        table_of_disks("volumes", "Volumes and arrays, on the disks", devices_.volumes()));
    keep(top, tables.back());
  }
  tables.push_back(table_of_interfaces("interfaces", "Network interfaces", devices_.interfaces()));
  keep(top, tables.back());
  return tables;
}

}  // namespace

std::unique_ptr<Topic> overview_topic(const Question& question) {
  return std::make_unique<Overview>(question);
}

}  // namespace proctape
