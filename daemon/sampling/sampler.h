// SPDX-License-Identifier: Apache-2.0
//
// One sample: collect, subtract, hand to each log. When it is taken, and what to do about
// signals, is the service's business.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "base/timing.h"
#include "collector/collector.h"
#include "daemon/messages/problem_log.h"
#include "daemon/sampling/thinning.h"
#include "sample/deviation/deviation.h"
#include "sample/sink/log.h"

namespace proctape {

struct SamplerOptions {
  DeviationOptions deviation;
  // The first snapshot of the run is a baseline only; else it becomes a since-boot record.
  bool skip_first = false;
};

using Logs = std::vector<std::unique_ptr<Log>>;

// What was done since the start.
struct SamplerStatistics {
  Count records = 0;   // all logs together
  Bytes written;       // the records' size
  Count failures = 0;  // records that could not be written, and are part of the next one
  Count exits_lost = 0;
  Count stuck_tasks = 0;  // that kept a reader waiting
  Timing collect;         // all of the collector
  Timing deviation;       // of all but the tasks
  Timing encode;          // for each log (Log::Cost), with the tasks' deviation
  Timing append;          // for each log (Log::Cost)
};

class Sampler {
 public:
  Sampler(Collector collector, Logs logs, const SamplerOptions& options);

  enum class Taken {
    kRecord,   // at least one
    kNone,     // a baseline, or left out while disk space is short (thinning.h)
    kTooSoon,  // no log has room for a record of now (Log::has_room_at)
  };
  // Takes a sample and appends it to all logs. What a log leaves out, or could not write, is part
  // of its next record. Problems of sources are logged here. Fails if an indispensable source
  // failed or a log could not be written; if another log was, the error is kIo, whatever it was.
  Result<Taken> take();

  const Host& host() const { return collector_.host(); }

  const Collector& collector() const { return collector_; }
  // In the order of the configuration; here and below until the next reconfigure().
  std::vector<const Log*> logs() const;
  const SamplerStatistics& statistics() const { return statistics_; }
  // Of the log that records least.
  Thinning::Level thinning() const;
  // Of the last sample that was begun, until the next one.
  std::span<const SourceProblem> problems() const { return problems_; }
  // The last snapshot that became part of a record, or the baseline.
  const Snapshot& last_snapshot() const { return *previous_; }
  // What tells of tasks, from the next sample on.
  void choose_tasks(TaskChoice choice) { collector_.choose_tasks(choice); }
  const Tasks& tasks() const { return collector_.tasks(); }

  // What counts the traffic of tasks, from the next sample on.
  void watch_network(NetworkChoice choice) { collector_.watch_network(choice); }
  const NetworkUse& network() const { return collector_.network(); }

  // Processes that end; to be drained when their source asks for it.
  const Exits& exits() const { return collector_.exits(); }
  void drain_exits() { collector_.drain_exits(); }

  // After the last sample: all logs are complete.
  void finish();

  // The options of a new configuration, and its logs; the next sample goes on from the last.
  void reconfigure(Logs logs, const TaskOptions& tasks, const SystemOptions& system,
                   const SamplerOptions& options);

  // "last sample 12:00:10, 345 tasks, /var/log/atop/atop_20261121 (1234567 bytes)"; at first "no
  // sample yet, ..."
  std::string status() const;

 private:
  // One log being written, and what it has had.
  struct Recording {
    std::unique_ptr<Log> log;
    Thinning thinning = {};
    // The snapshot that its last record ended with, or the baseline; none: its next record is one
    // since boot. Logs that miss nothing share one; another is there only while a log misses
    // something.
    std::shared_ptr<const Snapshot> previous = {};
    std::vector<Exit> missed_exits = {};  // of snapshots that other logs took
    Count missed_exits_lost = 0;
    SinceBoot recorded_at{};  // its last record, or the begin of this process
    bool due = false;         // takes part in the sample that is being taken
  };

  void follow_space(Recording& recording) const;
  DeviationOptions deviation_options(const Recording& recording) const;
  Result<> append(Recording& recording);
  Result<> give(Recording& recording);
  static void finish(Log& log);
  void adopt_current();
  void miss_current(Recording& recording) const;

  Collector collector_;
  std::vector<Recording> recordings_;
  SamplerOptions options_;
  ProblemLog problem_log_;
  SamplerStatistics statistics_;
  std::vector<SourceProblem> problems_;
  std::shared_ptr<Snapshot> previous_;
  std::shared_ptr<Snapshot> current_;
  const Snapshot* deviation_from_ = nullptr;  // what `sample_` is the difference to, in take()
  Sample sample_;  // of its tasks there is one at a time (sample/task_visitor.h)
};

}  // namespace proctape
