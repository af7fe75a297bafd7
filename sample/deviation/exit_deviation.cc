// SPDX-License-Identifier: Apache-2.0
//
// The entries of processes that ended in the interval: the totals of their lives, less what
// earlier entries, or that of this very sample, have shown.
#include <algorithm>
#include <utility>

#include "sample/deviation/deviation.h"
#include "sample/deviation/give_back.h"
#include "sample/deviation/subtract.h"

namespace proctape {
namespace {

// The kernel tells of an exit when all CPUs have passed a quiescent state, which is a matter
// of milliseconds, but up to 10 s where such callbacks are put off (CONFIG_RCU_LAZY).
constexpr std::chrono::seconds kExitTold{15};

bool is_of(const Exit& exit, const Task& task) {
  const std::int64_t apart = (exit.start - task.start).value;
  return apart <= exit.start_error.value && -apart <= exit.start_error.value;
}

const Task* find_in(const Snapshot& snapshot, const Exit& exit) {
  const Task* task = snapshot.task_index.find(snapshot.tasks, exit.pid, true);
  return task && is_of(exit, *task) ? task : nullptr;
}

Count pid_of(const DepartedTask& departed) { return departed.task.identity.pid; }

// In `departed`, which is sorted by pid; or null.
auto* find_in(auto& departed, const Exit& exit) {
  const auto first = std::ranges::lower_bound(departed, Count{exit.pid}, {}, pid_of);
  for (auto one = first; one != departed.end() && pid_of(*one) == exit.pid; ++one) {
    if (is_of(exit, one->task)) return &*one;
  }
  return decltype(departed.data()){};
}

// What snapshots have shown of a process that exited.
struct History {
  const Task* now = nullptr;     // in the current one: it ended just after it was read
  const Task* before = nullptr;  // in the last one before
  SinceBoot before_at{};         // the moment of that
};

History history_of(const Exit& exit, const Snapshot& previous, const Snapshot& current) {
  History history{find_in(current, exit), find_in(previous, exit), previous.since_boot};
  if (!history.before) {
    if (const DepartedTask* departed = find_in(previous.departed, exit)) {
      history.before = &departed->task;
      history.before_at = departed->seen;
    }
  }
  return history;
}

// A process that went on for a while behind the previous snapshot, which does not have it: it was
// hidden. Nobody knows what of its totals is older than the interval.
bool was_missed(const Exit& exit, const Snapshot& previous) {
  constexpr std::chrono::milliseconds kTick{10};
  constexpr Ticks kSlack{100};  // until all of a snapshot is read
  const Ticks last{previous.since_boot / kTick};
  return previous.taken_at != WallTime{} && exit.start + exit.start_error + kSlack < last &&
         last + kSlack < exit.start + exit.elapsed;
}

SharedText<255> command_line_of(const Exit& exit, const History& history, const Snapshot& current) {
  if (exit.line_is_last) return exit.command_line;
  // What /proc showed is newer than its last execve, unless that came later. A zombie shows none.
  const auto shown = [&](const Task* task, SinceBoot at) {
    return task && exit.exec_at < at && !task->identity.command_line.empty();
  };
  if (shown(history.now, current.since_boot)) return history.now->identity.command_line;
  if (shown(history.before, history.before_at)) return history.before->identity.command_line;
  return exit.command_line;
}

void put_totals(const Exit& exit, Task& task) {
  task.start = exit.start;
  TaskIdentity& who = task.identity;
  who.tgid = who.pid = exit.pid;
  who.ppid = exit.ppid;
  who.ruid = exit.ruid;
  who.euid = exit.euid;
  who.suid = exit.suid;
  who.fsuid = exit.fsuid;
  who.rgid = exit.rgid;
  who.egid = exit.egid;
  who.sgid = exit.sgid;
  who.fsgid = exit.fsgid;
  who.name = exit.name;
  who.state = TaskIdentity::kExited;
  who.exit_code = exit.status & 0xffff;
  who.started = exit.started;
  who.elapsed = exit.elapsed;
  task.cpu.user = exit.user;
  task.cpu.system = exit.system;
  task.cpu.current_cpu = TaskCpu::kNoCpu;
  task.cpu.run_delay = exit.run_delay;
  task.cpu.block_io_delay = exit.block_io_delay;
  task.cpu.voluntary_switches = exit.voluntary_switches;
  task.cpu.involuntary_switches = exit.involuntary_switches;
  task.disk.read = exit.read;
  task.disk.written = exit.written;
  task.disk.cancelled = exit.cancelled;
  task.memory.minor_faults = exit.minor_faults;
  task.memory.major_faults = exit.major_faults;
  task.memory.resident = exit.peak_resident;
  task.network = exit.network;
}

void subtract_shown(const Task& shown, Task& task) {
  // A total below what was shown is one that the source knows less well: nothing is left.
  subtract_counters(OnFall::kNothing, shown.cpu, task.cpu);
  subtract_counters(OnFall::kNothing, shown.disk, task.disk);
  subtract_counters(OnFall::kNothing, shown.memory, task.memory);
  if (!task.network.is_default()) {
    TaskNetwork network = task.network;
    subtract_counters(OnFall::kNothing, *shown.network, network);
    task.network = network;
  }
}

}  // namespace

void exit_deviation(const Snapshot& previous, const Snapshot& current, TaskVisitor visit) {
  for (const Exit& exit : current.exits) {
    const History history = history_of(exit, previous, current);
    Task task;
    put_totals(exit, task);
    task.identity.command_line = command_line_of(exit, history, current);
    const bool is_missed = !history.before && was_missed(exit, previous);
    if (!history.before && !is_missed) task.identity.exit_code |= TaskIdentity::kNewBit;
    if (const Task* last = history.now ? history.now : history.before) {
      subtract_shown(*last, task);
      if (exit.of_thread) task.identity.name = last->identity.name;
      task.identity.container = last->identity.container;
      task.identity.host_name = last->identity.host_name;
    } else if (is_missed) {
      const Task totals = task;
      subtract_shown(totals, task);
    }
    task.disk.read_requests = task.disk.read.value;
    task.disk.write_requests = task.disk.written.value;
    visit(task);
  }
}

void find_departed(const Snapshot& previous, Snapshot& current) {
  std::vector<DepartedTask>& departed = current.departed;
  clear_for(departed, previous.departed.size());
  for (const Task& task : previous.tasks) {
    if (!task.identity.is_process) continue;
    const Task* now = current.task_index.find(current.tasks, task.identity.pid, true);
    if (!now || now->start != task.start) departed.push_back({task, previous.since_boot});
  }
  for (const DepartedTask& earlier : previous.departed) {
    if (current.since_boot - earlier.seen <= kExitTold) departed.push_back(earlier);
  }
  std::ranges::sort(departed, {}, pid_of);
  // A process that ended just after it was read was told with the snapshot that had it.
  for (const std::vector<Exit>* exits : {&previous.exits, &std::as_const(current).exits}) {
    for (const Exit& exit : *exits) {
      if (DepartedTask* told = find_in(departed, exit)) told->told = true;
    }
  }
  std::erase_if(departed, [](const DepartedTask& one) { return one.told; });
}

}  // namespace proctape
