// SPDX-License-Identifier: Apache-2.0
#include "collector/task/procfs_tasks.h"

#include <algorithm>
#include <span>
#include <utility>

#include "base/file/pid_directory.h"
#include "base/text/text.h"
#include "collector/task/task_schedstat.h"
#include "collector/task/task_stat.h"
#include "collector/task/task_status.h"
#include "sample/deviation/give_back.h"

namespace proctape {
namespace {

TaskReading never_read() {
  TaskReading task;
  task.marks.lacks_io = true;
  return task;
}

// Of what another source had shown of it some ticks may still be missing here.
void keep_cpu_time(const TaskReading& before, TaskReading& now) {
  now.cpu.user = std::max(now.cpu.user, before.cpu.user);
  now.cpu.system = std::max(now.cpu.system, before.cpu.system);
}

}  // namespace

ProcfsTasks::ProcfsTasks(std::shared_ptr<TaskDetails> details, const Host& host)
    : details_(std::move(details)),
      page_size_(host.page_size),
      ticks_per_second_(host.ticks_per_second) {}

Result<> ProcfsTasks::read(const Snapshot& previous, Snapshot& into,
                           const std::function<void()>& meanwhile) {
  details_->begin(previous, into);
  if (auto listed = list_pids(details_->proc(), ".", pids_); !listed) return listed;
  // The first snapshot knows of no tasks before it.
  make_room_for(into.tasks, std::max(pids_.size(), previous.tasks.size()));
  often_ = into.since_boot - previous.since_boot <= kOften;
  constexpr std::size_t kProcessesInAFewMilliseconds = 64;
  for (std::size_t i = 0; i < pids_.size(); ++i) {
    read_process(pids_[i], previous, into);
    if (i % kProcessesInAFewMilliseconds == 0) meanwhile();
  }
  details_->end(into);
  return {};
}

void ProcfsTasks::read_some(std::vector<Count>& pids, const Snapshot& previous, Snapshot& into) {
  often_ = false;  // nobody has looked whose children they are
  std::erase_if(pids, [&](Count pid) { return !read_process(pid, previous, into); });
}

void ProcfsTasks::keep_tasks(std::size_t count, Snapshot& into) {
  into.tasks.resize(count);
  details_->slow().forget_from(count);
}

bool ProcfsTasks::note(const TaskDirectory& directory, const Error& error) {
  return details_->problems().note(details_->proc(), directory, error);
}

bool ProcfsTasks::read_stat(const TaskDirectory& directory, TaskReading& task) {
  const auto text = read_once(details_->proc(), directory / "stat", buffer_);
  if (!text) return false;
  const InlineText<15> known = task.identity.name;
  const Ticks known_start = task.start;
  const auto parsed = parse_task_stat(*text, page_size_, task);
  if (!parsed) {
    note(directory, parsed.error());
    return false;
  }
  task.start = start_since_boot(static_cast<std::uint64_t>(task.start.value), ticks_per_second_);
  if (task.start != known_start) task.identity.started = {};  // another task under that pid
  details_->set_started(task);
  const InlineText<15> name = std::exchange(task.identity.name, known);
  details_->set_name(name, task);
  return true;
}

bool ProcfsTasks::read_schedstat(const TaskDirectory& directory, TaskReading& task) {
  task.run_time = {};
  task.cpu.run_delay = {};
  task.timeslices = 0;
  const auto text = read_once(details_->proc(), directory / "schedstat", buffer_);
  const auto parsed = text ? parse_task_schedstat(*text, task) : Result<>(text.error());
  return parsed || note(directory, parsed.error());
}

bool ProcfsTasks::read_status(const TaskDirectory& directory, TaskReading& task) {
  const auto status = read_once(details_->proc(), directory / "status", buffer_);
  const auto owners = status ? parse_task_status(*status, task) : Result<>(status.error());
  return owners || note(directory, owners.error());
}

bool ProcfsTasks::read_process_details(const TaskDirectory& directory, TaskReading& task) {
  if (!read_status(directory, task)) return false;
  details_->read_wait_channel(directory, task);
  task.memory.oom_score = task.memory.oom_score_adj = 0;
  if (details_->options().oom_score) {
    const auto number_in = [&](std::string_view file) {
      const auto text = read_once(details_->proc(), directory / file, buffer_);
      return text ? to_number(trimmed(*text)).value_or(0) : 0;
    };
    task.memory.oom_score = number_in("oom_score");
    task.memory.oom_score_adj = number_in("oom_score_adj");
  }
  return true;
}

bool ProcfsTasks::read_thread(Count pid, Count tid, bool listed, bool refresh,
                              const Snapshot& previous, Snapshot& into) {
  const TaskDirectory directory(pid, tid);
  const TaskReading* before = previous.task_index.find(previous.tasks, tid, false);
  if (before && before->identity.tgid != pid) before = nullptr;
  const std::size_t position = into.tasks.size();
  TaskReading& task = into.tasks.emplace_back(before ? *before : never_read());
  task.identity.is_process = false;
  bool there = read_schedstat(directory, task);
  const bool unchanged = there && before && !refresh && !ran_between(*before, task);
  if (there && !unchanged) {
    there = read_stat(directory, task) &&
            (!(listed || details_->options().thread_switches) || read_status(directory, task));
    task.identity.tgid = pid;
    task.identity.threads = 1;
    count_own_state(task.identity);
    if (before && before->start == task.start) keep_cpu_time(*before, task);
    if (there && listed) {
      details_->read_wait_channel(directory, task);
      details_->slow().want({.io = true}, position, into);
    }
  }
  if (there && unchanged && listed && details_->lacks_wait_channel(task)) {
    details_->read_wait_channel(directory, task);
  }
  if (!there) keep_tasks(position, into);
  return there;
}

ThreadSums ProcfsTasks::read_threads(std::size_t process, const TaskReading* process_before,
                                     const Snapshot& previous, Snapshot& into) {
  ThreadSums sums;
  const Count pid = into.tasks[process].identity.pid;
  const ThreadSelection& selection = details_->options().threads;
  const bool listed = selection.lists_threads_of(into.tasks[process]);
  // Of a process that was not listed under its former name there is less to carry over.
  const bool refresh_all = listed && process_before && !selection.lists_threads_of(*process_before);
  const bool refresh = listed && selection.lists_idle_threads();
  const TaskDirectory directory(pid);
  if (!list_pids(details_->proc(), directory / "task", tids_)) return sums;
  for (const Count tid : tids_) {
    const bool due =
        refresh_all || (refresh ? details_->due_for_refresh(tid) : details_->refresh_all());
    if (!read_thread(pid, tid, listed, due, previous, into)) continue;
    const TaskReading& thread = into.tasks.back();
    const TaskReading* before = previous.task_index.find(previous.tasks, tid, false);
    sums.changed |= !before || before->start != thread.start || ran_between(*before, thread);
    sums.add(thread);
  }
  return sums;
}

// Without CPU time (a kernel thread that only began) another one under the same pid may look alike.
bool ProcfsTasks::may_keep(const TaskReading& before) const {
  const TaskIdentity& who = before.identity;
  return often_ && before.run_time > Nanoseconds{} && !details_->due(who.pid, kStatEvery) &&
         !details_->may_be_renamed(before) &&
         (who.ppid == 0 || std::ranges::binary_search(pids_, who.ppid));
}

bool ProcfsTasks::read_process(Count pid, const Snapshot& previous, Snapshot& into) {
  const TaskDirectory directory(pid);
  const std::size_t position = into.tasks.size();
  const TaskReading* before = previous.task_index.find(previous.tasks, pid, true);

  // What is not read again below is carried over by starting from the previous state.
  into.tasks.emplace_back(before ? *before : never_read()).gpu = {};
  bool asked = before && before->identity.threads == 1;
  if (asked) {
    TaskReading& task = into.tasks[position];
    if (!read_schedstat(directory, task)) {
      keep_tasks(position, into);
      return false;
    }
    if (!ran_between(*before, task) && may_keep(*before)) return true;
  }
  if (!read_stat(directory, into.tasks[position])) {
    keep_tasks(position, into);
    return false;
  }
  if (before && before->start != into.tasks[position].start) {
    before = nullptr;  // the pid was reused
    asked = false;
    into.tasks[position] = never_read();
    if (!read_stat(directory, into.tasks[position])) {
      keep_tasks(position, into);
      return false;
    }
  }
  into.tasks[position].identity.tgid = pid;
  if (before) keep_cpu_time(*before, into.tasks[position]);

  ThreadSums sums;
  bool unchanged = before && !details_->due_for_refresh(pid) && !details_->may_be_renamed(*before);
  if (into.tasks[position].identity.threads > 1) {
    sums = read_threads(position, before, previous, into);
    if (sums.threads < 2) {  // the others ended meanwhile
      keep_tasks(position + 1, into);
      sums = {};
    }
  }
  TaskReading& task = into.tasks[position];
  const auto borrow_memory = [&] {
    task.marks.living_thread = 0;
    if (sums.threads < 2 || task.identity.state != 'Z') return;
    details_->read_memory_of_living(std::span(into.tasks).subspan(position + 1), task);
  };
  borrow_memory();
  bool there = true;
  if (sums.threads > 1) {
    unchanged = unchanged && !sums.changed && sums.threads == before->identity.threads;
  } else {
    task.identity.threads = 1;
    count_own_state(task.identity);
    there = asked || read_schedstat(directory, task);
    unchanged = unchanged && there && !ran_between(*before, task);
  }
  if (there && unchanged && stat_agrees(*before, task)) {
    if (details_->lacks_wait_channel(task)) details_->read_wait_channel(directory, task);
  } else if (there) {
    there = read_process_details(directory, task);
    if (there) {
      borrow_memory();
      if (details_->due_for_place(before, into.since_boot, task)) details_->read_place(task);
      const bool anew = details_->refresh_all();
      details_->slow().want({.io = true, .command_line = true, .anew = anew}, position, into);
    }
  }
  if (!there) {
    keep_tasks(position, into);
    return false;
  }
  if (sums.threads > 1) {
    sums.store(task);
    share_with_threads(task, std::span(into.tasks).subspan(position + 1));
  }
  return true;
}

}  // namespace proctape
