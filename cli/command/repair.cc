// SPDX-License-Identifier: Apache-2.0
#include "cli/command/repair.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "cli/input/input_log.h"
#include "cli/input/rising.h"
#include "cli/output/exit_code.h"
#include "cli/output/output.h"
#include "cli/output/output_log.h"
#include "rawlog/file/conversion.h"
#include "rawlog/file/encoder.h"
#include "rawlog/file/record_check.h"

namespace proctape {
namespace {

// What becomes of a record that can be read.
enum class Fate : char {
  kCopied,
  kRewritten,  // its header contradicts its content, by which a new one is made
  kLeftOut,    // its time steps back; readers search logs by time
};

struct Plan {
  std::vector<Fate> records;
  bool header_damaged = false;
  std::string packing;
  Host host;               // as all records show it
  std::uint64_t lost = 0;  // bytes that are no record

  Count count(Fate fate) const { return std::ranges::count(records, fate); }
};

// The whole log has to be known before the first record is written: the header may be
// proven wrong by any record, and which of two times is wrong shows later.
int make_plan(const std::string& path, Plan& plan) {
  Count reports_here = 0;  // on the record that is being read
  Count all_reports = 0;
  InputLog log(path, [&](const Damage& damage) {
    complain(path + ": " + to_string(damage));
    plan.lost += damage.skipped;
    plan.header_damaged = plan.header_damaged || damage.offset < kFileHeaderSize;
    ++all_reports;
    if (damage.skipped == 0) ++reports_here;
  });
  if (!log) return log.exit_code();
  plan.host = log.reader().host();
  plan.packing = log.reader().packing();

  std::vector<Count> times;
  for (;;) {
    reports_here = 0;
    if (!log.next()) break;
    const RawRecord& record = log.reader().record();
    const Count time = record.header.time.value;
    const bool steps_back = !times.empty() && time < times.back();
    const bool contradicts = !record.whole && reports_here > (steps_back ? 1 : 0);
    plan.records.push_back(contradicts ? Fate::kRewritten : Fate::kCopied);
    times.push_back(time);
    if (has_cgroups(record.header, log.reader().version())) plan.host.cgroup_v2 = true;
  }
  const auto rising = most_rising(times);
  for (std::size_t i = 0; i < times.size(); ++i) {
    if (!rising[i]) plan.records[i] = Fate::kLeftOut;
  }
  return log.exit_code();
}

bool write_planned(const std::string& path, const Plan& plan, OutputLog& output) {
  InputLog log(path, [](const Damage&) {});  // they were told
  if (!log) return false;
  Reader& reader = log.reader();
  const auto stored = reader.stored_header();
  const auto header = plan.header_damaged
                          ? converted_file_header(reader.header(), plan.host, reader.version())
                          : std::vector(stored.begin(), stored.end());
  Encoder encoder(reader.version(), reader.host());
  Sample sample;
  for (const Fate fate : plan.records) {
    if (!log.next()) {
      complain(path + ": changed while it was read");
      return false;
    }
    if (fate == Fate::kLeftOut) continue;
    auto record = reader.record().stored;
    if (fate == Fate::kRewritten) {
      reader.decode_without_tasks(sample);
      record = encoder.encode(sample, [&](TaskVisitor visit) { reader.visit_tasks(visit); });
    }
    if (!output.append(header, record)) return false;
  }
  return true;
}

std::string summary(const Plan& plan) {
  std::string text = fmt::format("{} records kept", plan.count(Fate::kCopied));
  const auto add = [&](bool is_so, const std::string& what) {
    if (is_so) text += ", " + what;
  };
  const Count rewritten = plan.count(Fate::kRewritten);
  const Count left_out = plan.count(Fate::kLeftOut);
  add(rewritten > 0, fmt::format("{} written anew with what they hold", rewritten));
  add(left_out > 0, fmt::format("{} left out as time steps back there", left_out));
  add(plan.lost > 0, fmt::format("{} bytes lost that are no whole record", plan.lost));
  add(plan.header_damaged, "the file header corrected");
  return text;
}

bool is_regular(const std::string& path) {
  struct stat status {};
  return stat(path.c_str(), &status) != 0 || S_ISREG(status.st_mode);
}

int repair(const std::string& in, const std::string& out) {
  const bool in_place = out.empty();
  if (!is_regular(in)) {
    complain(in + ": a log is repaired from a file, as it is read twice");
    return kExitUnreadable;
  }
  auto output = in_place ? OutputLog::create(in, {}) : OutputLog::create(out, {in});
  if (!output) return kExitUnreadable;
  Plan plan;
  const int found = make_plan(in, plan);
  if (found == kExitUnreadable) return found;
  if (in_place && found == kExitFine) {
    print_line(in + ": nothing to repair");
    return kExitFine;
  }
  if (in_place && !plan.packing.empty()) {
    complain(in + ": packed by " + plan.packing +
             ", which repair does not do; give -o for an unpacked one");
    return kExitUnreadable;
  }
  if (!write_planned(in, plan, *output)) return kExitUnreadable;
  if (output->records() == 0) return output->finish(found);

  std::string kept;
  if (in_place) {
    const auto name = output->file().keep_old(".orig");
    if (!name) {
      complain(name.error().message);
      return kExitUnreadable;
    }
    kept = *name;
  }
  const int exit_code = output->finish(found);
  if (exit_code == kExitUnreadable) {
    if (in_place) output->file().forget_old();
    return exit_code;
  }
  complain(fmt::format("{}: {}{}", in_place ? in : out, summary(plan),
                       in_place ? "; the original is " + kept : ""));
  return exit_code;
}

}  // namespace

void add_repair(CLI::App& app, int& exit_code) {
  struct Arguments {
    std::string in;
    std::string out;
    bool in_place = false;
  };
  const auto arguments = std::make_shared<Arguments>();
  CLI::App* repair_app = app.add_subcommand("repair", "Save what is whole of a damaged log");
  repair_app
      ->add_option("IN", arguments->in, "the damaged log, also packed by gzip, xz, zstd or bzip2")
      ->type_name("")
      ->required();
  CLI::Option* out = add_output_option(*repair_app, arguments->out);
  CLI::Option* in_place = repair_app->add_flag("--in-place", arguments->in_place,
                                               "replace IN, and keep the original as IN.orig");
  out->excludes(in_place);
  repair_app->footer(
      "Whole records are copied byte by byte. One whose header contradicts its content gets a\n"
      "new header; what else is damaged is left out, and so is what lies out of the order of\n"
      "time. Exit status 1 says that there was something to repair.\n"
      "\n"
      "Examples:\n"
      "  proctape repair atop_20261121 -o repaired.raw\n"
      "  proctape repair --in-place /var/log/atop/atop_20261121");
  repair_app->callback([arguments, &exit_code] {
    if (arguments->in_place == !arguments->out.empty()) {
      throw CLI::RequiredError("-o OUT or --in-place");
    }
    exit_code = repair(arguments->in, arguments->out);
  });
}

}  // namespace proctape
