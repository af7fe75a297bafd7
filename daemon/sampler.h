// SPDX-License-Identifier: Apache-2.0
//
// One sample: collect, subtract, encode, append. When it is taken, and what to do about
// signals, is the service's business.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "base/timing.h"
#include "collector/collector.h"
#include "daemon/problem_log.h"
#include "daemon/thinning.h"
#include "rawlog/encoder.h"
#include "rawlog/log_directory.h"
#include "sample/deviation.h"

namespace proctape {

// One log being written.
struct Log {
  Encoder encoder;
  LogDirectory directory;
};

struct SamplerOptions {
  DeviationOptions deviation;
  // The first snapshot of the run is a baseline only; else it becomes a since-boot record.
  bool skip_first = false;
  // Seconds by which the time of a record must exceed the last one's: 1, or 0 when samples
  // are taken several times a second.
  std::int64_t least_step = 1;
};

// What was done since the start.
struct SamplerStatistics {
  Count records = 0;   // all logs together
  Bytes written;       // the records' size
  Count failures = 0;  // records that could not be written, and are part of the next one
  Count exits_lost = 0;
  Count stuck_tasks = 0;  // that kept a reader waiting
  Timing collect;         // all of the collector
  Timing deviation;       // of all but the tasks
  Timing encode;          // for each log, with the tasks' deviation
  Timing append;          // for each log: the quotas, the writing, and syncing if that is due
};

class Sampler {
 public:
  Sampler(Collector collector, std::vector<Log> logs, const SamplerOptions& options);

  // Takes a sample and appends it to all logs. Returns whether a record was written: a
  // baseline is none, and while disk space is short many are left out (thinning.h). Problems of
  // sources are logged here. Fails if an indispensable source failed or a log could not be written;
  // what was not written is part of the next record, unless another log took it, and the error is
  // kIo then, whatever it was.
  Result<bool> take();

  const Host& host() const { return collector_.host(); }

  const Collector& collector() const { return collector_; }
  const std::vector<Log>& logs() const { return logs_; }
  const SamplerStatistics& statistics() const { return statistics_; }
  Thinning::Level thinning() const { return thinning_.level(); }
  // Of the last sample that was begun, until the next one.
  std::span<const SourceProblem> problems() const { return problems_; }
  // The last snapshot that became part of a record, or the baseline.
  const Snapshot& last_snapshot() const { return previous_; }
  // What tells of tasks, from the next sample on.
  void choose_tasks(TaskChoice choice) { collector_.choose_tasks(choice); }
  const Tasks& tasks() const { return collector_.tasks(); }

  // Processes that end; to be drained when their source asks for it.
  const Exits& exits() const { return collector_.exits(); }
  void drain_exits() { collector_.drain_exits(); }

  // The options of a new configuration, and its logs; the next sample goes on from the last.
  void reconfigure(std::vector<Log> logs, const TaskOptions& tasks, const SystemOptions& system,
                   const SamplerOptions& options);

  // "last sample 12:00:10, 345 tasks, /var/log/atop/atop_20261121 (1234567 bytes)"
  std::string status() const;

 private:
  void follow_space();
  DeviationOptions deviation_options() const;
  Result<Seconds> rising_time(LogDirectory& directory, std::span<const std::byte> header,
                              Seconds now) const;
  Result<> append(Log& log);

  Collector collector_;
  std::vector<Log> logs_;
  SamplerOptions options_;
  Thinning thinning_;
  ProblemLog problem_log_;
  SamplerStatistics statistics_;
  std::vector<SourceProblem> problems_;
  Snapshot previous_;
  Snapshot current_;
  Sample sample_;  // of its tasks there is one at a time (sample/task_visitor.h)
};

}  // namespace proctape
