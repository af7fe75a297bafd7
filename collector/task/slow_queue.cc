// SPDX-License-Identifier: Apache-2.0
#include "collector/task/slow_queue.h"

#include <algorithm>
#include <string>

#include "collector/task/task_directory.h"

namespace proctape {
namespace {

// Readings are done when so many are wanted: what is remembered of them stays small.
constexpr std::size_t kMostReadings = 64;

}  // namespace

SlowQueue::SlowQueue(std::shared_ptr<const Fd> proc, std::shared_ptr<const Redaction> redaction,
                     TaskProblems& problems)
    : proc_(std::move(proc)),
      redaction_(std::move(redaction)),
      problems_(&problems),
      files_(std::make_shared<SlowFiles>(proc_, redaction_)) {}

void SlowQueue::set_redaction(std::shared_ptr<const Redaction> redaction) {
  redaction_ = std::move(redaction);
  files_ = std::make_shared<SlowFiles>(proc_, redaction_);
}

SlowReading* SlowQueue::add(std::size_t position, Snapshot& into) {
  if (is_stuck(into.tasks[position])) return nullptr;
  if (files_->readings.size() == kMostReadings) read_files(into);
  SlowReading& reading = files_->readings.emplace_back();
  const TaskIdentity& who = into.tasks[position].identity;
  reading.position = position;
  reading.pid = who.tgid;
  reading.tid = who.is_process ? 0 : who.pid;
  reading.living_thread = who.is_process ? into.tasks[position].marks.living_thread : 0;
  return &reading;
}

bool SlowQueue::want(const Wish& wish, std::size_t position, Snapshot& into) {
  SlowReading* reading = add(position, into);
  if (!reading) {
    forget_wish(into.tasks[position]);
    return false;
  }
  const TaskReading& task = into.tasks[position];
  reading->wants_io = wish.io;
  reading->wants_command_line = wish.command_line;
  reading->arguments = task.arguments;
  reading->digest = wish.anew ? 0 : task.command_line_digest;
  return true;
}

void SlowQueue::want_pss(std::size_t position, std::chrono::nanoseconds cost, Snapshot& into) {
  SlowReading* reading = add(position, into);
  if (!reading) return;
  reading->wants_pss = true;
  reading->cost = cost;
}

void SlowQueue::forget_from(std::size_t position) {
  auto& readings = files_->readings;
  while (!readings.empty() && readings.back().position >= position) readings.pop_back();
}

void SlowQueue::read(PssMode mode, Snapshot& into) {
  if (mode == PssMode::kBudget) {
    const auto choices = pss_.plan(into.tasks, into.since_boot);
    files_->pss_budget = pss_.budget().count();
    for (const auto& [position, cost] : choices) want_pss(position, cost, into);
  } else if (mode == PssMode::kAlways) {
    files_->pss_budget = PssBudget::Duration::max().count();
    for (std::size_t i = 0; i < into.tasks.size(); ++i) {
      const TaskReading& task = into.tasks[i];
      // Kernel threads and zombies have no memory of their own.
      if (task.identity.is_process && task.memory.virtual_size > Bytes{}) want_pss(i, {}, into);
    }
  }
  read_files(into);
  for (TaskReading& task : into.tasks) {
    if (!task.identity.is_process) continue;
    Bytes& pss = task.memory.proportional;
    if (mode == PssMode::kOff || task.memory.virtual_size == Bytes{}) {
      pss = Bytes{};
    } else if (mode == PssMode::kBudget && pss_.too_large(task.memory.resident)) {
      pss = estimated_pss(task.pss, task.memory.resident);
    } else {
      pss = task.pss.proportional;
    }
  }
  drop_vanished(into);
}

// Their files came too late: half of what they were would be told as all of it. Who told of their
// exit knows the whole.
void SlowQueue::drop_vanished(Snapshot& into) {
  if (vanished_.empty()) return;
  std::erase_if(into.tasks, [&](const TaskReading& task) {
    return std::ranges::find(vanished_, task.identity.tgid) != vanished_.end();
  });
  vanished_.clear();
}

void SlowQueue::read_files(Snapshot& into) {
  std::vector<SlowReading>& readings = files_->readings;
  const std::size_t done = runner_.run(files_, readings.size(), stuck_steps_);
  problems_->too_many_stuck |= done < readings.size();
  for (std::size_t step = done; step < readings.size(); ++step) {
    forget_wish(into.tasks[readings[step].position]);
  }
  auto stuck = stuck_steps_.begin();
  for (std::size_t step = 0; step < done; ++step) {
    TaskReading& task = into.tasks[readings[step].position];
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
    const auto budget = files_->pss_budget.load();
    files_ = std::make_shared<SlowFiles>(proc_, redaction_);
    files_->pss_budget = budget;
  }
}

// The kernel shows nothing when it cannot read the process's memory at the moment, be it about to
// end. It is no command line then, and asked for again.
void SlowQueue::store_command_line(const SlowReading::CommandLine& found, TaskReading& task) {
  const bool nothing = found.line && found.line->empty() && task.arguments > Bytes{1};
  if (nothing || found.digest == 0) task.marks.image = 0;
  if (nothing && task.command_line_digest != 0) return;
  task.marks.rewrites |= task.command_line_digest != 0 && found.digest != 0 &&
                         task.command_line_digest != found.digest;
  task.command_line_digest = nothing ? 0 : found.digest;
  if (found.line) task.identity.command_line = *found.line;
}

void SlowQueue::store(SlowReading& reading, TaskReading& task, SinceBoot now) {
  const TaskDirectory directory(reading.pid);
  bool there = true;
  if (reading.io) {
    if (*reading.io) {
      task.disk = **reading.io;
      task.marks.lacks_io = false;
      io_readable_ = true;
    } else if (reading.io->error().kind == Error::Kind::kDenied) {
      if (problems_->io_denied++ == 0) {
        problems_->first_denied = reading.pid;
        problems_->name_of_denied = task.identity.name;
      }
    } else {
      there &= problems_->note(proc_->get(), directory, reading.io->error());
    }
  }
  if (reading.command_line) {
    if (*reading.command_line) {
      store_command_line(**reading.command_line, task);
    } else {
      there &= problems_->note(proc_->get(), directory, reading.command_line->error());
    }
  }
  if (!there && reading.tid == 0 && reading.living_thread == 0) vanished_.push_back(reading.pid);
  if (reading.pss) {
    const bool told = static_cast<bool>(*reading.pss);
    if (told) pss_.read(task.memory.resident, (*reading.pss)->cpu_time);
    task.pss = {now, told ? (*reading.pss)->proportional : Bytes{kUnknown}, task.memory.resident,
                task.memory.minor_faults + task.memory.major_faults};
  }
}

bool SlowQueue::is_stuck(const TaskReading& task) {
  if (stuck_.empty()) return false;
  std::erase_if(stuck_, [](const StuckTask& stuck) { return stuck.returned->load(); });
  return std::ranges::any_of(
      stuck_, [&](const StuckTask& stuck) { return stuck.pid == task.identity.tgid; });
}

// What was wanted is still not known: not as new, nor as hidden by other patterns.
void SlowQueue::forget_wish(TaskReading& task) {
  task.marks.image = 0;
  task.command_line_digest = 0;
}

void SlowQueue::remember_stuck(const DeadlineRunner::Stuck& stuck, TaskReading& task) {
  static constexpr const char* kFiles[] = {"io", "cmdline", "smaps_rollup"};
  const TaskIdentity& who = task.identity;
  forget_wish(task);
  stuck_.push_back({who.tgid, stuck.returned});
  const std::string pid = std::to_string(who.pid);
  problems_->stuck.push_back({"task " + pid,
                              {Error::Kind::kIo, std::string(kFiles[stuck.part]) + " of " + pid +
                                                     " (" + std::string(who.name.view()) +
                                                     ") does not answer: left out until it does"}});
}

}  // namespace proctape
