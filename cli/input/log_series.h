// SPDX-License-Identifier: Apache-2.0
//
// What a subcommand reads: the logs that its arguments name (log_names.h), one after another, and
// of them what lies in the period that its options tell (period.h). Says on standard error what is
// wrong with them, as InputLog does.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "base/function_ref.h"
#include "cli/input/period.h"
#include "rawlog/file/reader.h"

namespace proctape {

class LogSeries {
 public:
  // FILE..., -b, -e, --at and --utc.
  void add_to(CLI::App& app);

  // `open` sees each log before its first record, and may refuse to go on; `record` each record of
  // the period. Records outside of it are passed by their headers. Returns the exit status.
  int read(FunctionRef<bool(Reader&)> open, FunctionRef<void(Reader&)> record) const;

 private:
  std::vector<std::string> names_;
  PeriodOptions period_;
};

}  // namespace proctape
