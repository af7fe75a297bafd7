// SPDX-License-Identifier: Apache-2.0
#include "cli/input/log_series.h"

#include <algorithm>
#include <ctime>
#include <optional>

#include "cli/input/input_log.h"
#include "cli/input/log_names.h"
#include "cli/output/exit_code.h"
#include "cli/output/output.h"

namespace proctape {
namespace {

// Of the logs that may tell of `period`, and a day more at each end: a log tells of the end of the
// day before, and its last sample may be in the log of the day after.
std::optional<Days> days_of(const std::optional<Period>& period, Seconds before) {
  constexpr Seconds kWholeDay{86400};
  if (!period) return std::nullopt;
  return Days{local_date(period->begin - before), local_date(period->end + kWholeDay)};
}

}  // namespace

Coverage covered_by(std::span<const Rereadable> files) {
  Coverage covered;
  for (const Rereadable& file : files) {
    auto reader = open_log(
        file.path(), [](const Damage&) {}, file.name());
    if (!reader) continue;
    static_cast<void>(reader->next([&](const RecordHeader& header) {
      covered.include(header);
      return false;
    }));
  }
  return covered.or_none();
}

void LogSeries::add_to(CLI::App& app) {
  app.add_option("FILE", names_, std::string(kLogNamesHelp) + " [today]")->type_name("");
  add_period_to(app);
}

int LogSeries::read(FunctionRef<bool(Reader&)> open, FunctionRef<bool(Reader&)> record,
                    bool headers_only) {
  int exit_code = kExitFine;
  const auto days = days_of(period_.known(Seconds{std::time(nullptr)}), before_);
  const auto paths = named_logs(names_, exit_code, days);
  // Not before: files are named by the local time zone.
  period_.use_zone();
  return paths.empty() ? exit_code
                       : std::max(exit_code, read_files(paths, open, record, headers_only));
}

int LogSeries::read_files(const std::vector<std::string>& paths, FunctionRef<bool(Reader&)> open,
                          FunctionRef<bool(Reader&)> record, bool headers_only) {
  int exit_code = kExitFine;
  std::vector<Rereadable> files;
  for (const std::string& path : paths) {
    auto file = period_.need_log() ? Rereadable::open(path)
                                   : Result<Rereadable>(Rereadable::read_once(path));
    if (file) {
      files.push_back(std::move(*file));
    } else {
      complain(file.error().message);
      exit_code = kExitUnreadable;
    }
  }
  std::string note;
  const auto period = period_.in(period_.need_log() ? covered_by(files) : Coverage{}, note);
  if (!period) {
    complain(period.error().message);
    return kExitUsage;
  }
  if (!note.empty()) complain(note);

  const std::vector<Period> more = more_ ? more_(*period) : std::vector<Period>{};
  Period seen = Period::nothing();
  bool found = false;
  const auto wanted = [&](const RecordHeader& header) {
    seen.include(header);
    return period->touches(header) ||
           std::ranges::any_of(more, [&](const Period& other) { return other.touches(header); });
  };
  for (const Rereadable& file : files) {
    InputLog log(file);
    if (log) {
      if (!open(log.reader())) return kExitUsage;
      const auto next = [&] {
        // Where all is wanted nothing is looked for behind a record: it may come through a pipe.
        if (period_.is_all() && (!headers_only || file.path() == "-")) return log.next();
        return headers_only ? log.next_header(wanted) : log.next(wanted);
      };
      while (next()) {
        found = true;
        if (!record(log.reader())) return std::max(exit_code, log.exit_code());
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
