// SPDX-License-Identifier: Apache-2.0
//
// What a subcommand reads: the logs that its arguments name (log_names.h), one after another, and
// of them what lies in the period that its options tell (period.h). Says on standard error what is
// wrong with them, as InputLog does.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/function_ref.h"
#include "cli/input/period.h"
#include "cli/input/rereadable.h"
#include "rawlog/file/reader.h"

namespace proctape {

// What `files` cover, by their headers. What is wrong with them is told by who reads them.
Coverage covered_by(std::span<const Rereadable> files);

class LogSeries {
 public:
  // FILE..., -b, -e, --at and --utc.
  void add_to(CLI::App& app);
  // Without FILE: the subcommand puts the logs into names().
  void add_period_to(CLI::App& app) { period_.add_to(app); }

  // What was given as FILE: a subcommand may take words from it that mean something else.
  std::vector<std::string>& names() { return names_; }

  // What is read besides the period that the options tell, which is shown to `more` before the
  // first record; `before`: at most so many seconds earlier, where logs are chosen by their days.
  using More = std::function<std::vector<Period>(const Period& period)>;
  void read_more(More more, Seconds before) {
    more_ = std::move(more);
    before_ = before;
  }

  // `open` sees each log before its first record, `record` each record of the period; those outside
  // of it are passed by their headers. Either ends the reading by false; from `open` that is wrong
  // usage, which it has told. `headers_only`: nothing of the records is unpacked, where they lie in
  // files. Returns the exit status.
  int read(FunctionRef<bool(Reader&)> open, FunctionRef<bool(Reader&)> record,
           bool headers_only = false);

 private:
  int read_files(const std::vector<std::string>& paths, FunctionRef<bool(Reader&)> open,
                 FunctionRef<bool(Reader&)> record, bool headers_only);

  std::vector<std::string> names_;
  PeriodOptions period_;
  More more_;
  Seconds before_;
};

}  // namespace proctape
