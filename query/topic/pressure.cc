// SPDX-License-Identifier: Apache-2.0
#include "query/topic/pressure.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "query/measure/cgroup_use.h"
#include "query/topic/series_topic.h"
#include "query/topic/system_tables.h"

namespace proctape {
namespace {

constexpr Measure kOfPressure[] = {
    Measure::kPressureCpuSome, Measure::kPressureMemorySome, Measure::kPressureMemoryFull,
    Measure::kPressureIoSome,  Measure::kPressureIoFull,
};

constexpr std::string_view kNotThere =
    "not recorded: the kernel does not tell it, or a log of atop before 2.4";

using StallColumn = ColumnOf<CgroupUse>;
constexpr StallColumn kStallColumns[] = {
    {{"cpu_some", "CPU some %", ColumnUnit::kPercent, "of the time: some tasks waited for a CPU"},
     [](const CgroupUse& use) { return Value(use.cpu_some.mean()); }},
    {{"cpu_full", "CPU full %", ColumnUnit::kPercent,
      "of the time: all tasks waited for a CPU, or for the end of a limit"},
     [](const CgroupUse& use) { return Value(use.cpu_full.mean()); }},
    {{"memory_some", "memory some %", ColumnUnit::kPercent,
      "of the time: some tasks waited for memory"},
     [](const CgroupUse& use) { return Value(use.memory_some.mean()); }},
    {{"memory_full", "memory full %", ColumnUnit::kPercent,
      "of the time: all tasks waited for memory"},
     [](const CgroupUse& use) { return Value(use.memory_full.mean()); }},
    {{"io_some", "I/O some %", ColumnUnit::kPercent, "of the time: some tasks waited for I/O"},
     [](const CgroupUse& use) { return Value(use.io_some.mean()); }},
    {{"io_full", "I/O full %", ColumnUnit::kPercent, "of the time: all tasks waited for I/O"},
     [](const CgroupUse& use) { return Value(use.io_full.mean()); }},
    {{"peak", "peak %", ColumnUnit::kPercent, "the most of any of them in an interval"},
     [](const CgroupUse& use) {
       double most = kNotKnown;
       for (const OverTime* each : {&use.cpu_some, &use.memory_some, &use.io_some}) {
         most = std::fmax(most, each->peak());
       }
       return Value(most);
     }},
    {{"cgroup", "cgroup", ColumnUnit::kText, "path of the cgroup; those below it count, too"},
     [](const CgroupUse& use) { return Value(std::string(use.path)); }},
};

double worst_of(const CgroupUse& use) {
  double most = 0;
  for (const OverTime* each : {&use.cpu_some, &use.memory_some, &use.io_some}) {
    most = std::fmax(most, each->mean());
  }
  return most;
}

class PressureTopic : public SeriesTopic {
 public:
  explicit PressureTopic(const Question& question) : SeriesTopic(question) {}

  std::vector<Table> answer() const override {
    Table times = time_line("timeline", "", series().points(), kOfPressure, question().points);
    Table measures = breakdown("measures", "Mean and worst", series(), kOfPressure);
    const bool is_known = std::ranges::any_of(series().points(), [](const SystemPoint& point) {
      return !std::isnan(point[Measure::kPressureCpuSome]);
    });
    if (!is_known) {
      times.title = "Pressure";
      times.rows.clear();
      times.notes.clear();
      times.if_empty = measures.if_empty =
          series().seconds() > 0 ? std::string(kNotThere) : "no interval was recorded";
    }
    return {std::move(times), std::move(measures), of_cgroups()};
  }

 private:
  void add(const Host& host, const Sample& sample) override { cgroups_.begin(host, sample); }
  void add_task(const Task& task) override { cgroups_.take(task, true); }
  void finish() override { cgroups_.end(); }

  Table of_cgroups() const {
    const std::span<const StallColumn> columns(kStallColumns);
    Table table = table_of("cgroups", "Control groups under pressure", columns);
    std::vector<const CgroupUse*> uses = cgroups_.all();
    const bool is_known = std::ranges::any_of(uses, [](const CgroupUse* use) {
      return use->cpu_some.is_known() || use->memory_some.is_known() || use->io_some.is_known();
    });
    std::erase_if(uses, [](const CgroupUse* use) { return !(worst_of(*use) > 0); });
    std::ranges::stable_sort(uses, std::greater{},
                             [](const CgroupUse* use) { return worst_of(*use); });
    for (const CgroupUse* use : uses) table.rows.push_back(values_of(*use, columns));
    table.if_empty = is_known ? "none" : "not recorded; logs of atop before 2.11 do not have it";
    return table;
  }

  CgroupUses cgroups_;
};

}  // namespace

std::unique_ptr<Topic> pressure_topic(const Question& question) {
  return std::make_unique<PressureTopic>(question);
}

}  // namespace proctape
