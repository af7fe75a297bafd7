// SPDX-License-Identifier: Apache-2.0
#include "collector/task/procfs_tasks.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <charconv>

#include "base/text.h"
#include "collector/task/pid_directory.h"
#include "collector/task/task_cmdline.h"
#include "collector/task/task_io.h"
#include "collector/task/task_schedstat.h"
#include "collector/task/task_smaps.h"
#include "collector/task/task_stat.h"
#include "collector/task/task_status.h"

namespace proctape {
namespace {

// Whether the scheduler shows that the task ran between two readings. Without scheduler
// statistics all is zero and says nothing.
bool ran_between(const Task& before, const Task& now) {
  return now.timeslices == 0 || now.timeslices != before.timeslices ||
         now.run_time != before.run_time || now.cpu.run_delay != before.cpu.run_delay;
}

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

class ProcfsTasks::Directory {
 public:
  explicit Directory(Count pid) : end_(append(path_.data(), pid)) {}
  Directory(Count pid, Count tid) : Directory(pid) {
    static constexpr std::string_view kTask = "/task/";
    end_ = append(std::copy(kTask.begin(), kTask.end(), end_), tid);
  }

  // "123/stat"; valid until the next call.
  const char* operator/(std::string_view file) const {
    char* at = end_;
    *at++ = '/';
    at = std::copy(file.begin(), file.end(), at);
    *at = '\0';
    return path_.data();
  }

 private:
  static constexpr std::size_t kLongest = sizeof "4194304/task/4194304/oom_score_adj";

  char* append(char* at, Count number) {
    return std::to_chars(at, path_.data() + path_.size(), number).ptr;
  }

  mutable std::array<char, kLongest + 40> path_{};  // a pid may have 20 digits in theory
  char* end_;
};

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
    : proc_(std::move(proc)),
      places_(std::move(places)),
      page_size_(host.page_size),
      ticks_per_second_(host.ticks_per_second),
      boot_(boot),
      options_(options) {}

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
}

Result<> ProcfsTasks::read(const Snapshot& previous, Snapshot& into) {
  ++snapshots_;
  problems_ = {};
  places_.begin_snapshot(into.since_boot);
  into.tasks.clear();
  if (auto listed = list_pids(proc_.get(), ".", pids_); !listed) return listed;
  for (const Count pid : pids_) read_process(pid, previous, into);
  into.task_index.build(into.tasks);
  into.task_io = io_readable_;
  refresh_all_ = false;
  return {};
}

bool ProcfsTasks::note(const Directory& directory, const Error& error) {
  if (error.kind == Error::Kind::kMalformed) {
    ++problems_.malformed;
    if (!problems_.first_malformed) problems_.first_malformed = error;
    return true;
  }
  if (error.kind != Error::Kind::kGone) return true;
  // Either the task vanished or this kernel has no such file.
  return ::faccessat(proc_.get(), directory / "stat", F_OK, 0) == 0;
}

bool ProcfsTasks::read_stat(const Directory& directory, Task& task) {
  const auto text = read_once(proc_.get(), directory / "stat", buffer_);
  if (!text) return false;
  const auto parsed = parse_task_stat(*text, page_size_, task);
  if (!parsed) {
    note(directory, parsed.error());
    return false;
  }
  const auto since_boot =
      std::chrono::nanoseconds(std::chrono::seconds(1)) / ticks_per_second_ * task.start.value;
  task.identity.started = Seconds{
      std::chrono::floor<std::chrono::seconds>(boot_ + since_boot).time_since_epoch().count()};
  return true;
}

bool ProcfsTasks::read_schedstat(const Directory& directory, Task& task) {
  task.run_time = {};
  task.cpu.run_delay = {};
  task.timeslices = 0;
  const auto text = read_once(proc_.get(), directory / "schedstat", buffer_);
  const auto parsed = text ? parse_task_schedstat(*text, task) : Result<>(text.error());
  return parsed || note(directory, parsed.error());
}

bool ProcfsTasks::read_status_and_io(const Directory& directory, Task& task) {
  const auto status = read_once(proc_.get(), directory / "status", buffer_);
  const auto owners = status ? parse_task_status(*status, task) : Result<>(status.error());
  if (!owners && !note(directory, owners.error())) return false;

  task.disk = {};
  const auto io = read_once(proc_.get(), directory / "io", buffer_);
  const auto sectors = io ? parse_task_io(*io, task.disk) : Result<>(io.error());
  if (sectors) {
    io_readable_ = true;
  } else if (sectors.error().kind == Error::Kind::kDenied) {
    ++problems_.io_denied;
  } else if (!note(directory, sectors.error())) {
    return false;
  }

  task.cpu.wait_channel = {};
  if (options_.wait_channel) {
    const auto channel = read_once(proc_.get(), directory / "wchan", buffer_);
    task.cpu.wait_channel = channel ? *channel : std::string_view{};
  }
  return true;
}

bool ProcfsTasks::read_process_details(const Directory& directory, Task& task) {
  if (!read_status_and_io(directory, task)) return false;

  const auto line = read_once(proc_.get(), directory / "cmdline", buffer_, kCommandLineBytes);
  if (!line && !note(directory, line.error())) return false;
  task.identity.command_line = line ? parse_task_cmdline(*line) : InlineText<255>{};

  task.memory.oom_score = task.memory.oom_score_adj = 0;
  if (options_.oom_score) {
    const auto number_in = [&](std::string_view file) {
      const auto text = read_once(proc_.get(), directory / file, buffer_);
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

void ProcfsTasks::read_pss(const Directory& directory, Task& task) {
  // Kernel threads and zombies have no memory of their own.
  if (task.memory.virtual_size == Bytes{}) return;
  const auto text = read_once(proc_.get(), directory / "smaps_rollup", buffer_);
  const auto pss = text ? parse_task_smaps(*text) : Result<Bytes>(text.error());
  task.memory.proportional = pss ? *pss : Bytes{kUnknown};
}

bool ProcfsTasks::read_thread(Count pid, Count tid, const Snapshot& previous, Snapshot& into) {
  const Directory directory(pid, tid);
  const Task* before = previous.task_index.find(previous.tasks, tid, false);
  if (before && before->identity.tgid != pid) before = nullptr;

  Task& task = into.tasks.emplace_back(before ? *before : Task{});
  task.identity.is_process = false;
  bool there = read_schedstat(directory, task);
  const bool unchanged = there && before && !ran_between(*before, task) && !due_for_refresh(tid);
  if (there && !unchanged) {
    there = read_stat(directory, task) && read_status_and_io(directory, task);
    task.identity.tgid = pid;
    task.identity.threads = 1;
    count_own_state(task.identity);
  }
  if (!there) into.tasks.pop_back();
  return there;
}

ProcfsTasks::ThreadSums ProcfsTasks::read_threads(Count pid, const Snapshot& previous,
                                                  Snapshot& into) {
  ThreadSums sums;
  const Directory directory(pid);
  if (!list_pids(proc_.get(), directory / "task", tids_)) return sums;
  for (const Count tid : tids_) {
    if (!read_thread(pid, tid, previous, into)) continue;
    const Task& thread = into.tasks.back();
    const Task* before = previous.task_index.find(previous.tasks, tid, false);
    sums.changed |= !before || before->start != thread.start || ran_between(*before, thread);
    sums.add(thread);
  }
  return sums;
}

bool ProcfsTasks::read_process(Count pid, const Snapshot& previous, Snapshot& into) {
  const Directory directory(pid);
  const std::size_t position = into.tasks.size();
  const Task* before = previous.task_index.find(previous.tasks, pid, true);

  // What is not read again below is carried over by starting from the previous state.
  into.tasks.emplace_back(before ? *before : Task{});
  if (!read_stat(directory, into.tasks[position])) {
    into.tasks.resize(position);
    return false;
  }
  if (before && before->start != into.tasks[position].start) {
    before = nullptr;  // the pid was reused
    into.tasks[position] = Task{};
    if (!read_stat(directory, into.tasks[position])) {
      into.tasks.resize(position);
      return false;
    }
  }
  into.tasks[position].identity.tgid = pid;

  ThreadSums sums;
  bool unchanged = before && !due_for_refresh(pid);
  if (into.tasks[position].identity.threads > 1) {
    sums = read_threads(pid, previous, into);
    if (sums.threads < 2) {  // the others ended meanwhile
      into.tasks.resize(position + 1);
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
    read_place(before, previous, task);
  }
  if (!there) {
    into.tasks.resize(position);
    return false;
  }
  task.memory.proportional = Bytes{};
  if (options_.pss) read_pss(directory, task);
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

}  // namespace proctape
