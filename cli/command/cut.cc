// SPDX-License-Identifier: Apache-2.0
#include "cli/command/cut.h"

#include <memory>
#include <span>
#include <string>

#include "cli/input/input_log.h"
#include "cli/input/log_series.h"
#include "cli/input/period.h"
#include "cli/input/rereadable.h"
#include "cli/output/exit_code.h"
#include "cli/output/output.h"
#include "cli/output/output_log.h"

namespace proctape {
namespace {

struct CutArguments {
  std::string in;
  std::string out;
  PeriodOptions period;
};

int cut(CutArguments& arguments) {
  arguments.period.use_zone();
  const bool twice = arguments.period.need_log();
  const auto file = twice ? Rereadable::open(arguments.in)
                          : Result<Rereadable>(Rereadable::read_once(arguments.in));
  if (!file) {
    complain(file.error().message);
    return kExitUnreadable;
  }
  InputLog log(*file);
  if (!log) return log.exit_code();
  auto output = OutputLog::create(arguments.out, {arguments.in});
  if (!output) return kExitUnreadable;

  std::string note;
  const auto period =
      arguments.period.in(twice ? covered_by(std::span(&*file, 1)) : Coverage{}, note);
  if (!period) {
    complain(period.error().message);
    return kExitUsage;
  }
  if (!note.empty()) complain(note);
  Period seen = Period::nothing();
  const auto wanted = [&](const RecordHeader& header) {
    seen.include(header);
    return period->touches(header);
  };
  while (log.next(wanted)) {
    const RawRecord& record = log.reader().record();
    if (!output->append(log.reader().stored_header(), record.stored)) return kExitUnreadable;
  }
  if (output->records() == 0 && !seen.empty()) {
    complain(arguments.in + ": no sample covers " + to_string(*period) + "; the log covers " +
             to_string(seen));
  }
  return output->finish(log.exit_code());
}

}  // namespace

void add_cut(CLI::App& app, int& exit_code) {
  const auto arguments = std::make_shared<CutArguments>();
  CLI::App* cut_app = app.add_subcommand("cut", "Cut a period out of a log");
  arguments->period.add_to(*cut_app);
  cut_app->add_option("IN", arguments->in, kLogHelp)->type_name("")->required();
  add_output_option(*cut_app, arguments->out)->required();
  cut_app->footer(
      std::string(
          "A sample tells of the interval that ended at its time: those that cover a moment of\n"
          "the period belong to it. They are copied as they are stored.\n"
          "\n") +
      kTimeHelp +
      "In the hour that comes twice, --begin means the first, --end the last.\n"
      "\n"
      "Examples:\n"
      "  proctape cut --begin 10:00 --end 11:30 atop_20261121 -o incident\n"
      "  proctape cut --begin 'yesterday 22:00' week.raw -o -  | proctape show -");
  cut_app->callback([arguments, &exit_code] { exit_code = cut(*arguments); });
}

}  // namespace proctape
