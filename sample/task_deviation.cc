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

// Appends the difference of `task`; returns whether it is new or active.
bool append_difference(const Snapshot& previous, const Task& task, std::vector<Task>& differences) {
  const Task* before = predecessor(previous, task);
  Task& now = differences.emplace_back(task);
  now.identity.inactive = before && same(*before, task);
  if (!before) now.identity.exit_code |= TaskIdentity::kNewBit;
  static const Task kNothing{};
  if (before && before->identity.is_process != task.identity.is_process) {
    // The process's counters hold those of threads that had ended: what is less than them
    // is not known, and not begun anew.
    subtract_task<OnFall::kNothing>(*before, now);
  } else {
    subtract_task(before ? *before : kNothing, now);
  }
  return !now.identity.inactive;
}

// The log's process entry has these as sums over the threads there are. The sum falls when
// a thread ends; what the remaining ones added does not.
void sum_up_threads(std::span<const Task> threads, TaskCpu& process) {
  process.run_delay = {};
  process.block_io_delay = {};
  process.voluntary_switches = 0;
  process.involuntary_switches = 0;
  for (const Task& thread : threads) {
    process.run_delay += thread.cpu.run_delay;
    process.block_io_delay += thread.cpu.block_io_delay;
    process.voluntary_switches += thread.cpu.voluntary_switches;
    process.involuntary_switches += thread.cpu.involuntary_switches;
  }
}

}  // namespace

void task_deviation(const Snapshot& previous, const Snapshot& current,
                    const DeviationOptions& options, std::vector<Task>& differences) {
  differences.clear();
  for (auto task = current.tasks.begin(); task != current.tasks.end();) {
    const std::size_t process = differences.size();
    append_difference(previous, *task++, differences);
    bool thread_active = false;
    while (task != current.tasks.end() && !task->identity.is_process) {
      thread_active |= append_difference(previous, *task++, differences);
    }
    const std::size_t threads = differences.size() - process - 1;
    if (threads == 0) continue;
    sum_up_threads(std::span(differences).subspan(process + 1), differences[process].cpu);
    if (thread_active) differences[process].identity.inactive = false;
    if (!options.threads) differences.resize(process + 1);
  }
}

}  // namespace proctape
