// SPDX-License-Identifier: Apache-2.0
#include "daemon/sampling/thinning.h"

namespace proctape {

bool Thinning::update(bool short_of_space) {
  ++samples_;
  // The first sample that finds the space short is answered at once.
  const bool wants_change = short_of_space ? level_ != Level::kFewSamples : level_ != Level::kNone;
  if (!wants_change || short_of_space != was_short_) patience_ = 0;
  was_short_ = short_of_space;
  if (!wants_change) return false;
  if (level_ != Level::kNone && ++patience_ < kPatience) return false;
  level_ = static_cast<Level>(static_cast<int>(level_) + (short_of_space ? 1 : -1));
  patience_ = 0;
  samples_ = 0;
  return true;
}

std::string_view to_string(Thinning::Level level) {
  switch (level) {
    case Thinning::Level::kNone:
      return "everything is recorded";
    case Thinning::Level::kNoThreads:
      return "threads are left out";
    case Thinning::Level::kNoIdleTasks:
      return "threads and idle processes are left out";
    case Thinning::Level::kFewSamples:
      return "threads and idle processes are left out, and five of six samples";
  }
  return "";
}

}  // namespace proctape
