// SPDX-License-Identifier: Apache-2.0
#include "query/topic/cgroups.h"

#include <algorithm>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "query/measure/cgroup_use.h"

namespace proctape {
namespace {

struct CgroupRow {
  const CgroupUse& use;
  double seconds;  // of all intervals
};

// Over the whole period, so that a group is the sum of those in it.
double over_period(const CgroupRow& row, const OverTime& rate) {
  return rate.is_known() && row.seconds > 0 ? rate.sum() / row.seconds : kNotKnown;
}
Value limit(Count value) { return value < 0 ? Value{} : Value(double(value)); }

using CgroupColumn = ColumnOf<CgroupRow>;
constexpr CgroupColumn kCgroupColumns[] = {
    {{"cpu", "CPU %", ColumnUnit::kPercent, "share of one CPU over the whole period"},
     [](const CgroupRow& row) { return Value(over_period(row, row.use.cpu)); }},
    {{"cpu_peak", "peak %", ColumnUnit::kPercent, "share of one CPU in the interval with most",
      true},
     [](const CgroupRow& row) { return Value(row.use.cpu.peak()); }},
    {{"peak_time", "when", ColumnUnit::kTime, "end of that interval", true},
     [](const CgroupRow& row) {
       return row.use.cpu.is_known() ? Value(double(row.use.cpu.peak_time().value)) : Value{};
     }},
    {{"cpu_user", "user %", ColumnUnit::kPercent, "of the CPU share, that in programs", true},
     [](const CgroupRow& row) { return Value(over_period(row, row.use.user)); }},
    {{"cpu_system", "system %", ColumnUnit::kPercent, "of the CPU share, that in the kernel", true},
     [](const CgroupRow& row) { return Value(over_period(row, row.use.system)); }},
    {{"cpu_time", "CPU time", ColumnUnit::kSeconds, "CPU time used in the period"},
     [](const CgroupRow& row) {
       return row.use.cpu.is_known() ? Value(row.use.cpu.sum() / 100) : Value{};
     }},
    {{"cpu_max", "max %", ColumnUnit::kPercent, "its limit, of one CPU; none: it has none"},
     [](const CgroupRow& row) { return limit(row.use.limits.cpu_max); }},
    {{"cpu_weight", "weight", ColumnUnit::kCount, "its CPU weight", true},
     [](const CgroupRow& row) { return limit(row.use.limits.cpu_weight); }},
    {{"memory", "memory", ColumnUnit::kBytes, "memory in use, as last seen"},
     [](const CgroupRow& row) { return Value(row.use.memory.last()); }},
    {{"memory_peak", "peak", ColumnUnit::kBytes,
      "the most memory in use at the end of an interval"},
     [](const CgroupRow& row) { return Value(row.use.memory.peak()); }},
    {{"memory_max", "max", ColumnUnit::kBytes, "its limit of memory; none: it has none"},
     [](const CgroupRow& row) { return limit(row.use.limits.memory_max.value); }},
    {{"swap_max", "swap max", ColumnUnit::kBytes, "its limit of swap; none: it has none", true},
     [](const CgroupRow& row) { return limit(row.use.limits.swap_max.value); }},
    {{"anon", "anon", ColumnUnit::kBytes, "memory of programs, as last seen", true},
     [](const CgroupRow& row) { return Value(row.use.anon.last()); }},
    {{"file", "file", ColumnUnit::kBytes, "cache of files, as last seen", true},
     [](const CgroupRow& row) { return Value(row.use.file.last()); }},
    {{"kernel", "kernel", ColumnUnit::kBytes, "memory of the kernel, as last seen", true},
     [](const CgroupRow& row) { return Value(row.use.kernel.last()); }},
    {{"shmem", "shmem", ColumnUnit::kBytes, "shared memory and tmpfs, as last seen", true},
     [](const CgroupRow& row) { return Value(row.use.shmem.last()); }},
    {{"read", "read/s", ColumnUnit::kBytesPerSecond, "read from disks"},
     [](const CgroupRow& row) { return Value(over_period(row, row.use.read)); }},
    {{"written", "written/s", ColumnUnit::kBytesPerSecond, "written to disks"},
     [](const CgroupRow& row) { return Value(over_period(row, row.use.written)); }},
    {{"reads", "reads/s", ColumnUnit::kPerSecond, "requests to read", true},
     [](const CgroupRow& row) { return Value(over_period(row, row.use.reads)); }},
    {{"writes", "writes/s", ColumnUnit::kPerSecond, "requests to write", true},
     [](const CgroupRow& row) { return Value(over_period(row, row.use.writes)); }},
    {{"pressure_cpu_some", "CPU wait %", ColumnUnit::kPercent,
      "of the time that it was there: some tasks waited for a CPU", true},
     [](const CgroupRow& row) { return Value(row.use.cpu_some.mean()); }},
    {{"pressure_cpu_full", "all %", ColumnUnit::kPercent,
      "of the time that it was there: all tasks waited for a CPU", true},
     [](const CgroupRow& row) { return Value(row.use.cpu_full.mean()); }},
    {{"pressure_memory_some", "mem. wait %", ColumnUnit::kPercent,
      "of the time that it was there: some tasks waited for memory", true},
     [](const CgroupRow& row) { return Value(row.use.memory_some.mean()); }},
    {{"pressure_memory_full", "all %", ColumnUnit::kPercent,
      "of the time that it was there: all tasks waited for memory", true},
     [](const CgroupRow& row) { return Value(row.use.memory_full.mean()); }},
    {{"pressure_io_some", "I/O wait %", ColumnUnit::kPercent,
      "of the time that it was there: some tasks waited for I/O", true},
     [](const CgroupRow& row) { return Value(row.use.io_some.mean()); }},
    {{"pressure_io_full", "all %", ColumnUnit::kPercent,
      "of the time that it was there: all tasks waited for I/O", true},
     [](const CgroupRow& row) { return Value(row.use.io_full.mean()); }},
    {{"processes", "procs", ColumnUnit::kCount, "processes in it, not below, as last seen"},
     [](const CgroupRow& row) { return Value(row.use.processes.last()); }},
    {{"processes_below", "below", ColumnUnit::kCount, "processes in those below, as last seen",
      true},
     [](const CgroupRow& row) { return Value(row.use.processes_below.last()); }},
    {{"cgroup", "cgroup", ColumnUnit::kText, "its path"},
     [](const CgroupRow& row) { return Value(std::string(row.use.path)); }},
};

// What none of them has takes no place.
void hide_empty_columns(Table& table) {
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    const bool is_there = std::ranges::any_of(table.rows, [&](const auto& row) {
      const auto* number = std::get_if<double>(&row[i]);
      return number ? *number != 0 : !std::holds_alternative<std::monostate>(row[i]);
    });
    if (!is_there) table.columns[i].wide = true;
  }
}

class CgroupsTopic : public Topic {
 public:
  void begin(const Host& host, const Sample& sample) override { uses_.begin(host, sample); }
  void take(const Task& task, bool is_meant) override { uses_.take(task, is_meant); }
  void end() override { uses_.end(); }

  std::vector<Table> answer() const override {
    const std::span<const CgroupColumn> columns(kCgroupColumns);
    Table table =
        table_of("cgroups", "Control groups, each with those below it (100 % is one CPU)", columns);
    for (const CgroupUse* use : uses_.all()) {
      if (uses_.is_part() && !use->is_meant) continue;
      table.rows.push_back(values_of(CgroupRow{*use, uses_.seconds()}, columns));
    }
    table.if_empty = "not recorded: no cgroups of version 2, or a log of atop before 2.8";
    if (!table.rows.empty()) hide_empty_columns(table);
    if (uses_.has_sums()) {
      table.notes.emplace_back(
          "Logs of atop before 2.11 have no tree: these are the sums of the processes, and memory "
          "is what is resident.");
    }
    if (uses_.is_part() && uses_.has_trees()) {
      table.notes.emplace_back(
          "Those with processes that are asked for; what is told is of all in them.");
    }
    if (uses_.has_forgotten()) {
      table.notes.push_back("There were more than " + std::to_string(CgroupUses::kMost) +
                            "; some are left out.");
    }
    return {std::move(table)};
  }

 private:
  CgroupUses uses_;
};

}  // namespace

std::unique_ptr<Topic> cgroups_topic(const Question& /*question*/) {
  return std::make_unique<CgroupsTopic>();
}

}  // namespace proctape
