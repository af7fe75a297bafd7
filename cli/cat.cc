// SPDX-License-Identifier: Apache-2.0
#include "cli/cat.h"

#include <algorithm>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/exit_code.h"
#include "cli/input_log.h"
#include "cli/output.h"
#include "cli/output_log.h"
#include "cli/version_option.h"
#include "rawlog/conversion.h"
#include "rawlog/encoder.h"

namespace proctape {
namespace {

struct CatArguments {
  std::vector<std::string> paths;
  std::string out;
  std::optional<Version> version;
};

// A log on its way into the merged one, with its next sample.
struct Source {
  explicit Source(const std::string& path) : log(path) {}

  InputLog log;
  std::optional<Conversion> conversion;
  bool same_layout = false;  // its records can be copied
  Sample sample;
  bool more = false;
};
using Sources = std::deque<Source>;  // they stay where they are

// Whose sample comes next: the earliest, of equal ones that of the first log. Null at the end.
Source* earliest(Sources& sources) {
  Source* first = nullptr;
  for (Source& source : sources) {
    if (source.more && (!first || source.sample.time < first->sample.time)) first = &source;
  }
  return first;
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
  }
  return converted_file_header(header, host, version);
}

int merge(Sources& sources, OutputLog& output, Version version) {
  const Reader& first = sources.front().log.reader();
  const auto header = merged_header(sources, version);
  Encoder encoder(version, first.host());
  for (Source& source : sources) {
    const Reader& reader = source.log.reader();
    source.conversion.emplace(reader.version(), version);
    source.same_layout =
        reader.version() == version && reader.host().page_size == first.host().page_size;
    source.more = source.log.next(source.sample);
  }
  while (Source* source = earliest(sources)) {
    const RawRecord& record = source->log.reader().record();
    source->conversion->apply(source->sample);
    const bool written =
        output.append(header, source->same_layout ? record.stored : encoder.encode(source->sample));
    if (!written) return kExitUnreadable;
    source->more = source->log.next(source->sample);
  }
  for (const Source& source : sources) {
    if (const auto lost = source.conversion->left_out(); !lost.empty()) {
      complain(source.log.path() + ": left out, as version " + to_string(version) +
               " has no place for it: " + lost);
    }
  }
  return output.finish(worst_exit_code(sources));
}

int cat(const CatArguments& arguments) {
  auto output = OutputLog::create(arguments.out, arguments.paths);
  if (!output) return kExitUnreadable;
  Sources sources;
  for (const std::string& path : arguments.paths) {
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
  cat_app
      ->add_option("FILE", arguments->paths, "the logs, also packed by gzip; - is standard input")
      ->type_name("")
      ->required();
  add_output_option(*cat_app, arguments->out)->required();
  cat_app->footer(
      "Samples are put in the order of their times, those of equal times in the order of the\n"
      "files. Logs of the version that is written are copied record by record, others\n"
      "converted. Where one was begun anew stays visible.\n"
      "\n"
      "Examples:\n"
      "  proctape cat /var/log/atop/atop_202611* -o november.raw\n"
      "  proctape cat --to 2.8 atop_20261120 atop_20261121 -o - | proctape show -");
  cat_app->callback([arguments, &exit_code] { exit_code = cat(*arguments); });
}

}  // namespace proctape
