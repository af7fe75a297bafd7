// SPDX-License-Identifier: Apache-2.0
//
// What becomes of a log file that is already there when records are to go to it. Decisions
// only; log_directory.h carries them out.
#pragma once

#include <string>

#include "base/units.h"
#include "rawlog/directory/existing_log.h"
#include "rawlog/layout/header_record.h"

namespace proctape {

// How much later than now the last record of a file may be for the file to be gone on with:
// its records then get times behind that one until the clock has caught up. After a larger
// step back of the clock a new file begins.
inline constexpr Seconds kLargestStepBack{600};

struct Decision {
  enum class Action {
    kAppend,    // go on behind the last record
    kCutTail,   // cut back to the last whole record, then go on
    kBegin,     // cut back to nothing: there is no whole record, and a header begins with one
    kSetAside,  // rename, and begin a new file
  };
  Action action;
  std::string reason;  // for whoever reads the notices; empty if nothing is out of order

  friend bool operator==(const Decision&, const Decision&) = default;
};

// For a record of `time` and a file that would begin with `header`.
Decision decide(const ExistingLog& existing, const FileHeader& header, Seconds time);

// Why records of a file that would begin with `ours` may not follow `existing`: the first
// member that readers of the records depend on and that differs; empty if they may. More
// than that (another kernel, another boot) may change within a file.
std::string incompatibility(const FileHeader& existing, const FileHeader& ours);

}  // namespace proctape
