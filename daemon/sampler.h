// SPDX-License-Identifier: Apache-2.0
//
// One sample: collect, subtract, encode, append. When it is taken, and what to do about
// signals, is the service's business.
#pragma once

#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
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

class Sampler {
 public:
  Sampler(Collector collector, std::vector<Log> logs, const SamplerOptions& options);

  // Takes a sample and appends it to all logs. Returns whether a record was written: a
  // baseline is none, and while disk space is short many are left out (thinning.h). Problems of
  // sources are logged here. Fails if an indispensable source failed or a log could not be written;
  // what was not written is part of the next record, unless another log took it.
  Result<bool> take();

  const Host& host() const { return collector_.host(); }

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
  Result<> append(Log& log);

  Collector collector_;
  std::vector<Log> logs_;
  SamplerOptions options_;
  Thinning thinning_;
  ProblemLog problem_log_;
  std::vector<SourceProblem> problems_;
  Snapshot previous_;
  Snapshot current_;
  Sample sample_;
};

}  // namespace proctape
