// SPDX-License-Identifier: Apache-2.0
#include "daemon/self/lateness.h"

#include <algorithm>

namespace proctape {

Count Lateness::add(SinceBoot due, SinceBoot begun, SinceBoot done, std::chrono::nanoseconds slept,
                    std::chrono::nanoseconds interval) {
  constexpr std::chrono::nanoseconds kNone{};
  begins_.add(std::max(begun - due - slept, kNone));
  const Count skipped = std::max(done - due - slept, kNone) / interval;
  skipped_ += skipped;
  return skipped;
}

std::optional<Count> Lateness::to_tell(SinceBoot now) {
  if (skipped_ == told_ || (told_at_ && now - *told_at_ < kRepeatAfter)) return std::nullopt;
  const Count news = skipped_ - told_;
  told_ = skipped_;
  told_at_ = now;
  return news;
}

}  // namespace proctape
