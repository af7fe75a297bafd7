// SPDX-License-Identifier: Apache-2.0
#include "cli/convert.h"

#include <memory>
#include <optional>
#include <string>

#include "cli/exit_code.h"
#include "cli/input_log.h"
#include "cli/output.h"
#include "cli/output_log.h"
#include "cli/version_option.h"
#include "rawlog/conversion.h"
#include "rawlog/encoder.h"

namespace proctape {
namespace {

int convert(const std::string& in, const std::string& out, Version version) {
  InputLog log(in);
  if (!log) return log.exit_code();
  auto output = OutputLog::create(out, {in});
  if (!output) return kExitUnreadable;

  const Reader& reader = log.reader();
  Encoder encoder(version, reader.host());
  const auto header = converted_file_header(reader.header(), reader.host(), version);
  Conversion conversion(reader.version(), version);
  Sample sample;
  while (log.next(sample)) {
    conversion.apply(sample);
    if (!output->append(header, encoder.encode(sample))) return kExitUnreadable;
  }
  if (const auto lost = conversion.left_out(); !lost.empty()) {
    complain(out + ": left out, as version " + to_string(version) +
             " has no place for it: " + lost);
  }
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
  add_version_option(*convert_app, arguments->version, "the version to write, 2.3 to 2.13")
      ->required();
  convert_app->add_option("IN", arguments->in, "the log, also packed by gzip; - is standard input")
      ->type_name("")
      ->required();
  add_output_option(*convert_app, arguments->out)->required();
  convert_app->footer(
      "From any version to any other. What both versions have is kept exactly; what only the\n"
      "new one has is zero, or what stands for unknown there. To the same version the records\n"
      "are written anew, as the log's own atop should have written them.\n"
      "\n"
      "Examples:\n"
      "  proctape convert --to 2.8 atop_20261121 -o for-debian-12\n"
      "  proctape convert --to 2.13 old-server.raw -o - | gzip > old-server.gz");
  convert_app->callback([arguments, &exit_code] {
    exit_code = convert(arguments->in, arguments->out, *arguments->version);
  });
}

}  // namespace proctape
