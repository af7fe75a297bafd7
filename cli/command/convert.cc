// SPDX-License-Identifier: Apache-2.0
#include "cli/command/convert.h"

#include <memory>
#include <optional>
#include <string>

#include "cli/input/input_log.h"
#include "cli/input/log_names.h"
#include "cli/output/exit_code.h"
#include "cli/output/output.h"
#include "cli/output/output_log.h"
#include "cli/output/version_option.h"
#include "rawlog/file/conversion.h"
#include "rawlog/layout/features.h"

namespace proctape {
namespace {

int convert(const std::string& name, const std::string& out, Version version) {
  int exit_code = kExitFine;
  const auto in = named_log(name, exit_code);
  if (!in) return exit_code;
  InputLog log(*in);
  if (!log) return log.exit_code();
  auto output = OutputLog::create(out, {*in});
  if (!output) return kExitUnreadable;

  Reader& reader = log.reader();
  Host host = reader.host();
  host.cgroup_v2 = host.cgroup_v2 || feature::kCgroupBlocks.in(version);  // each record has cgroups
  const auto header = converted_file_header(reader.header(), host, version);
  Conversion conversion(reader, version);
  while (log.next()) {
    if (!output->append(header, conversion.convert(reader))) return kExitUnreadable;
  }
  complain_of_losses(out, version, conversion.left_out());
  return output->finish(log.exit_code());
}

}  // namespace

void add_convert(CLI::App& app, int& exit_code) {
  struct Arguments {
    std::string in;
    std::string out;
    std::optional<Version> version;
  };
  const auto arguments = std::make_shared<Arguments>();
  CLI::App* convert_app =
      app.add_subcommand("convert", "Write a log in the layout of another version of atop");
  add_version_option(*convert_app, arguments->version,
                     "the version to write, " + supported_versions())
      ->required();
  convert_app->add_option("IN", arguments->in, kOneLogHelp)->type_name("")->required();
  add_output_option(*convert_app, arguments->out)->required();
  convert_app->footer(
      "From any version to any other. What both versions have is kept exactly, also where it\n"
      "stands in another place (containers, cgroups); what only the new one has is zero, or\n"
      "what stands for unknown there, and what has no place there is told by name. From 2.11\n"
      "on every record has cgroups, the root at least. To the same version the records are\n"
      "written anew, as the log's own atop should have written them.\n"
      "\n"
      "Examples:\n"
      "  proctape convert --to 2.8 atop_20261121 -o for-debian-12\n"
      "  proctape convert --to 2.13 old-server.raw -o - | gzip > old-server.gz");
  convert_app->callback([arguments, &exit_code] {
    exit_code = convert(arguments->in, arguments->out, *arguments->version);
  });
}

}  // namespace proctape
