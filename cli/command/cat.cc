// SPDX-License-Identifier: Apache-2.0
#include "cli/command/cat.h"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/input/input_log.h"
#include "cli/input/log_names.h"
#include "cli/input/period.h"
#include "cli/output/exit_code.h"
#include "cli/output/output.h"
#include "cli/output/output_log.h"
#include "cli/output/version_option.h"
#include "rawlog/file/conversion.h"
#include "rawlog/file/record_check.h"
#include "rawlog/layout/features.h"

namespace proctape {
namespace {

struct CatArguments {
  std::vector<std::string> names;
  std::string out;
  std::optional<Version> version;
};

Period covered_by(const RecordHeader& record) {
  Period period = Period::nothing();
  period.include(record);
  return period;
}

// Adds a later sample to what `covered` covers without a gap. A second may be due to rounding.
void add_to(Period& covered, const RecordHeader& record) {
  const Period sample = covered_by(record);
  if (sample.begin.value > covered.end.value + 1) covered.begin = sample.begin;
  covered.end = sample.end;
}

Count overlap(const Period& a, const Period& b) {
  return std::min(a.end, b.end).value - std::max(a.begin, b.begin).value;
}

// A log on its way into the merged one, with its next record.
struct Source {
  explicit Source(const std::string& path) : log(path) {}

  const RecordHeader& record() const { return log.reader().record().header; }

  InputLog log;
  std::optional<Conversion> conversion;  // none: its records can be copied
  bool more = false;
  std::optional<Period> covered;           // without a gap, by the last that was written of it
  std::map<const Source*, Count> doubled;  // samples that another one has already
};
using Sources = std::deque<Source>;  // they stay where they are

// Whose sample comes next: the earliest, of equal ones that of the first log. Null at the end.
Source* earliest(Sources& sources) {
  Source* first = nullptr;
  for (Source& source : sources) {
    if (source.more && (!first || source.record().time < first->record().time)) first = &source;
  }
  return first;
}

// Which other log told already what the next sample of `source` tells: one of the same time, or
// of more than half of its interval. Null if none did.
const Source* who_told(const Sources& sources, const Source& source) {
  const Period sample = covered_by(source.record());
  for (const Source& other : sources) {
    if (&other == &source || !other.covered) continue;
    const bool same_time = other.covered->end == sample.end;
    if (same_time || 2 * overlap(sample, *other.covered) > (sample.end - sample.begin).value) {
      return &other;
    }
  }
  return nullptr;
}

int worst_exit_code(const Sources& sources) {
  int worst = kExitFine;
  for (const Source& source : sources) worst = std::max(worst, source.log.exit_code());
  return worst;
}

// Whether the logs tell of one host; complains if not.
bool of_one_host(const Sources& sources) {
  const Host& first = sources.front().log.reader().host();
  for (const Source& source : sources) {
    const Host& host = source.log.reader().host();
    if (host.node_name == first.node_name && host.ticks_per_second == first.ticks_per_second) {
      continue;
    }
    complain(sources.front().log.path() + " is of host " + first.node_name + ", " +
             source.log.path() + " of " + host.node_name + ": they do not make one log");
    return false;
  }
  return true;
}

// The header of the merged log: that of the first, with what the host had in any of them.
std::vector<std::byte> merged_header(const Sources& sources, Version version) {
  const Reader& first = sources.front().log.reader();
  FileHeader header = first.header();
  Host host = first.host();
  for (const Source& source : sources) {
    header.support_flags |= source.log.reader().header().support_flags;
    host.cgroup_v2 = host.cgroup_v2 || source.log.reader().host().cgroup_v2;
    host.pid_digits = std::max(host.pid_digits, source.log.reader().host().pid_digits);
    // Whatever a damaged header says; and what is converted has cgroups, where there are blocks for
    // them.
    const Version of = source.log.reader().version();
    if (source.more && (has_cgroups(source.record(), of) ||
                        (of != version && feature::kCgroupBlocks.in(version)))) {
      host.cgroup_v2 = true;
    }
  }
  return converted_file_header(header, host, version);
}

void complain_of_doubles(const Sources& sources) {
  for (const Source& source : sources) {
    for (const auto& [other, count] : source.doubled) {
      complain(fmt::format("{}: {} samples left out, as {} has samples of the same time",
                           source.log.path(), count, other->log.path()));
    }
  }
}

int merge(Sources& sources, OutputLog& output, Version version) {
  const Reader& first = sources.front().log.reader();
  for (Source& source : sources) source.more = source.log.next();
  const auto header = merged_header(sources, version);
  for (Source& source : sources) {
    const Reader& reader = source.log.reader();
    const bool same_layout =
        reader.version() == version && reader.host().page_size == first.host().page_size;
    if (!same_layout) source.conversion.emplace(reader, version);
  }
  for (Source* source = earliest(sources); source;
       source->more = source->log.next(), source = earliest(sources)) {
    if (const Source* other = who_told(sources, *source)) {
      ++source->doubled[other];
      continue;
    }
    Reader& reader = source->log.reader();
    const auto record =
        source->conversion ? source->conversion->convert(reader) : reader.record().stored;
    if (!output.append(header, record)) return kExitUnreadable;
    if (!source->covered) source->covered = covered_by(source->record());
    add_to(*source->covered, source->record());
  }
  complain_of_doubles(sources);
  for (const Source& source : sources) {
    if (source.conversion) {
      complain_of_losses(source.log.path(), version, source.conversion->left_out());
    }
  }
  return output.finish(worst_exit_code(sources));
}

int cat(const CatArguments& arguments) {
  int exit_code = kExitFine;
  const auto paths = named_logs(arguments.names, exit_code);
  if (exit_code != kExitFine) return exit_code;
  auto output = OutputLog::create(arguments.out, paths);
  if (!output) return kExitUnreadable;
  Sources sources;
  for (const std::string& path : paths) {
    if (!sources.emplace_back(path).log) return kExitUnreadable;
  }
  if (!of_one_host(sources)) return kExitUsage;
  Version newest = kOldestVersion;
  for (const Source& source : sources) newest = std::max(newest, source.log.reader().version());
  return merge(sources, *output, arguments.version.value_or(newest));
}

}  // namespace

void add_cat(CLI::App& app, int& exit_code) {
  const auto arguments = std::make_shared<CatArguments>();
  CLI::App* cat_app = app.add_subcommand("cat", "Make one log of several of a host");
  add_version_option(*cat_app, arguments->version, "the version to write; default: the newest");
  cat_app->add_option("FILE", arguments->names, kLogNamesHelp)->type_name("")->required();
  add_output_option(*cat_app, arguments->out)->required();
  cat_app->footer(
      "Samples are put in the order of their times. Where logs overlap, nothing is told twice:\n"
      "of samples of the same time, that of the first file is taken; one that covers a time\n"
      "which another file has covered for more than half is left out, and counted. Logs of the\n"
      "version that is written are copied record by record, others converted. Where one was\n"
      "begun anew stays visible.\n"
      "\n"
      "Examples:\n"
      "  proctape cat /var/log/atop/atop_202611* -o november.raw\n"
      "  proctape cat --to 2.8 atop_20261120 atop_20261121 -o - | proctape show -");
  cat_app->callback([arguments, &exit_code] { exit_code = cat(*arguments); });
}

}  // namespace proctape
