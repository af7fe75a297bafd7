// SPDX-License-Identifier: Apache-2.0
//
// Which task is the one of before, and what is new, active and inactive.
#include <algorithm>
#include <chrono>
#include <span>

#include "sample/deviation/deviation.h"
#include "sample/deviation/subtract.h"

namespace proctape {
namespace {

// Subtracts the counters of a struct of a task. `whole`: was_whole() below; what is less than
// `before` is not known then.
template <typename T, typename Wanted = decltype(schema::kCounters)>
void subtract_part(const T& before, bool whole, T& now, Wanted wanted = {}) {
  const OnFall on_fall = whole ? OnFall::kNothing : judge_counters(before, now, wanted);
  subtract_counters(on_fall, before, now, wanted);
}

template <typename T>
void subtract_boxed(const Boxed<T>& before, bool whole, Boxed<T>& now) {
  if (now.is_default()) return;
  T difference = now;
  subtract_part(*before, whole, difference);
  now = difference;
}

void subtract_task(const Task& before, bool whole, Task& now) {
  subtract_part(before.cpu, whole, now.cpu);
  subtract_part(before.disk, whole, now.disk);
  now.disk.read_requests = now.disk.read.value;
  now.disk.write_requests = now.disk.written.value;
  now.memory.virtual_growth = now.memory.virtual_size - before.memory.virtual_size;
  now.memory.resident_growth = now.memory.resident - before.memory.resident;
  subtract_part(before.memory, whole, now.memory);
  subtract_boxed(before.gpu, false, now.gpu);
  subtract_boxed(before.network, whole, now.network);
}

// Nothing that is recorded changed.
bool same(const Task& a, const Task& b) {
  return a.identity == b.identity && a.cpu == b.cpu && a.disk == b.disk && a.memory == b.memory &&
         a.network == b.network && a.gpu == b.gpu;
}

const TaskReading* predecessor(const Snapshot& previous, const TaskReading& task) {
  const auto& index = previous.task_index;
  const TaskIdentity& who = task.identity;
  const TaskReading* found = index.find(previous.tasks, who.pid, who.is_process);
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

// Whether a task that `previous` lacks was there all the same: hidden, lost from a reading, or a
// thread of a kind that was not asked for. What it did before belongs to no interval.
bool is_older(const Snapshot& previous, const Task& task) {
  constexpr std::chrono::milliseconds kTick{10};
  constexpr std::chrono::seconds kSlack{1};  // between a start and the first time it can be seen
  return previous.taken_at != WallTime{} &&
         task.start.value < (previous.since_boot - kSlack) / kTick;
}

// What a task without predecessor is compared with.
const Task& begin_of(const Snapshot& previous, const TaskReading& task) {
  if (!is_older(previous, task)) return kNothing;
  const auto seen = std::ranges::find_if(previous.departed, [&](const DepartedTask& departed) {
    return task.identity.is_process && departed.task.identity.pid == task.identity.pid &&
           departed.task.start == task.start;
  });
  return seen != previous.departed.end() ? seen->task : task;
}

// Turns `now`, which is `reading` at the end of the interval, into the difference.
void subtract(const Snapshot& previous, const TaskReading* before, const TaskReading& reading,
              Task& now) {
  now.identity.inactive = before && same(*before, now);
  if (!before && !is_older(previous, reading)) now.identity.exit_code |= TaskIdentity::kNewBit;
  subtract_task(before ? *before : begin_of(previous, reading), was_whole(before, now), now);
  // Of what it had read and written until then nobody knows when.
  if (before && before->marks.lacks_io) now.disk = {};
}

// Those counters of a process that the log has as sums over the threads there are: all but its CPU
// time, which the kernel itself adds up.
constexpr auto kSummed = [](const auto& row) { return row.role == Role::kCounter; };

// The sum falls when a thread ends; what the remaining ones added does not. And a process is
// active when one of them is.
void sum_up(const Snapshot& previous, std::span<const TaskReading> threads, Task& process) {
  if (threads.empty()) return;
  TaskCpu& sum = process.cpu;
  for_each_member<TaskCpu>(kSummed, [&](auto member) { plain(sum.*member) = 0; });
  for (const TaskReading& thread : threads) {
    const TaskReading* before = predecessor(previous, thread);
    TaskCpu cpu = thread.cpu;
    subtract_part((before ? *before : begin_of(previous, thread)).cpu, was_whole(before, thread),
                  cpu, kSummed);
    for_each_member<TaskCpu>(kSummed, [&](auto member) {
      plain(sum.*member) = wrapping_sum(plain(sum.*member), plain(cpu.*member));
    });
    if (!before || !same(*before, thread)) process.identity.inactive = false;
  }
}

// Whether a thread is idle: the scheduler tells, or else that nothing changed.
bool is_idle(const TaskReading* before, const TaskReading& now) {
  return before && (now.timeslices == 0 ? same(*before, now) : !ran_between(*before, now));
}

}  // namespace

void task_deviation(const Snapshot& previous, const Snapshot& current,
                    const DeviationOptions& options, TaskVisitor visit) {
  Task difference;
  const std::span<const TaskReading> tasks = current.tasks;
  for (std::size_t position = 0; position < tasks.size();) {
    const TaskReading& process = tasks[position];
    std::size_t end = position + 1;
    while (end < tasks.size() && !tasks[end].identity.is_process) ++end;
    const auto threads = tasks.subspan(position + 1, end - position - 1);
    position = end;

    difference = process;
    subtract(previous, predecessor(previous, process), process, difference);
    sum_up(previous, threads, difference);
    if (difference.identity.inactive && !options.idle_processes) continue;
    visit(difference);
    if (!options.threads.lists_threads_of(process)) continue;
    for (const TaskReading& thread : threads) {
      const TaskReading* before = predecessor(previous, thread);
      if (!options.threads.lists_idle_threads() && is_idle(before, thread)) continue;
      difference = thread;
      subtract(previous, before, thread, difference);
      visit(difference);
    }
  }
}

}  // namespace proctape
