// SPDX-License-Identifier: Apache-2.0
//
// All processes and threads, from a BPF program that the kernel runs for each of them
// (collector/bpf/tasks.bpf.c): one stream of reports, and no file of /proc for a process that
// does not run. Kernels from 5.17 on, with CAP_BPF and CAP_PERFMON.
//
// What BPF cannot see is read in /proc, by TaskDetails:
//
// - The command line of a process that is new, called execve or moved its arguments; when it ran,
//   also in the next kLooks samples, at its turn every kRefreshEvery samples, and each time once it
//   was seen to have changed the line without execve (setproctitle), or when snapshots are more
//   than ProcfsTasks::kOften apart.
// - Its cgroups and containers when it is new or was moved, or ran and would be asked by the other
//   source; with limits, at its turn.
// - The wait channel of what changed, if it is wanted.
// - VmSwap of what changed, where there is swapped memory and the kernel's number in the report is
//   rough: since 6.2 each CPU keeps some of it to itself.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "base/result.h"
#include "collector/bpf/tasks_loader.h"
#include "collector/kernel/kernel_fs.h"
#include "collector/task/procfs_tasks.h"
#include "collector/task/report_conversion.h"
#include "collector/task/task_details.h"
#include "collector/task/thread_sums.h"
#include "sample/host.h"
#include "sample/snapshot.h"

namespace proctape {

class BpfTasks {
 public:
  // After each execve the command line is looked at so often, if the process runs meanwhile.
  static constexpr int kLooks = 4;

  // Loads the program.
  static Result<std::unique_ptr<BpfTasks>> open(const KernelFs& fs, const Host& host,
                                                std::shared_ptr<TaskDetails> details);
  ~BpfTasks();
  BpfTasks(const BpfTasks&) = delete;
  BpfTasks& operator=(const BpfTasks&) = delete;

  // As ProcfsTasks::read; needs the memory of into.system. Fails if the kernel gives no reports, or
  // others than expected; then the tasks of `into` mean nothing. `proc` reads processes that the
  // kernel keeps from BPF, as some sandboxes do with their first one; whether there are such
  // is looked at in the first and then in every 64th snapshot.
  Result<> read(ProcfsTasks& proc, const Snapshot& previous, Snapshot& into,
                const std::function<void()>& meanwhile);

 private:
  // A process of several threads, whose reports come one by one.
  struct Group {
    ProcessReport report;       // `ended`: and of the threads that have come
    const TaskReading* before;  // in the previous snapshot, or null
    std::size_t position;       // of the process; the threads follow
    std::size_t room;           // for so many
    std::size_t threads;        // have come
    std::uint64_t timeslices;
    bool ran;  // one of them
  };
  // What to read of a task's files, and what to remember of it then.
  struct Errand {
    std::size_t position = 0;
    bool command_line = false;
    bool place = false;
    bool wait_channel = false;
    bool swap = false;
    bool oom_score = false;
    std::uint64_t image = 0;
    TaskPlaces::Group group = {};
  };

  BpfTasks(TasksProgram program, std::shared_ptr<TaskDetails> details, const Host& host);

  Result<> look_for_hidden();
  // Returns a file descriptor that gives the reports, or a negative errno.
  int run_program() const;
  // Runs the program. `take` uses the whole reports among the first bytes of the buffer, and
  // returns how many bytes they were.
  template <typename Take>
  Result<> read_reports(const Take& take, const std::function<void()>& meanwhile);
  // Those whole reports, with their places in the buffer.
  template <typename Use>
  Result<std::size_t> each_report(std::size_t size, const Use& use) const;
  Result<std::size_t> take_reports(std::size_t size, const Snapshot& previous, Snapshot& into);
  void take_process(const ProcessReport& report, const Snapshot& previous, Snapshot& into);
  void take_thread(const ThreadReport& report, const Snapshot& previous, Snapshot& into);
  bool lives(const ThreadReport& thread) const;
  void add_thread(Group& group, const ThreadReport& report, const Snapshot& previous,
                  Snapshot& into);
  void finish_group(Group& group, Snapshot& into);
  // All but what is summed up over threads.
  void finish_process(const ProcessReport& report, const TaskReading* before, bool ran,
                      std::size_t position, Snapshot& into);
  void drop_unused(Snapshot& into);
  TaskPlaces::Group group_of(const ProcessReport& report, const TaskReading* before, SinceBoot now,
                             const TaskReading& task) const;
  Errand errand(const ProcessReport& report, const TaskReading* before, bool ran, SinceBoot now,
                TaskReading& task);
  void run_errands(Snapshot& into, const std::function<void()>& meanwhile);
  void run(const Errand& errand, Snapshot& into);

  TasksProgram program_;
  std::shared_ptr<TaskDetails> details_;
  ReportConversion conversion_;
  std::vector<std::byte> buffer_;
  FileBuffer file_buffer_;
  std::vector<Count> hidden_;  // processes that have no reports
  Count until_look_ = 0;       // so many snapshots until they are looked for
  bool has_io_ = false;
  bool swap_in_use_ = false;
  bool often_ = false;               // this snapshot follows soon after the previous one
  std::vector<Group> groups_;        // by ascending pid
  std::vector<ThreadReport> early_;  // of processes whose own report has not come
  std::vector<Errand> errands_;
  std::vector<std::size_t> unused_;  // positions of threads that did not come
};

}  // namespace proctape
