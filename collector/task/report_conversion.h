// SPDX-License-Identifier: Apache-2.0
//
// Turns what the kernel's BPF program tells of tasks (collector/bpf/task_report.h) into tasks, with
// the numbers that /proc shows of them. Only numbers: what it takes files for is left as it is.
#pragma once

#include "collector/bpf/task_report.h"
#include "sample/host.h"
#include "sample/memory.h"
#include "sample/task_reading.h"

namespace proctape {

class ReportConversion {
 public:
  explicit ReportConversion(const Host& host);

  // Memory of the system, by which scores for the OOM killer are measured.
  void set_memory(const Memory& memory);

  // `into` is the task in the previous snapshot, or empty.
  //
  // What concerns one thread, also the main one, which stands for its process; without the
  // counters, the name, and when it started on the wall clock.
  void put_thread(const ThreadReport& report, TaskReading& into) const;
  // The sizes of a process.
  void put_process(const ProcessReport& report, TaskReading& into) const;
  // The score for the OOM killer; 0 for those it never takes.
  void put_oom_score(const ProcessReport& report, TaskReading& into) const;

  // CPU time, faults and I/O of a thread, or of a process: then `counters` are those of all its
  // threads, and of those that ended. `shown`: what /proc showed last. None of them falls: a thread
  // that ends while its process is read is missing in these sums for a moment.
  void put_counters(const TaskCounters& counters, std::uint64_t shown_user,
                    std::uint64_t shown_system, TaskReading& into) const;

  Ticks ticks(std::uint64_t nanoseconds) const;
  // Of the kernel's own time since boot: that of this process's time namespace, and when a task
  // began as /proc shows it.
  SinceBoot since_boot(std::uint64_t nanoseconds) const;
  Ticks start(std::uint64_t nanoseconds) const;

 private:
  Bytes bytes(std::uint64_t pages) const;

  Count page_size_;
  Count ticks_per_second_;
  SinceBoot boottime_offset_;
  Count total_pages_ = 0;  // memory and swap
};

void add(const TaskCounters& some, TaskCounters& sum);

// As in /proc/<pid>/stat.
InlineText<15> name_of(const ThreadReport& report);
char state_letter(const ThreadReport& report);

}  // namespace proctape
