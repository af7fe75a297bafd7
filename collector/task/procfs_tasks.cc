// SPDX-License-Identifier: Apache-2.0
#include "collector/task/procfs_tasks.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>

#include "base/text.h"
#include "collector/task/pid_directory.h"
#include "collector/task/task_schedstat.h"
#include "collector/task/task_stat.h"
#include "collector/task/task_status.h"
#include "sample/give_back.h"

namespace proctape {
namespace {

// Readings are done when so many are wanted: what is remembered of them stays small.
constexpr std::size_t kMostReadings = 64;

void count_state(char state, TaskIdentity& who) {
  switch (state) {
    case 'S':
      ++who.threads_sleeping;
      break;
    case 'D':
      ++who.threads_uninterruptible;
      break;
    case 'R':
      ++who.threads_running;
      break;
    case 'I':
      ++who.threads_idle;
      break;
    default:
      break;  // stopped, traced and dead threads are counted nowhere
  }
}

void count_own_state(TaskIdentity& who) {
  who.threads_sleeping = who.threads_uninterruptible = 0;
  who.threads_running = who.threads_idle = 0;
  count_state(who.state, who);
}

}  // namespace

struct ProcfsTasks::ThreadSums {
  Count threads = 0;
  bool changed = false;  // a thread ran, began or ended
  TaskIdentity states;   // only its threads_* members
  Nanoseconds run_delay;
  Ticks block_io_delay;
  Count voluntary_switches = 0;
  Count involuntary_switches = 0;

  void add(const Task& thread) {
    ++threads;
    count_state(thread.identity.state, states);
    run_delay += thread.cpu.run_delay;
    block_io_delay += thread.cpu.block_io_delay;
    voluntary_switches += thread.cpu.voluntary_switches;
    involuntary_switches += thread.cpu.involuntary_switches;
  }

  void store(Task& process) const {
    process.identity.threads = threads;
    process.identity.threads_sleeping = states.threads_sleeping;
    process.identity.threads_uninterruptible = states.threads_uninterruptible;
    process.identity.threads_running = states.threads_running;
    process.identity.threads_idle = states.threads_idle;
    process.cpu.run_delay = run_delay;
    process.cpu.block_io_delay = block_io_delay;
    process.cpu.voluntary_switches = voluntary_switches;
    process.cpu.involuntary_switches = involuntary_switches;
  }
};

ProcfsTasks::ProcfsTasks(Fd proc, TaskPlaces places, const Host& host, WallTime boot,
                         const TaskOptions& options)
    : proc_(std::make_shared<const Fd>(std::move(proc))),
      places_(std::move(places)),
      page_size_(host.page_size),
      ticks_per_second_(host.ticks_per_second),
      boot_(boot),
      options_(options),
      slow_files_(std::make_shared<SlowFiles>(proc_, options.redaction)) {}

Result<ProcfsTasks> ProcfsTasks::open(const KernelFs& fs, const Host& host, WallTime boot,
                                      const TaskOptions& options) {
  auto proc = fs.open_directory("proc");
  if (!proc) return std::move(proc.error());
  auto places = TaskPlaces::open(fs, host);
  if (!places) return std::move(places.error());
  return ProcfsTasks(std::move(*proc), std::move(*places), host, boot, options);
}

void ProcfsTasks::set_options(const TaskOptions& options) {
  options_ = options;
  refresh_all_ = true;
  slow_files_ = std::make_shared<SlowFiles>(proc_, options.redaction);
}

Result<> ProcfsTasks::read(const Snapshot& previous, Snapshot& into,
                           const std::function<void()>& meanwhile) {
  ++snapshots_;
  problems_ = {};
  places_.begin_snapshot(into.since_boot);
  if (auto listed = list_pids(proc_->get(), ".", pids_); !listed) {
    into.tasks.clear();
    return listed;
  }
  // There will be about as many threads as there were.
  make_room_for(into.tasks, std::max(pids_.size(), previous.tasks.size()));
  constexpr std::size_t kProcessesInAFewMilliseconds = 64;
  for (std::size_t i = 0; i < pids_.size(); ++i) {
    read_process(pids_[i], previous, into);
    if (i % kProcessesInAFewMilliseconds == 0) meanwhile();
  }
  read_all_pss(into);
  drop_vanished(into);
  problems_.host_names_refused = places_.host_names_refused();
  into.task_index.build(into.tasks);
  into.task_io = io_readable_;
  refresh_all_ = false;
  return {};
}

void ProcfsTasks::keep_tasks(std::size_t count, Snapshot& into) {
  into.tasks.resize(count);
  auto& readings = slow_files_->readings;
  while (!readings.empty() && readings.back().position >= count) readings.pop_back();
}

// Their slow files came too late: half of what they were would be told as all of it. Who told
// of their exit knows the whole.
void ProcfsTasks::drop_vanished(Snapshot& into) {
  if (vanished_.empty()) return;
  std::erase_if(into.tasks, [&](const Task& task) {
    return std::ranges::find(vanished_, task.identity.tgid) != vanished_.end();
  });
  vanished_.clear();
}

bool ProcfsTasks::note(const TaskDirectory& directory, const Error& error) {
  if (error.kind == Error::Kind::kMalformed) {
    ++problems_.malformed;
    if (!problems_.first_malformed) problems_.first_malformed = error;
    return true;
  }
  if (error.kind != Error::Kind::kGone) return true;
  // Either the task vanished or this kernel has no such file.
  return ::faccessat(proc_->get(), directory / "stat", F_OK, 0) == 0;
}

bool ProcfsTasks::read_stat(const TaskDirectory& directory, Task& task) {
  const auto text = read_once(proc_->get(), directory / "stat", buffer_);
  if (!text) return false;
  const auto parsed = parse_task_stat(*text, page_size_, task);
  if (!parsed) {
    note(directory, parsed.error());
    return false;
  }
  task.identity.started = task_started(boot_, task.start, ticks_per_second_);
  return true;
}

bool ProcfsTasks::read_schedstat(const TaskDirectory& directory, Task& task) {
  task.run_time = {};
  task.cpu.run_delay = {};
  task.timeslices = 0;
  const auto text = read_once(proc_->get(), directory / "schedstat", buffer_);
  const auto parsed = text ? parse_task_schedstat(*text, task) : Result<>(text.error());
  return parsed || note(directory, parsed.error());
}

bool ProcfsTasks::read_status(const TaskDirectory& directory, Task& task) {
  const auto status = read_once(proc_->get(), directory / "status", buffer_);
  const auto owners = status ? parse_task_status(*status, task) : Result<>(status.error());
  return owners || note(directory, owners.error());
}

void ProcfsTasks::read_wait_channel(const TaskDirectory& directory, Task& task) {
  task.cpu.wait_channel = {};
  if (!options_.wait_channel) return;
  const auto channel = read_once(proc_->get(), directory / "wchan", buffer_);
  task.cpu.wait_channel = channel ? *channel : std::string_view{};
}

bool ProcfsTasks::read_process_details(const TaskDirectory& directory, Task& task) {
  if (!read_status(directory, task)) return false;
  read_wait_channel(directory, task);
  task.memory.oom_score = task.memory.oom_score_adj = 0;
  if (options_.oom_score) {
    const auto number_in = [&](std::string_view file) {
      const auto text = read_once(proc_->get(), directory / file, buffer_);
      return text ? to_number(trimmed(*text)).value_or(0) : 0;
    };
    task.memory.oom_score = number_in("oom_score");
    task.memory.oom_score_adj = number_in("oom_score_adj");
  }
  return true;
}

// Processes are moved to their cgroups when they begin, and hardly ever later.
void ProcfsTasks::read_place(const Task* before, const Snapshot& previous, Task& task) {
  const Count age =
      previous.since_boot / std::chrono::seconds(1) - task.start.value / ticks_per_second_;
  constexpr Count kSettled = 10;
  if (before && age > kSettled && !due_for_refresh(task.identity.pid)) return;
  places_.read(task.identity.pid, options_.places, task);
}

bool ProcfsTasks::read_thread(Count pid, Count tid, bool listed, bool refresh,
                              const Snapshot& previous, Snapshot& into) {
  const TaskDirectory directory(pid, tid);
  const Task* before = previous.task_index.find(previous.tasks, tid, false);
  if (before && before->identity.tgid != pid) before = nullptr;
  const std::size_t position = into.tasks.size();
  Task& task = into.tasks.emplace_back(before ? *before : Task{});
  task.identity.is_process = false;
  bool there = read_schedstat(directory, task);
  const bool unchanged = there && before && !refresh && !ran_between(*before, task);
  if (there && !unchanged) {
    there = read_stat(directory, task) &&
            (!(listed || options_.thread_switches) || read_status(directory, task));
    task.identity.tgid = pid;
    task.identity.threads = 1;
    count_own_state(task.identity);
    if (there && listed) {
      read_wait_channel(directory, task);
      want_slow_files(task, position, into);
    }
  }
  if (!there) keep_tasks(position, into);
  return there;
}

ProcfsTasks::ThreadSums ProcfsTasks::read_threads(std::size_t process, const Task* process_before,
                                                  const Snapshot& previous, Snapshot& into) {
  ThreadSums sums;
  const Count pid = into.tasks[process].identity.pid;
  const ThreadSelection& selection = options_.threads;
  const bool listed = selection.lists_threads_of(into.tasks[process]);
  // Of a process that was not listed under its former name there is less to carry over.
  const bool refresh_all = listed && process_before && !selection.lists_threads_of(*process_before);
  const bool refresh = listed && selection.lists_idle_threads();
  const TaskDirectory directory(pid);
  if (!list_pids(proc_->get(), directory / "task", tids_)) return sums;
  for (const Count tid : tids_) {
    const bool due = refresh_all || (refresh ? due_for_refresh(tid) : refresh_all_);
    if (!read_thread(pid, tid, listed, due, previous, into)) continue;
    const Task& thread = into.tasks.back();
    const Task* before = previous.task_index.find(previous.tasks, tid, false);
    sums.changed |= !before || before->start != thread.start || ran_between(*before, thread);
    sums.add(thread);
  }
  return sums;
}

bool ProcfsTasks::read_process(Count pid, const Snapshot& previous, Snapshot& into) {
  const TaskDirectory directory(pid);
  const std::size_t position = into.tasks.size();
  const Task* before = previous.task_index.find(previous.tasks, pid, true);

  // What is not read again below is carried over by starting from the previous state.
  into.tasks.emplace_back(before ? *before : Task{}).gpu = {};
  if (!read_stat(directory, into.tasks[position])) {
    keep_tasks(position, into);
    return false;
  }
  if (before && before->start != into.tasks[position].start) {
    before = nullptr;  // the pid was reused
    into.tasks[position] = Task{};
    if (!read_stat(directory, into.tasks[position])) {
      keep_tasks(position, into);
      return false;
    }
  }
  into.tasks[position].identity.tgid = pid;

  ThreadSums sums;
  bool unchanged = before && !due_for_refresh(pid);
  if (into.tasks[position].identity.threads > 1) {
    sums = read_threads(position, before, previous, into);
    if (sums.threads < 2) {  // the others ended meanwhile
      keep_tasks(position + 1, into);
      sums = {};
    }
  }
  Task& task = into.tasks[position];
  bool there = true;
  if (sums.threads > 1) {
    unchanged = unchanged && !sums.changed && sums.threads == before->identity.threads;
  } else {
    task.identity.threads = 1;
    count_own_state(task.identity);
    there = read_schedstat(directory, task);
    unchanged = unchanged && there && !ran_between(*before, task);
  }
  if (there && !(unchanged && stat_agrees(*before, task))) {
    there = read_process_details(directory, task);
    if (there) {
      read_place(before, previous, task);
      want_slow_files(task, position, into);
    }
  }
  if (!there) {
    keep_tasks(position, into);
    return false;
  }
  if (sums.threads > 1) {
    sums.store(task);
    // Threads share the memory of their process, and atop's entries of them its sizes.
    for (std::size_t i = position + 1; i < into.tasks.size(); ++i) {
      into.tasks[i].identity.container = task.identity.container;
      into.tasks[i].identity.host_name = task.identity.host_name;
      TaskMemory& memory = into.tasks[i].memory;
      const TaskMemory own = memory;
      memory = task.memory;
      memory.minor_faults = own.minor_faults;
      memory.major_faults = own.major_faults;
      memory.proportional = Bytes{};
    }
  }
  return true;
}

SlowReading& ProcfsTasks::want(const Task& task, std::size_t position, Snapshot& into) {
  if (slow_files_->readings.size() == kMostReadings) read_slow_files(into);
  SlowReading& reading = slow_files_->readings.emplace_back();
  const TaskIdentity& who = task.identity;
  reading.position = position;
  reading.pid = who.tgid;
  reading.tid = who.is_process ? 0 : who.pid;
  return reading;
}

void ProcfsTasks::want_slow_files(const Task& task, std::size_t position, Snapshot& into) {
  if (is_stuck(task)) return;
  SlowReading& reading = want(task, position, into);
  reading.wants_io = true;
  reading.wants_command_line = task.identity.is_process;
  reading.arguments = task.arguments;
  reading.digest = refresh_all_ ? 0 : task.command_line_digest;
}

void ProcfsTasks::want_pss(const Task& task, std::size_t position, std::chrono::nanoseconds cost,
                           Snapshot& into) {
  if (is_stuck(task)) return;
  SlowReading& reading = want(task, position, into);
  reading.wants_pss = true;
  reading.cost = cost;
}

void ProcfsTasks::read_all_pss(Snapshot& into) {
  if (options_.pss == PssMode::kBudget) {
    const auto choices = pss_.plan(into.tasks, into.since_boot);
    slow_files_->pss_budget = pss_.budget().count();
    for (const auto& [position, cost] : choices) {
      want_pss(into.tasks[position], position, cost, into);
    }
  } else if (options_.pss == PssMode::kAlways) {
    slow_files_->pss_budget = PssBudget::Duration::max().count();
    for (std::size_t i = 0; i < into.tasks.size(); ++i) {
      const Task& task = into.tasks[i];
      // Kernel threads and zombies have no memory of their own.
      if (task.identity.is_process && task.memory.virtual_size > Bytes{}) {
        want_pss(task, i, {}, into);
      }
    }
  }
  read_slow_files(into);
  for (Task& task : into.tasks) {
    if (!task.identity.is_process) continue;
    Bytes& pss = task.memory.proportional;
    if (options_.pss == PssMode::kOff || task.memory.virtual_size == Bytes{}) {
      pss = Bytes{};
    } else if (options_.pss == PssMode::kBudget && pss_.too_large(task.memory.resident)) {
      pss = estimated_pss(task.pss, task.memory.resident);
    } else {
      pss = task.pss.proportional;
    }
  }
}

void ProcfsTasks::read_slow_files(Snapshot& into) {
  std::vector<SlowReading>& readings = slow_files_->readings;
  const std::size_t done = runner_.run(slow_files_, readings.size(), stuck_steps_);
  problems_.too_many_stuck |= done < readings.size();
  auto stuck = stuck_steps_.begin();
  for (std::size_t step = 0; step < done; ++step) {
    Task& task = into.tasks[readings[step].position];
    if (stuck != stuck_steps_.end() && stuck->step == step) {
      remember_stuck(*stuck++, task);
    } else {
      store(readings[step], task, into.since_boot);
    }
  }
  if (stuck_steps_.empty()) {
    readings.clear();
  } else {
    // The old ones belong to those who are stuck in them.
    const auto budget = slow_files_->pss_budget.load();
    slow_files_ = std::make_shared<SlowFiles>(proc_, options_.redaction);
    slow_files_->pss_budget = budget;
  }
}

void ProcfsTasks::store(SlowReading& reading, Task& task, SinceBoot now) {
  const TaskDirectory directory(reading.pid);
  bool there = true;
  if (reading.io) {
    if (*reading.io) {
      task.disk = **reading.io;
      io_readable_ = true;
    } else if (reading.io->error().kind == Error::Kind::kDenied) {
      ++problems_.io_denied;
    } else {
      there &= note(directory, reading.io->error());
    }
  }
  if (reading.command_line) {
    if (*reading.command_line) {
      task.command_line_digest = (*reading.command_line)->digest;
      if (const auto& line = (*reading.command_line)->line) task.identity.command_line = *line;
    } else {
      there &= note(directory, reading.command_line->error());
    }
  }
  if (!there && reading.tid == 0) vanished_.push_back(reading.pid);
  if (reading.pss) {
    const bool told = static_cast<bool>(*reading.pss);
    if (told) pss_.read(task.memory.resident, (*reading.pss)->cpu_time);
    task.pss = {now, told ? (*reading.pss)->proportional : Bytes{kUnknown}, task.memory.resident,
                task.memory.minor_faults + task.memory.major_faults};
  }
}

bool ProcfsTasks::is_stuck(const Task& task) {
  if (stuck_.empty()) return false;
  std::erase_if(stuck_, [](const StuckTask& stuck) { return stuck.returned->load(); });
  return std::ranges::any_of(
      stuck_, [&](const StuckTask& stuck) { return stuck.pid == task.identity.tgid; });
}

void ProcfsTasks::remember_stuck(const DeadlineRunner::Stuck& stuck, const Task& task) {
  static constexpr const char* kFiles[] = {"io", "cmdline", "smaps_rollup"};
  const TaskIdentity& who = task.identity;
  stuck_.push_back({who.tgid, stuck.returned});
  const std::string pid = std::to_string(who.pid);
  problems_.stuck.push_back({"task " + pid,
                             {Error::Kind::kIo, std::string(kFiles[stuck.part]) + " of " + pid +
                                                    " (" + std::string(who.name.view()) +
                                                    ") does not answer: left out until it does"}});
}

}  // namespace proctape
