// SPDX-License-Identifier: Apache-2.0
#include "daemon/sampling/burst.h"

namespace proctape {

bool Burst::begin(SinceBoot now) {
  const bool resting = bursts_ > 0 && now - changed_at_ < options_.rest;
  if (active_ || resting) {
    ++ignored_;
    return false;
  }
  active_ = true;
  changed_at_ = now;
  ++bursts_;
  return true;
}

bool Burst::end(SinceBoot now) {
  if (!active_ || now - changed_at_ < options_.duration) return false;
  stop(now);
  return true;
}

void Burst::stop(SinceBoot now) {
  if (!active_) return;
  active_ = false;
  changed_at_ = now;
}

}  // namespace proctape
