// SPDX-License-Identifier: Apache-2.0
#include "rawlog/directory/shortage.h"

namespace proctape {

void Shortage::observe(bool is_short, SinceBoot now) {
  if (!is_short) {
    since_.reset();
    seen_ = 0;
    return;
  }
  if (!since_) since_ = now;
  ++seen_;
}

bool Shortage::believed(SinceBoot now) const {
  if (!since_ || seen_ < kSeenAtLeast || now - *since_ < kBelievedAfter) return false;
  return !answered_ || now - *answered_ >= kRest;
}

}  // namespace proctape
