// SPDX-License-Identifier: Apache-2.0
#include "cli/command/cut.h"

#include <memory>
#include <optional>
#include <span>
#include <string>

#include "cli/input/input_log.h"
#include "cli/input/log_names.h"
#include "cli/input/log_series.h"
#include "cli/input/period.h"
#include "cli/input/rereadable.h"
#include "cli/output/exit_code.h"
#include "cli/output/output.h"
#include "cli/output/output_log.h"
#include "cli/view/pseudonyms.h"
#include "rawlog/file/encoder.h"

namespace proctape {
namespace {

struct CutArguments {
  std::string in;
  std::string out;
  PeriodOptions period;
  bool anonymise = false;
};

// The records of a log with other names in them.
class Anonymised {
 public:
  explicit Anonymised(const Reader& reader)
      : host_(host_of(reader)), encoder_(reader.version(), host_) {}

  std::span<const std::byte> header() const { return encoder_.file_header(); }
  // The record that `reader` is at; valid until the next one.
  std::span<const std::byte> record(Reader& reader) {
    reader.decode_without_tasks(sample_);
    names_.replace(sample_);
    return encoder_.encode(sample_, [&](TaskVisitor visit) {
      reader.visit_tasks([&](const Task& task) {
        task_ = task;
        names_.replace(task_);
        visit(task_);
      });
    });
  }

 private:
  Host host_of(const Reader& reader) {
    Host host = reader.host();
    names_.replace(host);
    return host;
  }

  Pseudonyms names_;
  Host host_;
  Encoder encoder_;
  Sample sample_;
  Task task_;
};

int cut(CutArguments& arguments) {
  arguments.period.use_zone();
  int exit_code = kExitFine;
  const auto in = named_log(arguments.in, exit_code);
  if (!in) return exit_code;
  const bool twice = arguments.period.need_log();
  const auto file = twice ? Rereadable::open(*in) : Result<Rereadable>(Rereadable::read_once(*in));
  if (!file) {
    complain(file.error().message);
    return kExitUnreadable;
  }
  InputLog log(*file);
  if (!log) return log.exit_code();
  auto output = OutputLog::create(arguments.out, {*in});
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
  std::optional<Anonymised> anonymised;
  if (arguments.anonymise) anonymised.emplace(log.reader());
  while (log.next(wanted)) {
    Reader& reader = log.reader();
    const auto record = anonymised ? anonymised->record(reader) : reader.record().stored;
    const auto header = anonymised ? anonymised->header() : reader.stored_header();
    if (!output->append(header, record)) return kExitUnreadable;
  }
  if (output->records() == 0 && !seen.empty()) {
    complain(*in + ": no sample covers " + to_string(*period) + "; the log covers " +
             to_string(seen));
  }
  return output->finish(log.exit_code());
}

}  // namespace

void add_cut(CLI::App& app, int& exit_code) {
  const auto arguments = std::make_shared<CutArguments>();
  CLI::App* cut_app = app.add_subcommand("cut", "Cut a period out of a log");
  arguments->period.add_to(*cut_app);
  cut_app->add_option("IN", arguments->in, kOneLogHelp)->type_name("")->required();
  add_output_option(*cut_app, arguments->out)->required();
  cut_app->add_flag("--anonymise,--anonymize", arguments->anonymise,
                    "with other names, so that it can be given away");
  cut_app->footer(
      std::string(
          "A sample tells of the interval that ended at its time: those that cover a moment of\n"
          "the period belong to it. They are copied as they are stored. --anonymise gives other\n"
          "names to the host, to users and groups above 999, command lines, containers, cgroups,\n"
          "NFS mounts and volumes; names of programs stay.\n"
          "\n") +
      kTimeHelp +
      "In the hour that comes twice, --begin means the first, --end the last.\n"
      "\n"
      "Examples:\n"
      "  proctape cut --begin 10:00 --end 11:30 atop_20261121 -o incident\n"
      "  proctape cut --from 03:00 --to 03:30 --anonymise yesterday -o for-the-report\n"
      "  proctape cut --begin 'yesterday 22:00' week.raw -o -  | proctape show -");
  cut_app->callback([arguments, &exit_code] { exit_code = cut(*arguments); });
}

}  // namespace proctape
