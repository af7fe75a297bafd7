// SPDX-License-Identifier: Apache-2.0
//
// Which members of a task are counters, and what is new, active and inactive.
#include "sample/deviation.h"
#include "sample/subtract.h"

namespace proctape {
namespace {

template <OnFall kOnFall = OnFall::kBegunAnew>
void subtract_task(const Task& before, Task& now) {
  subtract_counters<kOnFall>(before.cpu, now.cpu, &TaskCpu::user, &TaskCpu::system,
                             &TaskCpu::run_delay, &TaskCpu::block_io_delay,
                             &TaskCpu::voluntary_switches, &TaskCpu::involuntary_switches);
  subtract_counters<kOnFall>(before.disk, now.disk, &TaskDisk::read, &TaskDisk::written,
                             &TaskDisk::cancelled);
  now.disk.read_requests = now.disk.read.value;
  now.disk.write_requests = now.disk.written.value;
  now.memory.virtual_growth = now.memory.virtual_size - before.memory.virtual_size;
  now.memory.resident_growth = now.memory.resident - before.memory.resident;
  subtract_counters<kOnFall>(before.memory, now.memory, &TaskMemory::minor_faults,
                             &TaskMemory::major_faults);
  subtract_counters(before.gpu, now.gpu, &TaskGpu::memory_sum, &TaskGpu::samples,
                    &TaskGpu::busy_percent_sum, &TaskGpu::memory_busy_percent_sum);
  subtract_counters(
      before.network, now.network, &TaskNetwork::tcp_sent, &TaskNetwork::tcp_bytes_sent,
      &TaskNetwork::tcp_received, &TaskNetwork::tcp_bytes_received, &TaskNetwork::udp_sent,
      &TaskNetwork::udp_bytes_sent, &TaskNetwork::udp_received, &TaskNetwork::udp_bytes_received);
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

// Turns `now`, the task at the end of the interval, into the difference.
void subtract(const Task* before, Task& now) {
  now.identity.inactive = before && same(*before, now);
  if (!before) now.identity.exit_code |= TaskIdentity::kNewBit;
  static const Task kNothing{};
  if (before && before->identity.is_process != now.identity.is_process) {
    // The process's counters hold those of threads that had ended: what is less than them
    // is not known, and not begun anew.
    subtract_task<OnFall::kNothing>(*before, now);
  } else {
    subtract_task(before ? *before : kNothing, now);
  }
}

// The log's process entry has these as sums over the threads there are. The sum falls when
// a thread ends; what the remaining ones added does not.
void begin_thread_sums(TaskCpu& process) {
  process.run_delay = {};
  process.block_io_delay = {};
  process.voluntary_switches = 0;
  process.involuntary_switches = 0;
}
void add_thread(const TaskCpu& thread, TaskCpu& process) {
  process.run_delay += thread.run_delay;
  process.block_io_delay += thread.block_io_delay;
  process.voluntary_switches += thread.voluntary_switches;
  process.involuntary_switches += thread.involuntary_switches;
}

// Whether a thread, of which `difference` is what the interval brought, is idle: the scheduler
// tells, or else that nothing changed.
bool is_idle(const Task* before, const Task& now, const Task& difference) {
  if (now.timeslices == 0) return difference.identity.inactive;
  return before && !ran_between(*before, now);
}

}  // namespace

void task_deviation(const Snapshot& previous, const Snapshot& current,
                    const DeviationOptions& options, std::vector<Task>& differences) {
  differences.clear();
  for (auto task = current.tasks.begin(); task != current.tasks.end();) {
    const std::size_t process = differences.size();
    const bool listed = options.threads.lists_threads_of(*task);
    subtract(predecessor(previous, *task), differences.emplace_back(*task));
    bool first = true;
    for (++task; task != current.tasks.end() && !task->identity.is_process; ++task) {
      const Task* before = predecessor(previous, *task);
      Task& thread = differences.emplace_back(*task);
      subtract(before, thread);
      Task& whole = differences[process];
      if (first) begin_thread_sums(whole.cpu);
      first = false;
      add_thread(thread.cpu, whole.cpu);
      if (!thread.identity.inactive) whole.identity.inactive = false;
      if (!listed || (!options.threads.lists_idle_threads() && is_idle(before, *task, thread))) {
        differences.pop_back();
      }
    }
    if (!options.idle_processes && differences[process].identity.inactive) {
      differences.resize(process);
    }
  }
}

}  // namespace proctape
