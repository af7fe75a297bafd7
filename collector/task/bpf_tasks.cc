// SPDX-License-Identifier: Apache-2.0
#include "collector/task/bpf_tasks.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <initializer_list>
#include <iterator>
#include <span>
#include <string>

#include "base/file/fd.h"
#include "base/file/pid_directory.h"
#include "base/text/text.h"
#include "collector/bpf/load_error.h"
#include "collector/task/task_status.h"
#include "sample/deviation/give_back.h"

namespace proctape {
namespace {

// Twice what kernels with pages of 4 KiB hand out at a time.
constexpr std::size_t kBufferSize = 64 * 1024;

constexpr Count kLookForHiddenEvery = 64;

std::uint64_t digest(std::initializer_list<std::uint64_t> numbers) {
  std::uint64_t mixed = 0;
  for (const std::uint64_t number : numbers) {
    mixed = (mixed ^ number) * 0x9E3779B97F4A7C15U;
    mixed ^= mixed >> 32U;
  }
  return mixed | 1U;  // never 0
}

const TaskReading* same_task(const Snapshot& previous, Count pid, bool is_process, Ticks start) {
  const TaskReading* before = previous.task_index.find(previous.tasks, pid, is_process);
  return before && before->start == start ? before : nullptr;
}

}  // namespace

BpfTasks::BpfTasks(TasksProgram program, std::shared_ptr<TaskDetails> details, const Host& host)
    : program_(program), details_(std::move(details)), conversion_(host), buffer_(kBufferSize) {}

BpfTasks::~BpfTasks() { tasks_program_unload(&program_); }

Result<std::unique_ptr<BpfTasks>> BpfTasks::open(const KernelFs& fs, const Host& host,
                                                 std::shared_ptr<TaskDetails> details) {
  if (auto possible = may_load_bpf(kTasksProgramBuilt, fs); !possible) {
    return std::move(possible.error());
  }
  TasksProgram program{};
  const RaisedCapabilities raised(kBpfCapabilities);
  if (const int error = tasks_program_load(&program); error < 0) return bpf_load_error(fs, -error);
  return std::unique_ptr<BpfTasks>(new BpfTasks(program, std::move(details), host));
}

// Before Linux 6.0 this needs what loading it does.
int BpfTasks::run_program() const {
  const RaisedCapabilities raised(kBpfCapabilities);
  return tasks_program_run(&program_);
}

// What a thread did that has ended since it was told is in the report of its process as well.
bool BpfTasks::lives(const ThreadReport& thread) const {
  const TaskDirectory directory(thread.tgid, thread.pid);
  return ::faccessat(details_->proc(), directory / "stat", F_OK, 0) == 0;
}

template <typename Take>
Result<> BpfTasks::read_reports(const Take& take, const std::function<void()>& meanwhile) {
  const Fd reports(run_program());
  if (!reports) return error_from_errno(-reports.get(), "BPF: tasks");
  std::size_t have = 0;
  bool any = false;
  for (;;) {
    const ssize_t count = ::read(reports.get(), &buffer_[have], buffer_.size() - have);
    if (count < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (count < 0) return error_from_errno(errno, "BPF: read tasks");
    if (count == 0) break;
    have += static_cast<std::size_t>(count);
    const auto taken = take(have);
    if (!taken) return taken.error();
    any |= *taken > 0;
    have -= *taken;
    std::memmove(buffer_.data(), buffer_.data() + *taken, have);
    meanwhile();
  }
  if (have == 0 && any) return {};
  return malformed("BPF: tasks", "reports of all", have == 0 ? "none" : "half of one");
}

template <typename Use>
Result<std::size_t> BpfTasks::each_report(std::size_t size, const Use& use) const {
  std::size_t at = 0;
  ThreadReport report;
  while (size - at >= sizeof report) {
    std::memcpy(&report, &buffer_[at], sizeof report);
    const std::size_t length = report.size;
    if (length != sizeof(ProcessReport) && length != sizeof report) {
      return malformed("BPF: tasks", "a report", std::to_string(length) + " bytes");
    }
    if (size - at < length) break;
    use(report, at);
    at += length;
  }
  return at;
}

Result<> BpfTasks::read(ProcfsTasks& proc, const Snapshot& previous, Snapshot& into,
                        const std::function<void()>& meanwhile) {
  if (until_look_-- == 0) {
    if (auto looked = look_for_hidden(); !looked) return looked;
    until_look_ = kLookForHiddenEvery - 1;
  }
  details_->begin(previous, into);
  const Memory& memory = into.system.memory;
  conversion_.set_memory(memory);
  swap_in_use_ = memory.swap_total > memory.swap_free;
  often_ = into.since_boot - previous.since_boot <= ProcfsTasks::kOften;
  clear_for(groups_, groups_.size());
  clear_for(early_, early_.size());
  clear_for(errands_, errands_.size());
  unused_.clear();
  proc.read_some(hidden_, previous, into);
  const auto take = [&](std::size_t size) { return take_reports(size, previous, into); };
  if (auto read = read_reports(take, meanwhile); !read) return read;
  for (Group& group : groups_) finish_group(group, into);
  drop_unused(into);
  run_errands(into, meanwhile);
  for (const Group& group : groups_) {
    share_with_threads(into.tasks[group.position],
                       std::span(into.tasks).subspan(group.position + 1, group.threads));
  }
  details_->end(into);
  into.task_io = has_io_;
  return {};
}

// Those that are in the list but end before they are told do no harm: they cannot be read then.
Result<> BpfTasks::look_for_hidden() {
  std::vector<Count> listed;
  if (auto done = list_pids(details_->proc(), ".", listed); !done) return done;
  std::vector<Count> told;
  const auto note_pids = [&](std::size_t size) -> Result<std::size_t> {
    return each_report(size, [&](const ThreadReport& report, std::size_t) {
      if (report.pid == report.tgid) told.push_back(report.pid);
    });
  };
  if (auto read = read_reports(note_pids, [] {}); !read) return read;
  hidden_.clear();
  std::ranges::set_difference(listed, told, std::back_inserter(hidden_));
  return {};
}

Result<std::size_t> BpfTasks::take_reports(std::size_t size, const Snapshot& previous,
                                           Snapshot& into) {
  return each_report(size, [&](const ThreadReport& report, std::size_t at) {
    if (report.size == sizeof report) {
      take_thread(report, previous, into);
      return;
    }
    ProcessReport process;
    std::memcpy(&process, &buffer_[at], sizeof process);
    take_process(process, previous, into);
  });
}

void BpfTasks::take_process(const ProcessReport& report, const Snapshot& previous, Snapshot& into) {
  has_io_ = (report.has & TASK_REPORT_HAS_IO) != 0;
  const Count pid = report.main.pid;
  if (std::ranges::find(hidden_, pid) != hidden_.end()) return;  // read already
  const std::size_t position = into.tasks.size();
  const TaskReading* before = same_task(previous, pid, true, conversion_.start(report.main.start));
  TaskReading& task = before ? into.tasks.emplace_back(*before) : into.tasks.emplace_back();
  conversion_.put_thread(report.main, task);
  details_->set_name(name_of(report.main), task);
  details_->set_started(task);
  if (report.threads > 1) {
    Group& group =
        groups_.emplace_back(Group{report, before, position, report.threads, 0, 0, false});
    into.tasks.resize(position + 1 + group.room);
    for (const ThreadReport& early : early_) {
      if (early.tgid == report.main.tgid && lives(early)) add_thread(group, early, previous, into);
    }
    std::erase_if(early_, [&](const ThreadReport& t) { return t.tgid == report.main.tgid; });
    add_thread(group, report.main, previous, into);
    return;
  }
  TaskCounters counters = report.ended;
  add(report.main.own, counters);
  conversion_.put_counters(counters, report.shown_user, report.shown_system, task);
  const bool ran = !before || ran_between(*before, task);
  finish_process(report, before, ran, position, into);
}

void BpfTasks::take_thread(const ThreadReport& report, const Snapshot& previous, Snapshot& into) {
  if (report.pid < report.tgid) {
    // Numbers begin anew at the largest, so a thread may have a lower one than its process.
    early_.push_back(report);
    return;
  }
  const auto pid_of = [](const Group& group) { return group.report.main.pid; };
  const auto group = std::ranges::lower_bound(groups_, report.tgid, {}, pid_of);
  if (group == groups_.end() || pid_of(*group) != report.tgid) return;  // it had no threads then
  add_thread(*group, report, previous, into);
}

void BpfTasks::add_thread(Group& group, const ThreadReport& report, const Snapshot& previous,
                          Snapshot& into) {
  if (group.threads == group.room) return;  // begun meanwhile
  TaskReading& task = into.tasks[group.position + 1 + group.threads++];
  const TaskReading* before =
      same_task(previous, report.pid, false, conversion_.start(report.start));
  if (before && before->identity.tgid != report.tgid) before = nullptr;
  if (before) task = *before;
  task.identity.is_process = false;
  conversion_.put_thread(report, task);
  details_->set_name(name_of(report), task);
  details_->set_started(task);
  conversion_.put_counters(report.own, report.shown_user, report.shown_system, task);
  add(report.own, group.report.ended);
  group.timeslices += report.timeslices;
  task.marks.ran = !before || ran_between(*before, task);
  group.ran |= task.marks.ran;
}

void BpfTasks::finish_group(Group& group, Snapshot& into) {
  TaskReading& task = into.tasks[group.position];
  if (group.threads < 2) group.threads = 0;  // the others ended meanwhile
  const auto threads = std::span(into.tasks).subspan(group.position + 1, group.threads);
  if (!threads.empty()) {
    ThreadSums sums;
    for (const TaskReading& thread : threads) sums.add(thread);
    sums.store(task);
    task.run_time = {static_cast<std::int64_t>(group.report.ended.run_time)};
    task.timeslices = static_cast<Count>(group.timeslices);
  }
  const ProcessReport& report = group.report;
  conversion_.put_counters(report.ended, report.shown_user, report.shown_system, task);
  const bool as_many = group.before && group.before->identity.threads == task.identity.threads;
  finish_process(report, group.before, group.ran || !as_many, group.position, into);
  const TaskOptions& options = details_->options();
  const bool wanted =
      (options.wait_channel && options.threads.lists_threads_of(task)) || details_->refresh_all();
  for (std::size_t i = 1; wanted && i <= group.threads; ++i) {
    const TaskReading& thread = into.tasks[group.position + i];
    if (thread.marks.ran || details_->lacks_wait_channel(thread) ||
        details_->due_for_refresh(thread.identity.pid)) {
      errands_.push_back({.position = group.position + i, .wait_channel = true});
    }
  }
  for (std::size_t i = group.threads; i < group.room; ++i) {
    unused_.push_back(group.position + 1 + i);
  }
}

void BpfTasks::finish_process(const ProcessReport& report, const TaskReading* before, bool ran,
                              std::size_t position, Snapshot& into) {
  TaskReading& task = into.tasks[position];
  const Bytes swap_before = task.memory.swap;
  conversion_.put_process(report, task);
  task.marks.living_thread = 0;
  const bool has_memory = (report.has & TASK_REPORT_HAS_MEMORY) != 0;
  if (!has_memory && task.identity.threads > 1) {
    const auto threads = static_cast<std::size_t>(task.identity.threads);
    details_->read_memory_of_living(std::span(into.tasks).subspan(position + 1, threads), task);
  }
  if (details_->options().oom_score) {
    conversion_.put_oom_score(report, task);
  } else {
    task.memory.oom_score = task.memory.oom_score_adj = 0;
  }
  Errand errand = this->errand(report, before, ran, into.since_boot, task);
  const bool rough = (report.has & TASK_REPORT_ROUGH_SIZES) != 0;
  if (rough && !swap_in_use_) task.memory.swap = {};
  if (rough && swap_in_use_) {
    errand.swap = ran || before->memory.resident != task.memory.resident ||
                  details_->due_for_refresh(report.main.pid);
    if (before) task.memory.swap = swap_before;
  }
  errand.position = position;
  if (errand.command_line || errand.place || errand.wait_channel || errand.swap ||
      errand.oom_score) {
    errands_.push_back(errand);
  }
}

// The number of a cgroup of version 2 is never given again. Where all are in its root, another's
// set of cgroups may lie where that of one that is gone was.
TaskPlaces::Group BpfTasks::group_of(const ProcessReport& report, const TaskReading* before,
                                     SinceBoot now, const TaskReading& task) const {
  constexpr std::uint64_t kRoot = 1;
  const auto number = digest({report.groups, report.group, report.uts_namespace});
  const bool stayed = !before || before->marks.groups == number;
  const SinceBoot started = conversion_.since_boot(report.main.start);
  SinceBoot since{};
  if (report.group <= kRoot) since = stayed ? started : now;
  return {number, stayed && details_->has_settled(now, task), since};
}

BpfTasks::Errand BpfTasks::errand(const ProcessReport& report, const TaskReading* before, bool ran,
                                  SinceBoot now, TaskReading& task) {
  const TaskOptions& options = details_->options();
  const bool all = details_->refresh_all();
  const bool due = details_->due_for_refresh(report.main.pid);
  const bool has_memory = (report.has & TASK_REPORT_HAS_MEMORY) != 0;
  TaskMarks& marks = task.marks;
  marks.ran |= ran;
  Errand errand;
  errand.group = group_of(report, before, now, task);
  errand.place = all || marks.groups != errand.group.number ||
                 (details_->due_for_place(before, now, task) &&
                  (marks.ran || options.places.cgroups || details_->may_be_renamed(task)));
  errand.wait_channel =
      all || details_->lacks_wait_channel(task) ||
      (options.wait_channel && (ran || due || before->identity.state != task.identity.state));
  // The score of a process whose main thread has ended depends on another one's memory.
  errand.oom_score = options.oom_score && !has_memory && task.identity.threads > 1;
  if (task.marks.living_thread != 0) {
    errand.command_line = all || task.identity.command_line.empty();
    return errand;
  }
  if (!has_memory) {
    task.identity.command_line = {};
    task.command_line_digest = 0;
    marks.image = 0;
    return errand;
  }
  errand.image = digest({report.exec_id, report.arguments_begin, report.arguments_end});
  if (marks.image != errand.image) {
    errand.command_line = true;
    task.command_line_digest = 0;
    marks.rewrites = false;
    marks.looks = 0;
  } else {
    errand.command_line =
        all || (marks.ran && (marks.looks < kLooks || marks.rewrites || due || !often_));
  }
  return errand;
}

// Threads that ended before it was their turn leave holes.
void BpfTasks::drop_unused(Snapshot& into) {
  if (unused_.empty()) return;
  const auto moved = [&](std::size_t position) {
    const auto above = std::ranges::lower_bound(unused_, position);
    return position - static_cast<std::size_t>(above - unused_.begin());
  };
  for (Group& group : groups_) group.position = moved(group.position);
  for (Errand& errand : errands_) errand.position = moved(errand.position);
  std::size_t position = 0;
  std::erase_if(into.tasks, [&](const TaskReading&) {
    return std::ranges::binary_search(unused_, position++);
  });
}

void BpfTasks::run_errands(Snapshot& into, const std::function<void()>& meanwhile) {
  constexpr std::size_t kInAFewMilliseconds = 64;
  for (std::size_t i = 0; i < errands_.size(); ++i) {
    run(errands_[i], into);
    if (i % kInAFewMilliseconds == 0) meanwhile();
  }
}

void BpfTasks::run(const Errand& errand, Snapshot& into) {
  TaskReading& task = into.tasks[errand.position];
  const TaskIdentity& who = task.identity;
  const auto with_directory = [&](const auto& use) {
    if (who.is_process) {
      use(TaskDirectory(who.pid));
    } else {
      use(TaskDirectory(who.tgid, who.pid));
    }
  };
  if (errand.wait_channel) {
    with_directory(
        [&](const TaskDirectory& directory) { details_->read_wait_channel(directory, task); });
  }
  if (errand.place) {
    details_->read_place(task, errand.group);
    task.marks.groups = errand.group.number;
  }
  if (errand.swap) {
    const auto status =
        read_once(details_->proc(), TaskDirectory(who.pid) / "status", file_buffer_);
    TaskReading told;
    if (status && parse_task_status(*status, told)) task.memory.swap = told.memory.swap;
  }
  if (errand.oom_score) {
    const auto score =
        read_once(details_->proc(), TaskDirectory(who.pid) / "oom_score", file_buffer_);
    if (score) task.memory.oom_score = to_number(trimmed(*score)).value_or(0);
  }
  if (!errand.command_line) return;
  const SlowQueue::Wish wish{.command_line = true, .anew = details_->refresh_all()};
  if (!details_->slow().want(wish, errand.position, into)) return;
  task.marks.image = errand.image;
  task.marks.ran = false;
  if (task.marks.looks < kLooks) ++task.marks.looks;
}

}  // namespace proctape
