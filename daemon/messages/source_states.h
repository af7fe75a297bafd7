// SPDX-License-Identifier: Apache-2.0
//
// How the sources of the host's numbers are doing: one state and one word for it in `proctaped
// --list-sources`, in `proctape status` and in the journal.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/timing.h"
#include "collector/collector.h"

namespace proctape {

enum class SourceState {
  kOk,      // it works
  kAbsent,  // this host has not got it
  kDenied,  // it may not be read
  kFailed,  // it could not be read this time
  kOff,     // switched off in the configuration
};

// "ok", "absent", "denied", "failed", "off".
std::string_view to_string(SourceState state);

// That of a source with such a problem.
SourceState state_of(Error::Kind kind);

struct SourceReport {
  std::string_view name;
  SourceState state = SourceState::kOk;
  std::string text;                // what it reads, or why it does not
  const Timing* timing = nullptr;  // of the collector; null: it has none of its own
};

// All of `collector`, in the order of reading; `problems` are those of its last snapshot.
std::vector<SourceReport> source_reports(const Collector& collector,
                                         std::span<const SourceProblem> problems);

}  // namespace proctape
