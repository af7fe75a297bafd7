// SPDX-License-Identifier: Apache-2.0
#include "cli/input/log_series.h"

#include <algorithm>

#include "cli/input/input_log.h"
#include "cli/input/log_names.h"
#include "cli/input/rereadable.h"
#include "cli/output/exit_code.h"
#include "cli/output/output.h"

namespace proctape {
namespace {

// What `files` cover. Damage is told when they are read again.
Result<Period> covered_by(const std::vector<Rereadable>& files) {
  Period covered = Period::nothing();
  for (const Rereadable& file : files) {
    auto reader = open_log(
        file.path(), [](const Damage&) {}, file.name());
    // What cannot be read is told when it is its turn.
    if (!reader) continue;
    const auto end = reader->next([&](const RecordHeader& header) {
      covered.include(header);
      return false;
    });
    if (!end) return end.error();
  }
  return covered.empty() ? Period{{0}, {0}} : covered;
}

}  // namespace

void LogSeries::add_to(CLI::App& app) {
  app.add_option("FILE", names_, kLogNamesHelp)->type_name("");
  period_.add_to(app);
}

int LogSeries::read(FunctionRef<bool(Reader&)> open, FunctionRef<void(Reader&)> record) const {
  int exit_code = kExitFine;
  const auto paths = named_logs(names_, exit_code);
  std::vector<Rereadable> files;
  for (const std::string& path : paths) {
    auto file = period_.need_log() ? Rereadable::open(path)
                                   : Result<Rereadable>(Rereadable::read_once(path));
    if (!file) {
      complain(file.error().message);
      return kExitUnreadable;
    }
    files.push_back(std::move(*file));
  }
  const auto covered = period_.need_log() ? covered_by(files) : Result<Period>(Period{});
  if (!covered) {
    complain(covered.error().message);
    return kExitUnreadable;
  }
  std::string note;
  const auto period = period_.in(*covered, note);
  if (!period) {
    complain(period.error().message);
    return kExitUsage;
  }
  if (!note.empty()) complain(note);

  Period seen = Period::nothing();
  bool found = false;
  const auto wanted = [&](const RecordHeader& header) {
    seen.include(header);
    return period->touches(header);
  };
  for (const Rereadable& file : files) {
    InputLog log(file);
    if (log) {
      if (!open(log.reader())) return kExitUsage;
      while (log.next(wanted)) {
        found = true;
        record(log.reader());
      }
    }
    exit_code = std::max(exit_code, log.exit_code());
  }
  if (!found && !seen.empty()) {
    complain("no sample covers " + to_string(*period) + "; the logs cover " + to_string(seen));
    exit_code = std::max<int>(exit_code, kExitProblems);
  }
  return exit_code;
}

}  // namespace proctape
