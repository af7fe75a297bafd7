// SPDX-License-Identifier: Apache-2.0
//
// Records less while the file system has less free than was promised, and all of it again
// when there is room. Decisions only; sampler.h follows them.
#pragma once

#include <cstdint>
#include <string_view>

namespace proctape {

class Thinning {
 public:
  // Each records less than the one before.
  enum class Level { kNone, kNoThreads, kNoIdleTasks, kFewSamples };

  // At kFewSamples, one sample of so many is recorded; it shows the time since the last one.
  static constexpr std::int64_t kOneOf = 6;
  // A level must have failed, or not been needed, for so many samples before the next one:
  // room comes and goes.
  static constexpr int kPatience = 6;

  // Before each sample: whether the last record found the space short. Returns whether the
  // level changed.
  bool update(bool short_of_space);

  Level level() const { return level_; }
  // Whether the sample after the last update is recorded.
  bool records() const { return level_ != Level::kFewSamples || samples_ % kOneOf == 0; }

 private:
  Level level_ = Level::kNone;
  bool was_short_ = false;
  int patience_ = 0;          // samples since that
  std::int64_t samples_ = 0;  // since the level changed
};

// "threads are left out"
std::string_view to_string(Thinning::Level level);

}  // namespace proctape
