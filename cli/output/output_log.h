// SPDX-License-Identifier: Apache-2.0
//
// The log that a subcommand writes, with the option -o that names it. What fails is said
// on standard error. A log without records is not written: atop loops for ever over a
// header alone.
#pragma once

#include <CLI/CLI.hpp>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/units.h"
#include "cli/output/output_file.h"
#include "rawlog/layout/version.h"

namespace proctape {

// The option -o OUT.
CLI::Option* add_output_option(CLI::App& app, std::string& path);

// Says what `path` lacks as its version has no place for it; nothing if that is nothing.
void complain_of_losses(const std::string& path, Version version,
                        const std::vector<std::string>& names);

class OutputLog {
 public:
  // Will become `path`, which must be none of `inputs`; none if it cannot be created.
  static std::optional<OutputLog> create(const std::string& path,
                                         const std::vector<std::string>& inputs);

  // False if it could not be written. `header` goes before the first record.
  bool append(std::span<const std::byte> header, std::span<const std::byte> record);

  Count records() const { return records_; }

  // Before finish() puts the log in the place of another: WholeFile::keep_old(), forget_old().
  WholeFile& file() { return file_; }

  // Puts the log in its place, and returns the exit status: `so_far`, that of reading, if
  // all went well. Without records there is no log, which is a problem; nor is there one if
  // reading failed.
  int finish(int so_far);

 private:
  explicit OutputLog(WholeFile file) : file_(std::move(file)) {}

  WholeFile file_;
  Count records_ = 0;
};

}  // namespace proctape
