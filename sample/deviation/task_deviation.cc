// SPDX-License-Identifier: Apache-2.0
//
// Which members of a task are counters, and what is new, active and inactive.
#include <span>

#include "sample/deviation/deviation.h"
#include "sample/deviation/subtract.h"

namespace proctape {
namespace {

template <typename T, typename... Members>
void subtract_boxed(const Boxed<T>& before, Boxed<T>& now, Members... members) {
  if (now.is_default()) return;
  T difference = now;
  subtract_counters(*before, difference, members...);
  now = difference;
}

// How the counters of a struct of a task are subtracted: `before` is of a whole process, and what
// is less than it is not known (was_whole() below), or of the task itself.
struct FromWhole {
  template <typename T, typename... Members>
  static void subtract(const T& before, T& now, Members... members) {
    subtract_counters(OnFall::kNothing, before, now, members...);
  }
};
struct FromItself {
  template <typename T, typename... Members>
  static void subtract(const T& before, T& now, Members... members) {
    subtract_counters(before, now, members...);
  }
};

template <typename From>
void subtract_task(const Task& before, Task& now) {
  From::subtract(before.cpu, now.cpu, &TaskCpu::user, &TaskCpu::system, &TaskCpu::run_delay,
                 &TaskCpu::block_io_delay, &TaskCpu::voluntary_switches,
                 &TaskCpu::involuntary_switches);
  From::subtract(before.disk, now.disk, &TaskDisk::read, &TaskDisk::written, &TaskDisk::cancelled);
  now.disk.read_requests = now.disk.read.value;
  now.disk.write_requests = now.disk.written.value;
  now.memory.virtual_growth = now.memory.virtual_size - before.memory.virtual_size;
  now.memory.resident_growth = now.memory.resident - before.memory.resident;
  From::subtract(before.memory, now.memory, &TaskMemory::minor_faults, &TaskMemory::major_faults);
  subtract_boxed(before.gpu, now.gpu, &TaskGpu::memory_sum, &TaskGpu::samples,
                 &TaskGpu::busy_percent_sum, &TaskGpu::memory_busy_percent_sum);
  subtract_boxed(before.network, now.network, &TaskNetwork::tcp_sent, &TaskNetwork::tcp_bytes_sent,
                 &TaskNetwork::tcp_received, &TaskNetwork::tcp_bytes_received,
                 &TaskNetwork::udp_sent, &TaskNetwork::udp_bytes_sent, &TaskNetwork::udp_received,
                 &TaskNetwork::udp_bytes_received);
}

// Nothing that is recorded changed.
bool same(const Task& a, const Task& b) {
  return a.identity == b.identity && a.cpu == b.cpu && a.disk == b.disk && a.memory == b.memory &&
         a.network == b.network && a.gpu == b.gpu;
}

const Task* predecessor(const Snapshot& previous, const Task& task) {
  const auto& index = previous.task_index;
  const TaskIdentity& who = task.identity;
  const Task* found = index.find(previous.tasks, who.pid, who.is_process);
  if (found && found->start == task.start) return found;
  if (who.is_process || who.pid != who.tgid) return nullptr;
  // The main thread of a process that had no other thread was the process.
  found = index.find(previous.tasks, who.pid, true);
  return found && found->start == task.start && found->identity.threads == 1 ? found : nullptr;
}

// Whether `now` is what is left of a process that `before` shows as a whole: its counters held
// those of threads that had ended. What is less than them is not known, and not begun anew.
bool was_whole(const Task* before, const Task& now) {
  return before && before->identity.is_process != now.identity.is_process;
}

const Task kNothing{};

// Turns `now`, the task at the end of the interval, into the difference.
void subtract(const Task* before, Task& now) {
  now.identity.inactive = before && same(*before, now);
  if (!before) now.identity.exit_code |= TaskIdentity::kNewBit;
  if (was_whole(before, now)) {
    subtract_task<FromWhole>(*before, now);
  } else {
    subtract_task<FromItself>(before ? *before : kNothing, now);
  }
}

template <typename From>
void subtract_summed(const TaskCpu& before, TaskCpu& now) {
  From::subtract(before, now, &TaskCpu::run_delay, &TaskCpu::block_io_delay,
                 &TaskCpu::voluntary_switches, &TaskCpu::involuntary_switches);
}

// The log's process entry has these as sums over the threads there are. The sum falls when
// a thread ends; what the remaining ones added does not. And it is active when one of them is.
void sum_up(const Snapshot& previous, std::span<const Task> threads, Task& process) {
  if (threads.empty()) return;
  TaskCpu& sum = process.cpu;
  sum.run_delay = {};
  sum.block_io_delay = {};
  sum.voluntary_switches = 0;
  sum.involuntary_switches = 0;
  for (const Task& thread : threads) {
    const Task* before = predecessor(previous, thread);
    TaskCpu cpu = thread.cpu;
    if (was_whole(before, thread)) {
      subtract_summed<FromWhole>(before->cpu, cpu);
    } else {
      subtract_summed<FromItself>(before ? before->cpu : kNothing.cpu, cpu);
    }
    sum.run_delay += cpu.run_delay;
    sum.block_io_delay += cpu.block_io_delay;
    sum.voluntary_switches += cpu.voluntary_switches;
    sum.involuntary_switches += cpu.involuntary_switches;
    if (!before || !same(*before, thread)) process.identity.inactive = false;
  }
}

// Whether a thread is idle: the scheduler tells, or else that nothing changed.
bool is_idle(const Task* before, const Task& now) {
  return before && (now.timeslices == 0 ? same(*before, now) : !ran_between(*before, now));
}

}  // namespace

void task_deviation(const Snapshot& previous, const Snapshot& current,
                    const DeviationOptions& options, TaskVisitor visit) {
  Task difference;
  const std::span<const Task> tasks = current.tasks;
  for (std::size_t position = 0; position < tasks.size();) {
    const Task& process = tasks[position];
    std::size_t end = position + 1;
    while (end < tasks.size() && !tasks[end].identity.is_process) ++end;
    const auto threads = tasks.subspan(position + 1, end - position - 1);
    position = end;

    difference = process;
    subtract(predecessor(previous, process), difference);
    sum_up(previous, threads, difference);
    if (difference.identity.inactive && !options.idle_processes) continue;
    visit(difference);
    if (!options.threads.lists_threads_of(process)) continue;
    for (const Task& thread : threads) {
      const Task* before = predecessor(previous, thread);
      if (!options.threads.lists_idle_threads() && is_idle(before, thread)) continue;
      difference = thread;
      subtract(before, difference);
      visit(difference);
    }
  }
}

}  // namespace proctape
