// SPDX-License-Identifier: Apache-2.0
//
// The files of a task whose reading may hang: the kernel takes a lock of the process for
// them, which one that is stuck in the middle of mmap or execve (a dead file server) never
// gives back.
//
//   io             exec_update_lock
//   cmdline        mmap_lock, and pages that may have to be read in
//   smaps_rollup   both locks
//
// stat, status, schedstat, wchan, oom_score take none of these. A list of readings is given
// to the DeadlineRunner; each one is a step.
#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <vector>

#include "base/file/fd.h"
#include "base/result.h"
#include "collector/kernel/deadline_runner.h"
#include "collector/redaction/redaction.h"
#include "sample/task_reading.h"

namespace proctape {

// What was read of one task's slow files.
struct SlowReading {
  enum Part : unsigned { kIo, kCommandLine, kPss };

  struct CommandLine {
    std::uint64_t digest = 0;  // 0: it is to be read again with the next snapshot
    // None if the digest is that of the last reading.
    std::optional<InlineText<255>> line;
  };
  struct Pss {
    Bytes proportional;
    std::chrono::nanoseconds cpu_time;  // that reading it took
  };

  // What is wanted.
  std::size_t position = 0;  // of the task in the snapshot
  Count pid = 0;
  Count tid = 0;            // 0: the process
  Count living_thread = 0;  // see TaskMarks: its command line and memory are those of the process
  bool wants_io = false;
  bool wants_command_line = false;
  bool wants_pss = false;
  Bytes arguments;                  // see Task
  std::uint64_t digest = 0;         // likewise; 0: not known
  std::chrono::nanoseconds cost{};  // that reading the PSS will take, as is expected

  // What was found; none: not read.
  std::optional<Result<TaskDisk>> io;
  std::optional<Result<CommandLine>> command_line;
  std::optional<Result<Pss>> pss;
};

class SlowFiles final : public Steps {
 public:
  // `proc` is /proc. Null `redaction`: command lines are stored as they are.
  SlowFiles(std::shared_ptr<const Fd> proc, std::shared_ptr<const Redaction> redaction)
      : proc_(std::move(proc)), redaction_(std::move(redaction)) {}

  void run(std::size_t step, FileBuffer& buffer, StepProgress& progress) override;

  std::vector<SlowReading> readings;
  // CPU time that reading PSS may take; what would go beyond is not read. What was taken is
  // subtracted.
  std::atomic<std::chrono::nanoseconds::rep> pss_budget = 0;

 private:
  Result<SlowReading::CommandLine> read_command_line(const char* path, const SlowReading& reading,
                                                     FileBuffer& buffer) const;
  Result<SlowReading::Pss> read_pss(const char* path, FileBuffer& buffer) const;

  std::shared_ptr<const Fd> proc_;
  std::shared_ptr<const Redaction> redaction_;
};

// The arguments without what the kernel appends of the environment: a process that overwrote
// its arguments to their very end, `length` bytes, shows on from there to the next NUL. Longer
// titles written there on purpose are kept, unless they look like a variable just there.
std::string_view without_environment(std::string_view arguments, Bytes length);

}  // namespace proctape
