// SPDX-License-Identifier: Apache-2.0
#include "cli/cut.h"

#include <ctime>
#include <limits>
#include <memory>
#include <string>

#include "cli/exit_code.h"
#include "cli/input_log.h"
#include "cli/output.h"
#include "cli/output_log.h"
#include "cli/time_argument.h"

namespace proctape {
namespace {

struct CutArguments {
  std::string in;
  std::string out;
  std::string begin;  // empty: not given
  std::string end;
};

struct Period {
  Seconds begin{std::numeric_limits<Count>::min()};
  Seconds end{std::numeric_limits<Count>::max()};
};

Result<Period> parse_period(const CutArguments& arguments, Seconds first) {
  const Seconds now{std::time(nullptr)};
  Period period;
  if (!arguments.begin.empty()) {
    const auto begin = parse_time(arguments.begin, first, now);
    if (!begin) return begin.error();
    period.begin = *begin;
  }
  if (!arguments.end.empty()) {
    const auto end = parse_time(arguments.end, first, now);
    if (!end) return end.error();
    period.end = *end;
  }
  if (period.end < period.begin) {
    return Error{Error::Kind::kInvalid, "--end " + arguments.end + " lies before --begin " +
                                            arguments.begin + "; give the dates"};
  }
  return period;
}

int cut(const CutArguments& arguments) {
  InputLog log(arguments.in);
  if (!log) return log.exit_code();
  auto output = OutputLog::create(arguments.out, {arguments.in});
  if (!output) return kExitUnreadable;

  Sample sample;
  bool more = log.next(sample);
  const auto period = parse_period(arguments, sample.time);
  if (!period) {
    complain(period.error().message);
    return kExitUsage;
  }
  for (; more; more = log.next(sample)) {
    if (sample.time < period->begin || sample.time > period->end) continue;
    if (!output->append(log.reader().stored_header(), log.reader().record().stored)) {
      return kExitUnreadable;
    }
  }
  return output->finish(log.exit_code());
}

}  // namespace

void add_cut(CLI::App& app, int& exit_code) {
  const auto arguments = std::make_shared<CutArguments>();
  CLI::App* cut_app = app.add_subcommand("cut", "Cut a period out of a log");
  const CLI::Validator time(
      [](std::string& text) {
        const auto parsed = parse_time(text, {}, {});
        return parsed ? std::string() : parsed.error().message;
      },
      "");
  cut_app->add_option("-b,--begin", arguments->begin, "of the first sample; default: the first")
      ->type_name("TIME")
      ->check(time);
  cut_app->add_option("-e,--end", arguments->end, "of the last sample; default: the last")
      ->type_name("TIME")
      ->check(time);
  cut_app->add_option("IN", arguments->in, "the log, also packed by gzip; - is standard input")
      ->type_name("")
      ->required();
  add_output_option(*cut_app, arguments->out)->required();
  cut_app->footer(
      "A sample has the time at which its interval ended; those of exactly these times belong\n"
      "to the period. The samples are copied as they are stored.\n"
      "\n"
      "TIME is in the local time zone: 10:00 (on the day of the first sample), 2026-11-21,\n"
      "2026-11-21 10:00, 2026-11-21T10:00:30, today, yesterday 10:00, or seconds since 1970.\n"
      "\n"
      "Examples:\n"
      "  proctape cut --begin 10:00 --end 11:30 atop_20261121 -o incident\n"
      "  proctape cut --begin 'yesterday 22:00' week.raw -o -  | proctape show -");
  cut_app->callback([arguments, &exit_code] { exit_code = cut(*arguments); });
}

}  // namespace proctape
