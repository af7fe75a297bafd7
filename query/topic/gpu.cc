// SPDX-License-Identifier: Apache-2.0
#include "query/topic/gpu.h"

#include <algorithm>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "query/measure/cgroup_paths.h"
#include "query/measure/elapsed.h"
#include "query/measure/gpu_share.h"
#include "query/measure/over_time.h"
#include "query/measure/task_groups.h"
#include "query/topic/task_columns.h"

namespace proctape {
namespace {

struct GpuUse {
  Gpu gpu;  // as it was at the end
  OverTime busy, memory_busy, memory_used, processes;
};

using GpuColumn = ColumnOf<GpuUse>;
constexpr GpuColumn kGpuColumns[] = {
    {{"gpu", "GPU", ColumnUnit::kCount, "number of the GPU"},
     [](const GpuUse& use) { return Value(double(use.gpu.number)); }},
    {{"busy", "busy %", ColumnUnit::kPercent, "of the time"},
     [](const GpuUse& use) { return Value(use.busy.mean()); }},
    {{"busy_peak", "peak %", ColumnUnit::kPercent, "the same in the interval with most"},
     [](const GpuUse& use) { return Value(use.busy.peak()); }},
    {{"peak_time", "when", ColumnUnit::kTime, "end of that interval"},
     [](const GpuUse& use) {
       return use.busy.is_known() ? Value(double(use.busy.peak_time().value)) : Value{};
     }},
    {{"memory_busy", "memory busy %", ColumnUnit::kPercent, "of the time: its memory was busy"},
     [](const GpuUse& use) { return Value(use.memory_busy.mean()); }},
    {{"memory_used", "memory", ColumnUnit::kBytes, "memory that was used, mean"},
     [](const GpuUse& use) { return Value(use.memory_used.mean()); }},
    {{"memory_peak", "memory peak", ColumnUnit::kBytes, "the same in the interval with most"},
     [](const GpuUse& use) { return Value(use.memory_used.peak()); }},
    {{"memory_total", "of", ColumnUnit::kBytes, "memory there is"},
     [](const GpuUse& use) { return Value(used(use.gpu.memory_total)); }},
    {{"processes", "procs", ColumnUnit::kCount, "the most processes at the end of an interval"},
     [](const GpuUse& use) { return Value(use.processes.peak()); }},
    {{"bus_id", "bus id", ColumnUnit::kText, "place on the PCI bus: the end of its address"},
     [](const GpuUse& use) { return Value(std::string(use.gpu.bus_id.view())); }},
    {{"type", "type", ColumnUnit::kText, "model: the end of its name"},
     [](const GpuUse& use) { return Value(std::string(use.gpu.type.view())); }},
};

class GpuTopic : public Topic {
 public:
  explicit GpuTopic(const Question& question)
      : question_(question), processes_(GroupBy::kProcess) {}

  void begin(const Host& host, const Sample& sample) override {
    cgroups_.next(sample);
    processes_.begin(host, sample, cgroups_);
    const double seconds = sample.since_boot ? 0 : seconds_of(sample);
    seconds_ += seconds;
    for (const Gpu& gpu : sample.system.gpus.each) add_gpu(gpu, sample);
  }
  void take(const Task& task, bool is_meant) override {
    if (is_meant && task.gpu->state != 0) processes_.take(task);
  }
  void end() override { processes_.end(); }

  std::vector<Table> answer() const override {
    const std::span<const GpuColumn> columns(kGpuColumns);
    Table table = table_of("gpus", "GPUs", columns);
    for (const GpuUse& use : gpus_) table.rows.push_back(values_of(use, columns));
    table.if_empty = "none was recorded: none there, not asked, or a log of atop before 2.4";
    std::vector<TaskColumn> of_tasks;
    for (const std::string_view name :
         {"pid", "user", "gpu", "gpu_memory", "cpu", "resident", "container", "name", "command"}) {
      of_tasks.push_back(*std::ranges::find(process_columns(), name, &TaskColumn::name));
      of_tasks.back().wide = name == "container";
    }
    Table processes = table_of_tasks("processes", "Processes on them (100 % is one GPU, one CPU)",
                                     of_tasks, processes_.all(), seconds_, question_);
    processes.sort(processes.find("gpu_memory"));
    processes.sort(processes.find("gpu"));
    processes.if_empty = "none was recorded";
    return {std::move(table), std::move(processes)};
  }

 private:
  void add_gpu(const Gpu& gpu, const Sample& sample) {
    auto found = std::ranges::find_if(gpus_, [&](const GpuUse& use) {
      return use.gpu.number == gpu.number && use.gpu.bus_id == gpu.bus_id;
    });
    if (found == gpus_.end()) {
      // A crafted log has others in each sample.
      constexpr std::size_t kMostGpus = 1024;
      if (gpus_.size() >= kMostGpus) return;
      found = gpus_.insert(gpus_.end(), GpuUse{});
    }
    found->gpu = gpu;
    const double seconds = sample.since_boot ? 0 : seconds_of(sample);
    const auto add = [&](OverTime& use, double value) {
      use.add(value, seconds, bounded(sample.time));
    };
    add(found->memory_used, memory_used(gpu));
    add(found->processes, used(gpu.processes));
    if (sample.since_boot) return;
    add(found->busy, busy_percent(gpu));
    add(found->memory_busy, memory_busy_percent(gpu));
  }

  Question question_;
  std::vector<GpuUse> gpus_;
  CgroupPaths cgroups_;
  TaskGroups processes_;
  double seconds_ = 0;
};

}  // namespace

std::unique_ptr<Topic> gpu_topic(const Question& question) {
  return std::make_unique<GpuTopic>(question);
}

}  // namespace proctape
