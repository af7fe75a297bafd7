// SPDX-License-Identifier: Apache-2.0
#include "collector/task/task_details.h"

#include <algorithm>

#include "collector/task/task_stat.h"
#include "collector/task/task_status.h"
#include "sample/deviation/give_back.h"

namespace proctape {

TaskDetails::TaskDetails(Fd proc, TaskPlaces places, const Host& host, const TaskOptions& options)
    : proc_(std::make_shared<const Fd>(std::move(proc))),
      places_(std::move(places)),
      ticks_per_second_(host.ticks_per_second),
      page_size_(host.page_size),
      options_(options),
      slow_(proc_, options.redaction, problems_) {
  places_.set_redaction(options.redaction);
}

Result<std::shared_ptr<TaskDetails>> TaskDetails::open(const KernelFs& fs, const Host& host,
                                                       const TaskOptions& options) {
  auto proc = fs.open_directory("proc");
  if (!proc) return std::move(proc.error());
  auto places = TaskPlaces::open(fs, host);
  if (!places) return std::move(places.error());
  return std::make_shared<TaskDetails>(std::move(*proc), std::move(*places), host, options);
}

void TaskDetails::set_options(const TaskOptions& options) {
  options_ = options;
  refresh_all_ = true;
  slow_.set_redaction(options.redaction);
  places_.set_redaction(options.redaction);
}

void TaskDetails::begin(const Snapshot& previous, Snapshot& into) {
  ++snapshots_;
  problems_ = {};
  boot_ = into.boot;
  boot_moved_ = previous.boot != into.boot;
  if (options_.redaction) options_.redaction->begin_snapshot();
  slow_.forget_from(0);
  places_.begin_snapshot(into.since_boot);
  make_room_for(into.tasks, previous.tasks.size());
}

void TaskDetails::end(Snapshot& into) {
  slow_.read(options_.pss, into);
  problems_.host_names_refused = places_.host_names_refused();
  into.task_index.build(into.tasks);
  into.task_io = slow_.io_readable();
  if (boot_moved_) {
    // Also of those that were not read again.
    for (TaskReading& task : into.tasks) {
      task.identity.started = task_started(boot_, task.start, ticks_per_second_);
    }
  }
  refresh_all_ = false;
}

void TaskDetails::set_started(TaskReading& task) const {
  Seconds& started = task.identity.started;
  if (started == Seconds{}) started = task_started(boot_, task.start, ticks_per_second_);
}

bool TaskDetails::has_settled(SinceBoot now, const TaskReading& task) const {
  const Count age = now / std::chrono::seconds(1) - task.start.value / ticks_per_second_;
  constexpr Count kSettled = 10;
  return age > kSettled;
}

bool TaskDetails::due_for_place(const TaskReading* before, SinceBoot now,
                                const TaskReading& task) const {
  return !before || !has_settled(now, task) || due_for_refresh(task.identity.pid) ||
         may_be_renamed(task);
}

void TaskDetails::read_memory_of_living(std::span<const TaskReading> threads,
                                        TaskReading& process) {
  process.marks.living_thread = 0;
  const auto lives = [](const TaskReading& thread) {
    return thread.identity.state != 'Z' && thread.identity.state != 'X';
  };
  const auto living = std::ranges::find_if(threads, lives);
  if (living == threads.end()) return;
  const Count tid = living->identity.pid;
  const TaskDirectory directory(process.identity.pid, tid);
  TaskReading told;
  const auto status = read_once(proc_->get(), directory / "status", buffer_);
  if (!status || !parse_task_status(*status, told)) return;
  const auto stat = read_once(proc_->get(), directory / "stat", buffer_);
  if (!stat || !parse_task_stat(*stat, page_size_, told)) return;
  const auto take = [&](auto... sizes) { ((process.memory.*sizes = told.memory.*sizes), ...); };
  take(&TaskMemory::virtual_size, &TaskMemory::resident, &TaskMemory::executable, &TaskMemory::data,
       &TaskMemory::stack, &TaskMemory::libraries, &TaskMemory::locked, &TaskMemory::swap);
  process.arguments = told.arguments;
  process.marks.living_thread = static_cast<std::int32_t>(tid);
}

void TaskDetails::read_wait_channel(const TaskDirectory& directory, TaskReading& task) {
  task.cpu.wait_channel = {};
  if (!options_.wait_channel) return;
  const auto channel = read_once(proc_->get(), directory / "wchan", buffer_);
  task.cpu.wait_channel = channel ? *channel : std::string_view{};
}

bool TaskDetails::lacks_wait_channel(const TaskReading& task) const {
  const char state = task.identity.state;
  return options_.wait_channel && (state == 'S' || state == 'D' || state == 'I') &&
         task.cpu.wait_channel == std::string_view("0");
}

}  // namespace proctape
