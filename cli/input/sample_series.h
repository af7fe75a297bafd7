// SPDX-License-Identifier: Apache-2.0
//
// The samples of one host that a command line names: each once, in the order of time, with the I/O
// of a process its own. What subcommands ask that answer questions.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <utility>
#include <vector>

#include "base/function_ref.h"
#include "base/units.h"
#include "cli/input/filter_options.h"
#include "cli/input/log_series.h"
#include "rawlog/layout/version.h"
#include "sample/host.h"
#include "sample/sample.h"
#include "sample/task.h"

namespace proctape {

// Who takes the samples: each begins, then come its tasks, and it ends.
class SampleTaker {
 public:
  virtual ~SampleTaker() = default;

  // Before the first sample: whose they are.
  virtual void open(const Host& host, Version version) = 0;
  virtual void begin(const Sample& sample) = 0;
  // Not `is_meant`: the filters leave it out.
  virtual void take(const Task& task, bool is_meant) = 0;
  // False: nothing more is wanted.
  virtual bool end() = 0;

 protected:
  SampleTaker() = default;
  SampleTaker(const SampleTaker&) = default;
  SampleTaker& operator=(const SampleTaker&) = default;
};

class SampleSeries {
 public:
  // Those of LogSeries and of FilterOptions.
  void add_to(CLI::App& app);
  // Only the period, of LogSeries.
  void add_period_to(CLI::App& app) { logs_.add_period_to(app); }

  // The I/O of a process is shown as it was recorded: with that of the children it waited for.
  void keep_inherited_io() { keeps_inherited_io_ = true; }

  // The samples that are recorded from now on, in the directory that was named, else in the
  // configured one; until the taker wants no more. None yet is no error.
  int watch(SampleTaker& taker);

  std::vector<std::string>& names() { return logs_.names(); }

  // Of LogSeries.
  void read_more(LogSeries::More more, Seconds before) { logs_.read_more(std::move(more), before); }

  // Returns the exit status; what is wrong is told.
  int read(SampleTaker& taker);

 private:
  class Pass;

  LogSeries logs_;
  FilterOptions filters_;
  bool keeps_inherited_io_ = false;
};

}  // namespace proctape
