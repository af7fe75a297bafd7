// SPDX-License-Identifier: Apache-2.0
//
// What it takes to write a log's samples in another version, beyond what the encoder does:
// the file header goes with them, and what a version tells of a whole sample must remain
// true of what is left of it.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "rawlog/header_record.h"
#include "rawlog/version.h"
#include "sample/sample.h"

namespace proctape {

// The file header of `original` in `version`: all that it tells and `version` has a place
// for is kept. `host` has what was read from it, corrected where it cannot be true.
std::vector<std::byte> converted_file_header(const FileHeader& original, const Host& host,
                                             Version version);

class Conversion {
 public:
  Conversion(Version from, Version to) : from_(from), to_(to) {}

  // Makes a sample read from a log of version `from` one to be encoded in version `to`.
  void apply(Sample& sample);

  // What samples had that `to` has no place for at all: "cgroups (2.11 and later)"; empty if
  // nothing. Members that are missing in one version or the other are not listed.
  std::string left_out() const;

 private:
  Version from_;
  Version to_;
  bool cgroups_lost_ = false;
  bool task_cgroups_lost_ = false;
  bool containers_lost_ = false;
};

}  // namespace proctape
