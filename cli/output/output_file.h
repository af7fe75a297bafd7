// SPDX-License-Identifier: Apache-2.0
//
// The file that a subcommand writes (base/file/whole_file.h): by default a log, which only
// administrators may read.
#pragma once

#include <span>
#include <string>

#include "base/file/whole_file.h"
#include "base/result.h"

namespace proctape {

// Will become `path` (base/file/file_place.h); "-" is standard output. An error if `path` is one of
// `inputs`, by whatever name, or standard output is a terminal. A log that root repairs stays the
// recorder's, who goes on with it.
Result<WholeFile> create_output(const std::string& path, std::span<const std::string> inputs,
                                const WholeFile::Options& options = {});

}  // namespace proctape
