// SPDX-License-Identifier: Apache-2.0
#include "collector/task/thread_sums.h"

namespace proctape {
namespace {

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

}  // namespace

void count_own_state(TaskIdentity& who) {
  who.threads_sleeping = who.threads_uninterruptible = 0;
  who.threads_running = who.threads_idle = 0;
  count_state(who.state, who);
}

void ThreadSums::add(const TaskReading& thread) {
  ++threads;
  count_state(thread.identity.state, states);
  run_delay += thread.cpu.run_delay;
  block_io_delay += thread.cpu.block_io_delay;
  voluntary_switches += thread.cpu.voluntary_switches;
  involuntary_switches += thread.cpu.involuntary_switches;
}

void ThreadSums::store(TaskReading& process) const {
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

void share_with_threads(const TaskReading& process, std::span<TaskReading> threads) {
  for (TaskReading& thread : threads) {
    thread.identity.container = process.identity.container;
    thread.identity.host_name = process.identity.host_name;
    const TaskMemory own = thread.memory;
    thread.memory = process.memory;
    thread.memory.minor_faults = own.minor_faults;
    thread.memory.major_faults = own.major_faults;
    thread.memory.proportional = Bytes{};
  }
}

}  // namespace proctape
