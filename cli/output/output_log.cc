// SPDX-License-Identifier: Apache-2.0
#include "cli/output/output_log.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "cli/output/exit_code.h"
#include "cli/output/output.h"

namespace proctape {
namespace {

bool succeeded(const Result<>& result) {
  if (!result) complain(result.error().message);
  return static_cast<bool>(result);
}

}  // namespace

CLI::Option* add_output_option(CLI::App& app, std::string& path) {
  return app
      .add_option("-o,--output", path,
                  "the log to write, which is replaced once the new one is complete; - is "
                  "standard output")
      ->type_name("OUT");
}

void complain_of_losses(const std::string& path, Version version,
                        const std::vector<std::string>& names) {
  if (names.empty()) return;
  complain(fmt::format("{}: left out, as version {} has no place for it: {}", path,
                       to_string(version), fmt::join(names, ", ")));
}

std::optional<OutputLog> OutputLog::create(const std::string& path,
                                           const std::vector<std::string>& inputs) {
  auto file = create_output(path, inputs);
  if (!file) {
    complain(file.error().message);
    return std::nullopt;
  }
  return OutputLog(std::move(*file));
}

bool OutputLog::append(std::span<const std::byte> header, std::span<const std::byte> record) {
  if (records_ == 0 && !succeeded(file_.write(header))) return false;
  if (!succeeded(file_.write(record))) return false;
  ++records_;
  return true;
}

int OutputLog::finish(int so_far) {
  // What was read in part would pass for the whole.
  if (so_far == kExitUnreadable) return so_far;
  if (records_ == 0) {
    complain(file_.path() + ": not written, as there is no record for it");
    return kExitProblems;
  }
  return succeeded(file_.finish()) ? so_far : kExitUnreadable;
}

}  // namespace proctape
